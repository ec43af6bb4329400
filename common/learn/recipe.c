/* Checks the options that say how to make a model; converts them to and from its document. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "learn/recipe.h"
#include "learn/recipe_rule.h"

#define AT(member) offsetof(struct recipe, member)

/* Which learners have an option: one bit for each learner. */
enum {
	EVERY = ~0,
	SGD = 1 << LEARNER_SGD,
	ADAPTIVE = 1 << LEARNER_ADAPTIVE,
	COIN = 1 << LEARNER_COIN,
	FTRL = 1 << LEARNER_FTRL,
	PA = 1 << LEARNER_PA,
	VW = ADAPTIVE | COIN | FTRL,
	LINEAR = SGD | PA | VW
};

static const struct ingredient {
	const char *option, *name;
	enum { TEXT, WORD, REAL, FLAG } kind; /* a document has a flag only if it is set */
	int learners;
	bool free; /* a document may lack it; may change from run to run, unless a number */
	size_t at;
	const char *words;
} ingredients[] = {
	{ "--target", "target", TEXT, EVERY, false, AT(target), NULL },
	{ "--features", "features", TEXT, EVERY, false, AT(features), NULL },
	{ "--learner", "learner", WORD, EVERY, false, AT(learner), LEARNER_NAMES },
	{ "--task", "task", WORD, EVERY, false, AT(rule.task), RECIPE_TASKS },
	{ "--loss", "loss", WORD, LINEAR, false, AT(rule.loss), RECIPE_LOSSES },
	{ "--penalty", "penalty", WORD, SGD, false, AT(rule.penalty), RECIPE_PENALTIES },
	{ "--alpha", "alpha", REAL, SGD | COIN | FTRL, false, AT(rule.alpha), NULL },
	{ "--learning-rate", "learning_rate", WORD, SGD, false, AT(rule.rate), RECIPE_RATES },
	{ "--eta0", "eta0", REAL, SGD | ADAPTIVE, false, AT(rule.eta0), NULL },
	{ "--power-t", "power_t", REAL, SGD | ADAPTIVE, false, AT(rule.power_t), NULL },
	{ "--beta", "beta", REAL, COIN | FTRL, false, AT(rule.beta), NULL },
	{ "--l1", "l1", REAL, FTRL, false, AT(rule.l1), NULL },
	{ "--l2", "l2", REAL, FTRL, false, AT(rule.l2), NULL },
	{ "--initial-t", "initial_t", REAL, ADAPTIVE, false, AT(rule.initial_t), NULL },
	{ "--l1-ratio", "l1_ratio", REAL, SGD, true, AT(rule.l1_ratio), NULL },
	{ "--epsilon", "epsilon", REAL, SGD | PA, true, AT(rule.epsilon), NULL },
	{ "--quantile", "quantile", REAL, SGD, true, AT(rule.quantile), NULL },
	{ "--aggressiveness", "aggressiveness", REAL, PA, false, AT(rule.aggressiveness),
	    NULL },
	{ "--intercept-lr", "intercept_lr", REAL, SGD, true, AT(rule.intercept_lr), NULL },
	{ "--no-intercept", "no_intercept", FLAG, LINEAR, false, AT(rule.no_intercept), NULL },
	{ "--no-clamp", "no_clamp", FLAG, VW, false, AT(rule.no_clamp), NULL },
	{ "--scale", "scale", WORD, LINEAR, false, AT(scale), RECIPE_SCALES },
	{ "--missing", "missing", WORD, EVERY, true, AT(missing), RECIPE_MISSING },
	{ "--cold-start", "cold_start", WORD, EVERY, true, AT(cold_start),
	    RECIPE_COLD_STARTS },
};

enum { INGREDIENTS = sizeof ingredients / sizeof *ingredients };

const struct recipe recipe_none = {
	.learner = -1,
	.scale = -1,
	.missing = -1,
	.cold_start = -1,
	.rule = {
		.task = -1,
		.loss = -1,
		.penalty = -1,
		.rate = -1,
		.alpha = (double)NAN,
		.eta0 = (double)NAN,
		.power_t = (double)NAN,
		.beta = (double)NAN,
		.l1 = (double)NAN,
		.l2 = (double)NAN,
		.initial_t = (double)NAN,
		.l1_ratio = (double)NAN,
		.epsilon = (double)NAN,
		.quantile = (double)NAN,
		.aggressiveness = (double)NAN,
		.intercept_lr = (double)NAN,
	},
};

/* Returns whether an option is given. */
static bool
is_given(const struct recipe *r, const struct ingredient *i)
{
	const void *at = (const char *)r + i->at;

	switch (i->kind) {
	case TEXT:
		return *(const char *const *)at != NULL;
	case WORD:
		return *(const int *)at != -1;
	case REAL:
		return !isnan(*(const double *)at);
	case FLAG:
		return *(const bool *)at;
	}
	return false;
}

/* Returns whether the learner of the recipe has an option. */
static bool
has(const struct recipe *r, const struct ingredient *i)
{
	return ((unsigned int)i->learners >> r->learner & 1) != 0;
}

/* Refuses an option, naming the learners that have it. */
static int
refuse(const struct recipe *r, const struct ingredient *i, struct err *err)
{
	const char *before = "";

	err_set(err, NULL, "%s is no option of --learner %s, only of ", i->option,
	    learner_kinds[r->learner]->name);
	for (int k = 0; learner_kinds[k] != NULL; k++)
		if (((unsigned int)i->learners >> k & 1) != 0) {
			err_add(err, "%s%s", before, learner_kinds[k]->name);
			before = ", ";
		}
	return -1;
}

int
recipe_settle(struct recipe *r, struct err *err)
{
	if (r->learner == -1)
		r->learner = LEARNER_AUTO;
	for (int i = 0; i < INGREDIENTS; i++)
		if (is_given(r, &ingredients[i]) && !has(r, &ingredients[i]))
			return refuse(r, &ingredients[i], err);
	return recipe_fill(r, err);
}

/* Returns the word of a choice as a string, or NULL if memory is short. */
static json_t *
word(const char *words, int index)
{
	for (; index > 0; index--)
		words = strchr(words, '|') + 1;
	return json_stringn(words, strcspn(words, "|"));
}

static json_t *
ingredient_json(const struct recipe *r, const struct ingredient *i)
{
	const char *at = (const char *)r + i->at;

	switch (i->kind) {
	case TEXT:
		return json_string(*(const char *const *)(const void *)at);
	case WORD:
		return word(i->words, *(const int *)(const void *)at);
	case REAL:
		return json_real(*(const double *)(const void *)at);
	case FLAG:
		return json_true();
	}
	return NULL;
}

json_t *
recipe_json(const struct recipe *r)
{
	json_t *object = json_object();

	for (int i = 0; i < INGREDIENTS; i++)
		if (has(r, &ingredients[i]) && is_given(r, &ingredients[i]) &&
		    json_object_set_new(object, ingredients[i].name,
			ingredient_json(r, &ingredients[i])) == -1) {
			json_decref(object);
			return NULL;
		}
	return object;
}

/* Writes a text or number for a message. */
static void
show(const json_t *v, char *text, size_t size)
{
	char number[NUM_MAX];

	if (json_is_string(v))
		snprintf(text, size, "%s", json_string_value(v));
	else if (json_is_number(v))
		snprintf(text, size, "%.*s", (int)num_write_f64(number, json_number_value(v)),
		    number);
	else
		snprintf(text, size, "%s", v != NULL ? "set" : "none");
}

/* Compares two values of an option; another program may have written 4.0 instead of 4. */
static bool
is_same(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return a == b || json_equal(a, b);
}

int
recipe_compare(const struct recipe *r, const json_t *document, struct err *err)
{
	char was[80], is[80];
	json_t *mine = recipe_json(r);
	const json_t *theirs, *ours;
	int found = 0;

	if (mine == NULL)
		return err_memory(err);
	for (int i = 0; i < INGREDIENTS && found == 0; i++) {
		theirs = json_object_get(document, ingredients[i].name);
		ours = json_object_get(mine, ingredients[i].name);
		if ((ingredients[i].free && ingredients[i].kind == WORD) ||
		    !has(r, &ingredients[i]) || is_same(theirs, ours))
			continue;
		show(theirs, was, sizeof was);
		show(ours, is, sizeof is);
		found = err_set(err, NULL,
		    "it was made with %s %s, not %s: name another file, or give that option",
		    ingredients[i].option, was, is);
	}
	json_decref(mine);
	return found;
}

/* Returns the index of a word in a choice, or -1. */
static int
find_word(const char *words, const json_t *v)
{
	const char *text = json_string_value(v);
	size_t length = json_string_length(v), n;

	for (int i = 0; text != NULL; i++, words += n + 1) {
		n = strcspn(words, "|");
		if (n == length && memcmp(words, text, n) == 0)
			return i;
		if (words[n] == '\0')
			break;
	}
	return -1;
}

static int
read_ingredient(struct recipe *r, const struct ingredient *i, const json_t *v)
{
	char *at = (char *)r + i->at;
	int choice;

	if (v == NULL && (i->free || i->kind == FLAG))
		return 0;
	switch (i->kind) {
	case TEXT:
		*(const char **)(void *)at = json_string_value(v);
		return json_is_string(v) ? 0 : -1;
	case WORD:
		choice = find_word(i->words, v);
		*(int *)(void *)at = choice;
		return choice == -1 ? -1 : 0;
	case REAL:
		if (!json_is_number(v))
			return -1;
		*(double *)(void *)at = json_number_value(v);
		return 0;
	case FLAG:
		*(bool *)(void *)at = json_is_true(v);
		return json_is_boolean(v) ? 0 : -1;
	}
	return -1;
}

int
recipe_read(struct recipe *r, const json_t *document, struct err *err)
{
	const struct ingredient *i = ingredients;

	*r = recipe_none;
	r->learner = find_word(LEARNER_NAMES, json_object_get(document, "learner"));
	if (r->learner == -1)
		return err_set(err, NULL, "its learner is missing or unknown");
	for (; i < ingredients + INGREDIENTS; i++)
		if (has(r, i) &&
		    read_ingredient(r, i, json_object_get(document, i->name)) == -1)
			return err_set(err, NULL, "its %s is missing or unknown", i->name);
	return recipe_settle(r, err);
}

void
recipe_adopt(struct recipe *r, const json_t *document)
{
	const struct ingredient *i = ingredients;
	const struct learner_rule given = r->rule;
	struct learner_rule *rule = &r->rule;
	int learner = find_word(LEARNER_NAMES, json_object_get(document, "learner"));

	if (learner == -1 || (r->learner != -1 && r->learner != learner))
		return;
	r->learner = learner;
	for (; i < ingredients + INGREDIENTS; i++)
		if (i->kind != TEXT && has(r, i) && !is_given(r, i))
			(void)read_ingredient(r, i, json_object_get(document, i->name));
	/*
	 * If another loss or penalty is given, the message must be about that option, not
	 * about the numbers in the model.
	 */
	if (!rule_has_l1_ratio(rule))
		rule->l1_ratio = given.l1_ratio;
	if (!rule_has_quantile(rule))
		rule->quantile = given.quantile;
	if (!rule_has_epsilon(rule))
		rule->epsilon = given.epsilon;
}
