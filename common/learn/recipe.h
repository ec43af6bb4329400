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

/* A choice not given: what scikit-learn has for the task. */
enum { RECIPE_BY_TASK = -1 };

/* How to make a model: the options that say what is learned, and how. */
struct recipe {
	const char *target, *features;
	int task, learner, loss, penalty, rate, scale;
	double alpha, eta0, power_t; /* power_t: NaN where not given */
	int missing, cold_start;
};

/*
 * Fills in what was left to the task.  -1 where the options do not go
 * together.
 */
int recipe_settle(struct recipe *, struct err *);

struct sgd_rule recipe_rule(const struct recipe *);

/* The recipe as a JSON object; NULL where memory is short. */
json_t *recipe_json(const struct recipe *);

/*
 * -1 where a model made by the recipe in the document cannot be used with this
 * one: the first option that differs.  What is done with records that lack
 * something (missing, cold_start) may change from run to run.
 */
int recipe_compare(const struct recipe *, const json_t *document, struct err *);

/*
 * The recipe in a document, settled.  Its texts are borrowed from there; missing and
 * cold_start are the first of their words where an older document lacks them.
 */
int recipe_read(struct recipe *, const json_t *document, struct err *);

#endif
