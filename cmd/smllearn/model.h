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

/* The target of a record. */
struct target_value {
	bool there; /* the record has it */
	struct value value;
	double number; /* what is learned */
	int label;     /* for classifying: 0 or 1 */
};

/*
 * Everything that is learned from a stream: the predictor, and the scores of its predictions
 * and of the naive predictions.
 *
 * Call model_read, model_guess, model_try and model_keep for each record.  Until model_keep, a
 * record changes nothing in what was learned.
 */
struct model {
	struct predictor predictor;
	int target_slot;
	struct score score;
	struct naive_value naive_value;
	struct confusion confusion;
	struct naive_label naive_label;
	struct target_value target; /* of the present record */
	int64_t task;		    /* while a snapshot is written or read */
};

/* Compiles the recipe's paths into fields; the recipe must be settled. */
int model_open(struct model *, const struct recipe *, struct fields *, struct err *);
void model_close(struct model *);

/* Forgets everything learned. */
void model_clear(struct model *);

/*
 * Reads features and target.  Returns 1; 0 if features are missing and the record must be
 * skipped; -1 if it is bad.
 */
int model_read(struct model *, const struct record *, struct err *);

/* Fills the predictor's guess from the features that were read. */
void model_guess(struct model *);

/*
 * Computes what the model would be after learning the target, if there is a target.  Returns
 * -1 if the record is bad.
 */
int model_try(struct model *, struct err *);

/* Keeps what model_try computed, and scores the guess. */
void model_keep(struct model *);

/*
 * A piece of a model's state.  model_part fills in one after the other, starting with *next 0,
 * and returns false after the last.
 */
struct part {
	const char *section;
	const struct member *members;
	void *noun;
	bool is_score;
	struct member all[LEARNER_MEMBERS]; /* of a piece of a learner */
};
bool model_part(struct model *, int *next, struct part *);

/* The first writes the model into a snapshot; the second reads one line of a snapshot. */
void model_put(struct model *, struct snap *);
int model_get(struct model *, const char *section, struct value object, struct err *);

/*
 * These write and read the model as a JSON document that people can read.  model_json returns
 * a new object, or NULL if memory is short.  model_write writes a temporary file, which
 * stream_commit syncs and renames, with the state.
 */
json_t *model_json(struct model *);
int model_write(struct model *, const char *path, mode_t mode, struct replace *, struct err *);
int model_read_json(struct model *, json_t *, struct err *);

#endif
