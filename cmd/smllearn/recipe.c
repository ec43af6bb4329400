#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "num.h"
#include "recipe.h"

static const struct ingredient {
	const char *option, *name;
	enum { TEXT, WORD, REAL } kind;
	size_t at;
	const char *words;
} ingredients[] = {
	{ "--target", "target", TEXT, offsetof(struct recipe, target), NULL },
	{ "--features", "features", TEXT, offsetof(struct recipe, features), NULL },
	{ "--task", "task", WORD, offsetof(struct recipe, task), RECIPE_TASKS },
	{ "--learner", "learner", WORD, offsetof(struct recipe, learner), RECIPE_LEARNERS },
	{ "--loss", "loss", WORD, offsetof(struct recipe, loss), RECIPE_LOSSES },
	{ "--penalty", "penalty", WORD, offsetof(struct recipe, penalty), RECIPE_PENALTIES },
	{ "--alpha", "alpha", REAL, offsetof(struct recipe, alpha), NULL },
	{ "--learning-rate", "learning_rate", WORD, offsetof(struct recipe, rate),
	    RECIPE_RATES },
	{ "--eta0", "eta0", REAL, offsetof(struct recipe, eta0), NULL },
	{ "--power-t", "power_t", REAL, offsetof(struct recipe, power_t), NULL },
	{ "--scale", "scale", WORD, offsetof(struct recipe, scale), RECIPE_SCALES },
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

/* The word of a choice, as a string; NULL where memory is short. */
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

/* A text or number, for a message. */
static void
show(const json_t *v, char *text, size_t size)
{
	char number[NUM_MAX];

	if (json_is_string(v))
		snprintf(text, size, "%s", json_string_value(v));
	else if (json_is_real(v))
		snprintf(text, size, "%.*s", (int)num_f64(number, json_real_value(v)), number);
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
		if (json_equal(theirs, json_object_get(mine, ingredients[i].name)))
			continue;
		show(theirs, was, sizeof was);
		show(json_object_get(mine, ingredients[i].name), is, sizeof is);
		found = err_set(err, NULL,
		    "it was made with %s %s, not %s: name another file, or say so",
		    ingredients[i].option, was, is);
	}
	json_decref(mine);
	return found;
}
