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

/* What is predicted for a record. */
struct guess {
	bool made;
	double score; /* of the linear model; nothing is made of one not finite */
	int label;
	struct value spelling; /* of the label; V_MISSING where none is known */
	bool probable;
	double probability; /* of the later label */
};

/*
 * The part of a model of smllearn that predicts: what is known of features and
 * labels, and the learner.  smllearn learns with it, other tools read it from
 * its document; both predict by the same code, to the last bit.
 *
 * A record goes through predictor_read and predictor_guess.  What it was the
 * first to say of a feature is taken back by predictor_undo, which the next
 * predictor_read does by itself, or stays by predictor_settle.
 */
struct predictor {
	struct recipe recipe;
	uint64_t features_wanted;
	struct features features;
	struct labels labels;
	struct learner learner;
	bool widened;	    /* for features that are fresh */
	struct guess guess; /* of the present record */
};

/*
 * Compiles the paths of a recipe's features into fields; the recipe is settled
 * (recipe_settle), its texts are borrowed.
 */
int predictor_open(struct predictor *, const struct recipe *, struct fields *, struct err *);
void predictor_close(struct predictor *); /* takes one of all zeroes */

/* Forgets everything learned. */
void predictor_clear(struct predictor *);

/* After the nouns' members were read: -1 where they do not go together. */
int predictor_loaded(struct predictor *, struct err *);

/*
 * Reads the features.  1: predict it; 0: some are missing, and it has no
 * prediction; -1: the record is bad.
 */
int predictor_read(struct predictor *, const struct record *, struct err *);
void predictor_undo(struct predictor *);
void predictor_settle(struct predictor *);

/*
 * Fills guess from the features that were read.  kind: of labels, where the
 * record shows it and the model does not know it yet; else LABEL_NONE.
 */
void predictor_guess(struct predictor *, enum label_kind kind);

/* Whether its guesses can have a probability. */
bool predictor_probable(const struct predictor *);

/*
 * The document (doc.h) that a model is saved as.  predictor_json: a new
 * object, to which smllearn adds its scores; NULL where memory is short.
 * predictor_read_json: fills an open, clear predictor whose recipe the
 * document must have.
 */
json_t *predictor_json(struct predictor *);
int predictor_read_json(struct predictor *, json_t *, struct err *);

/*
 * Opens a predictor by the recipe that the document holds itself.  The texts
 * of the recipe are NULL then: they went away with the document.
 */
int predictor_load(struct predictor *, struct fields *, json_t *, struct err *);

#endif
