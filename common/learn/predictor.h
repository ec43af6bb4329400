#ifndef SML_PREDICTOR_H
#define SML_PREDICTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "json/fields.h"
#include "json/record.h"
#include "learn/feature.h"
#include "learn/label.h"
#include "learn/learner.h"
#include "learn/recipe.h"

/* The prediction for a record. */
struct guess {
	bool made;
	double score; /* of the linear model; not finite: made is false */
	int label;
	struct value spelling; /* of the label; V_MISSING if none is known */
	bool probable;
	double probability; /* of the later label */
};

/*
 * The part of a smllearn model that predicts: features, labels and the learner.  smllearn learns
 * with it, other programs read it from a document; both predict with the same code, to the last
 * bit.
 *
 * A record goes through predictor_read and predictor_guess.  If it is the first to have a
 * feature, predictor_settle keeps the feature's kind; predictor_undo forgets it, and so does the
 * next predictor_read.
 */
struct predictor {
	struct recipe recipe;
	uint64_t features_wanted;
	struct features features;
	struct labels labels;
	struct learner learner;
	bool widened;	    /* the learner has weights for fresh features */
	bool task_open;	    /* the options do not give a task: the first target decides */
	bool deciding;	    /* the target of the present record decided it */
	struct guess guess; /* of the present record */
};

/*
 * Compiles the paths of a recipe's features into fields.  The recipe must be settled
 * (recipe_settle); its texts are borrowed.
 */
int predictor_open(struct predictor *, const struct recipe *, struct fields *, struct err *);
void predictor_close(struct predictor *); /* accepts all zeroes */

/*
 * Sets the task, which was TASK_OPEN; predictor_undo undoes that.  Returns -1 if memory is short.
 */
int predictor_decide(struct predictor *, enum task);

/* Forgets everything learned. */
void predictor_clear(struct predictor *);

/* Checks the members after they were read.  Returns -1 if they do not fit together. */
int predictor_loaded(struct predictor *, struct err *);

/*
 * Reads the features.  Returns 1; 0 if some are missing, so that there is no
 * prediction; -1 if the record is bad.
 */
int predictor_read(struct predictor *, const struct record *, struct err *);
void predictor_undo(struct predictor *);
void predictor_settle(struct predictor *);

/*
 * Fills guess from the features that were read.  kind: of the labels, if the record shows it and
 * the model does not know it yet; else LABEL_NONE.
 */
void predictor_guess(struct predictor *, enum label_kind kind);

/*
 * Write and read the document (doc.h) of a model.  predictor_json returns a new
 * object, to which smllearn adds its scores, or NULL if memory is short.
 * predictor_read_json fills an open, clear predictor; the document must have the
 * same recipe.
 */
json_t *predictor_json(struct predictor *);
int predictor_read_json(struct predictor *, json_t *, struct err *);

/*
 * Opens a predictor with the document's own recipe.  Afterwards the texts of the recipe are NULL,
 * because they belong to the document.
 */
int predictor_load(struct predictor *, struct fields *, json_t *, struct err *);

#endif
