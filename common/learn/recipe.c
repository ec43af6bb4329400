/* The options that say how a model is made, and their form in its document. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "learn/recipe.h"

#define AT(member) offsetof(struct recipe, member)

static const struct ingredient {
	const char *option, *name;
	enum { TEXT, WORD, REAL } kind;
	bool free; /* may change from run to run, and be left out of a document */
	size_t at;
	const char *words;
} ingredients[] = {
	{ "--target", "target", TEXT, false, AT(target), NULL },
	{ "--features", "features", TEXT, false, AT(features), NULL },
	{ "--task", "task", WORD, false, AT(task), RECIPE_TASKS },
	{ "--learner", "learner", WORD, false, AT(learner), RECIPE_LEARNERS },
	{ "--loss", "loss", WORD, false, AT(loss), RECIPE_LOSSES },
	{ "--penalty", "penalty", WORD, false, AT(penalty), RECIPE_PENALTIES },
	{ "--alpha", "alpha", REAL, false, AT(alpha), NULL },
	{ "--learning-rate", "learning_rate", WORD, false, AT(rate), RECIPE_RATES },
	{ "--eta0", "eta0", REAL, false, AT(eta0), NULL },
	{ "--power-t", "power_t", REAL, false, AT(power_t), NULL },
	{ "--scale", "scale", WORD, false, AT(scale), RECIPE_SCALES },
	{ "--missing", "missing", WORD, true, AT(missing), RECIPE_MISSING },
	{ "--cold-start", "cold_start", WORD, true, AT(cold_start), RECIPE_COLD_STARTS },
};

enum { INGREDIENTS = sizeof ingredients / sizeof *ingredients };

int
recipe_settle(struct recipe *r, struct err *err)
{
	bool classify = r->task == TASK_CLASSIFY;

	if (r->loss == RECIPE_BY_TASK)
		r->loss = classify ? SGD_LOG_LOSS : SGD_SQUARED_ERROR;
	if (r->rate == RECIPE_BY_TASK)
		r->rate = classify ? SGD_OPTIMAL : SGD_INVSCALING;
	if (isnan(r->power_t))
		r->power_t = classify ? 0.5 : 0.25;
	if (!classify && r->loss == SGD_LOG_LOSS)
		return err_set(err, NULL, "--loss log_loss needs --task classify");
	if (r->rate == SGD_OPTIMAL && r->alpha <= 0)
		return err_set(err, NULL, "--learning-rate optimal needs an --alpha above 0");
	if (r->eta0 <= 0)
		return err_set(err, NULL, "--eta0 must be above 0");
	return 0;
}

struct sgd_rule
recipe_rule(const struct recipe *r)
{
	return (struct sgd_rule){
		.loss = (enum sgd_loss)r->loss,
		.penalty = (enum sgd_penalty)r->penalty,
		.rate = (enum sgd_rate)r->rate,
		.alpha = r->alpha,
		.eta0 = r->eta0,
		.power_t = r->power_t,
	};
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
	}
	return NULL;
}

json_t *
recipe_json(const struct recipe *r)
{
	json_t *object = json_object();

	for (int i = 0; i < INGREDIENTS; i++)
		if (json_object_set_new(object, ingredients[i].name,
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
	else if (json_is_real(v))
		snprintf(text, size, "%.*s", (int)num_write_f64(number, json_real_value(v)),
		    number);
	else
		snprintf(text, size, "not there");
}

int
recipe_compare(const struct recipe *r, const json_t *document, struct err *err)
{
	char was[80], is[80];
	json_t *mine = recipe_json(r);
	const json_t *theirs;
	int found = 0;

	if (mine == NULL)
		return err_memory(err);
	for (int i = 0; i < INGREDIENTS && found == 0; i++) {
		theirs = json_object_get(document, ingredients[i].name);
		if (ingredients[i].free ||
		    json_equal(theirs, json_object_get(mine, ingredients[i].name)))
			continue;
		show(theirs, was, sizeof was);
		show(json_object_get(mine, ingredients[i].name), is, sizeof is);
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

	if (v == NULL && i->free)
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
		*(double *)(void *)at = json_number_value(v);
		return json_is_number(v) ? 0 : -1;
	}
	return -1;
}

int
recipe_read(struct recipe *r, const json_t *document, struct err *err)
{
	*r = (struct recipe){ .target = NULL };
	for (int i = 0; i < INGREDIENTS; i++)
		if (read_ingredient(r, &ingredients[i],
			json_object_get(document, ingredients[i].name)) == -1)
			return err_set(err, NULL, "its %s is missing or unknown",
			    ingredients[i].name);
	return recipe_settle(r, err);
}
