#ifndef SML_RECIPE_H
#define SML_RECIPE_H

#include <jansson.h>

#include "base/err.h"
#include "learn/feature.h"
#include "learn/sgd.h"

/* The words of the options that choose; a choice is the index of its word. */
#define RECIPE_TASKS "regress|classify"
#define RECIPE_LEARNERS "sgd"
#define RECIPE_LOSSES "squared_error|log_loss"	   /* as enum sgd_loss */
#define RECIPE_PENALTIES "l2|none"		   /* as enum sgd_penalty */
#define RECIPE_RATES "constant|invscaling|optimal" /* as enum sgd_rate */
#define RECIPE_SCALES "none|standard"
#define RECIPE_MISSING "reject|skip|zero" /* as enum missing */
#define RECIPE_COLD_STARTS "null|zero"

enum task { TASK_REGRESS, TASK_CLASSIFY };

/* A choice not given: scikit-learn's default for the task. */
enum { RECIPE_BY_TASK = -1 };

/* How to make a model: the options that say what is learned, and how. */
struct recipe {
	const char *target, *features;
	int task, learner, loss, penalty, rate, scale;
	double alpha, eta0, power_t; /* power_t: NaN where not given */
	int missing, cold_start;
};

/*
 * Fills in the choices left to the task.  Returns -1 if the options do not go
 * together.
 */
int recipe_settle(struct recipe *, struct err *);

/* Returns what the recipe says of sgd.h. */
struct sgd_rule recipe_rule(const struct recipe *);

/* Returns the recipe as a JSON object, or NULL if memory is short. */
json_t *recipe_json(const struct recipe *);

/*
 * Compares a recipe with that of a document.  Returns -1, with the first option that
 * differs in err, if a model of one cannot be used with the other; missing and
 * cold_start may differ.
 */
int recipe_compare(const struct recipe *, const json_t *document, struct err *);

/*
 * Reads the recipe of a document, settled; texts are borrowed from there.  If an older
 * document lacks missing or cold_start, they are the first of their words.
 */
int recipe_read(struct recipe *, const json_t *document, struct err *);

#endif
