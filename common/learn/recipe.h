#ifndef SML_RECIPE_H
#define SML_RECIPE_H

#include <jansson.h>

#include "base/err.h"
#include "learn/feature.h"
#include "learn/learner.h"

/* The words of options that are a choice; a choice is stored as the index of its word. */
#define RECIPE_TASKS "regress|classify" /* as enum task */
#define RECIPE_LOSSES \
	"squared_error|log_loss|huber|epsilon_insensitive|squared_epsilon_insensitive|" \
	"hinge|squared_hinge|modified_huber|perceptron|pinball" /* as enum loss */
#define RECIPE_PENALTIES "l2|none|l1|elasticnet"		/* as enum penalty */
#define RECIPE_RATES "constant|invscaling|optimal|pa1|pa2"	/* as enum rate */
#define RECIPE_SCALES "none|standard"
#define RECIPE_MISSING "reject|skip|zero" /* as enum missing */
#define RECIPE_COLD_STARTS "null|zero"

/* How a model is made: the options that say what to learn, and how. */
struct recipe {
	const char *target, *features;
	int learner, scale, missing, cold_start;
	struct learner_rule rule;
};

/* A recipe in which no option is given: choices are -1, numbers NaN. */
extern const struct recipe recipe_none;

/* Sets the loss by its name (NULL: not given).  Returns -1 if no loss has this name. */
int recipe_loss(struct recipe *, const char *name, struct err *);

/* Returns the name of the loss of a settled recipe. */
const char *recipe_loss_name(const struct recipe *);

/*
 * Takes the options that are not given from a document, if no learner is given or the document
 * has the same one.  What this cannot read, predictor_read_json will refuse.
 */
void recipe_adopt(struct recipe *, const json_t *document);

/*
 * Fills in the defaults; with LEARNER_AUTO the task stays TASK_OPEN.  Returns -1 if options do
 * not fit together, or if one is given that the learner does not have.
 */
int recipe_settle(struct recipe *, struct err *);

/* Returns the recipe as a JSON object, or NULL if memory is short. */
json_t *recipe_json(const struct recipe *);

/*
 * Compares a recipe with a document's.  If a model of one cannot be used with the other,
 * returns -1, and err names the first option that differs; missing and cold_start may differ.
 */
int recipe_compare(const struct recipe *, const json_t *document, struct err *);

/*
 * Reads the recipe of a document, and settles it; its texts are borrowed from the document.
 * If an older document lacks missing or cold_start, the first of the option's words is used.
 */
int recipe_read(struct recipe *, const json_t *document, struct err *);

#endif
