#ifndef SML_MODEL_H
#define SML_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/replace.h"
#include "json/fields.h"
#include "json/record.h"
#include "learn/predictor.h"
#include "naive.h"
#include "score.h"
#include "state/snap.h"

/* What a record has in the target. */
struct target_value {
	bool there;
	struct value value;
	double number; /* what is learned */
	int label;     /* to classify: 0 or 1 */
};

/*
 * All that is learned from a stream: the predictor, and how good its predictions
 * and the naive ones were.
 *
 * A record goes through model_read, model_guess, model_try and model_keep; up
 * to the last of them nothing of it stays.
 */
struct model {
	struct predictor predictor;
	int target_slot;
	struct score score;
	struct naive_value naive_value;
	struct confusion confusion;
	struct naive_label naive_label;
	struct target_value target; /* of the present record */
};

/* Compiles the recipe's paths into fields; the recipe is settled. */
int model_open(struct model *, const struct recipe *, struct fields *, struct err *);
void model_close(struct model *);

/* Forgets everything learned. */
void model_clear(struct model *);

/*
 * Reads features and target.  1: predict it; 0: features are missing, and it
 * is to be skipped; -1: the record is bad.
 */
int model_read(struct model *, const struct record *, struct err *);

/* Fills the predictor's guess from the features that were read. */
void model_guess(struct model *);

/* Learns the target, where there is one, tentatively; -1: the record is bad. */
int model_try(struct model *, struct err *);

/* Makes it stay, and scores the guess. */
void model_keep(struct model *);

/*
 * What a model's state is made of, piece by piece: from *next 0 on, false
 * after the last.
 */
struct part {
	const char *section;
	const struct member *members;
	void *noun;
	bool is_score;
};
bool model_part(struct model *, int *next, struct part *);

/* Writes the model into a snapshot; reads a line of one. */
void model_put(struct model *, struct snap *);
int model_get(struct model *, const char *section, struct value object, struct err *);

/*
 * The model as a document that people read: a new object, or NULL where memory
 * is short; written for a file (replace.h: the commit is yours), and loaded from
 * one.  model_load: 1, 0 where there is
 * no such file, or -1.
 */
json_t *model_json(struct model *);
int model_write(struct model *, const char *path, struct replace *, struct err *);
int model_load(struct model *, const char *path, struct err *);

#endif
