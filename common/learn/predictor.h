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
	double score; /* of the linear model; if it is not finite, made is false */
	int label;
	struct value spelling; /* of the label; V_MISSING if no spelling is known */
	bool probable;
	double probability; /* of the later label */
};

/*
 * The part of a smllearn model that predicts: features, labels and the learner.  smllearn
 * learns with it, other programs read it from a document; both predict with the same code, to
 * the last bit.
 *
 * For each record call predictor_read, then predictor_guess.  If no record had a feature
 * before, predictor_settle keeps the feature's kind; predictor_undo forgets it, and so does
 * the next predictor_read.
 */
struct predictor {
	struct recipe recipe;
	uint64_t features_wanted;
	struct features features;
	struct labels labels;
	struct learner learner;
	bool widened;	    /* the learner got weights for fresh features */
	bool task_open;	    /* no option gives the task: the first target decides */
	bool deciding;	    /* the present record's target decided the task */
	struct guess guess; /* for the present record */
};

/*
 * Compiles the paths of a recipe's features into fields.  The recipe must be settled
 * (recipe_settle); its texts are borrowed.
 */
int predictor_open(struct predictor *, const struct recipe *, struct fields *, struct err *);
void predictor_close(struct predictor *); /* accepts all zeroes */

/*
 * Sets the task, which must be TASK_OPEN; predictor_undo undoes that.  Returns -1 if memory is
 * short.
 */
int predictor_decide(struct predictor *, enum task);

/* Forgets everything learned. */
void predictor_clear(struct predictor *);

/* Checks members that were read.  Returns -1 if they do not fit together. */
int predictor_loaded(struct predictor *, struct err *);

/*
 * Reads the features.  Returns 1; 0 if some are missing, so that there is no
 * prediction; -1 if the record is bad.
 */
int predictor_read(struct predictor *, const struct record *, struct err *);
void predictor_undo(struct predictor *);
void predictor_settle(struct predictor *);

/*
 * Fills guess from the features that were read.  kind: the kind of the labels, if the record
 * shows it and the model does not know it yet; else LABEL_NONE.
 */
void predictor_guess(struct predictor *, enum label_kind kind);

/*
 * Write and read a model's document (doc.h).  predictor_json returns a new object, to which
 * smllearn adds its scores, or NULL if memory is short.  predictor_read_json fills an open,
 * clear predictor; the document must have the same recipe.
 */
json_t *predictor_json(struct predictor *);
int predictor_read_json(struct predictor *, json_t *, struct err *);

/*
 * Opens a predictor with the document's own recipe.  Afterwards the texts in the predictor's
 * recipe are NULL, because they belonged to the document.
 */
int predictor_load(struct predictor *, struct fields *, json_t *, struct err *);

#endif
