#ifndef SML_MODEL_H
#define SML_MODEL_H

#include <stdbool.h>

#include "answer/coprocess.h"
#include "answer/reply.h"
#include "answer/stamp.h"
#include "base/err.h"
#include "base/num.h"
#include "json/fields.h"
#include "json/record.h"
#include "learn/predictor.h"

/*
 * The MODEL of an arm or a shadow:
 *
 *	const:JSON	that value
 *	exec:CMD	a co-process (coprocess.h)
 *	PATH		a model file of smllearn (predictor.h)
 *	none		nothing, until one comes down the stream
 */
enum model_kind { MODEL_NONE, MODEL_CONST, MODEL_EXEC, MODEL_FILE };

struct model {
	char *who;  /* "arm b", for messages */
	char *name; /* "b" */
	char *text; /* MODEL as it was given; NULL: none */
	enum model_kind kind;
	struct buf bytes;   /* of a constant */
	struct reply reply; /* of it, or of the present record */
	struct coprocess *coprocess;
	struct predictor predictor;
	bool loaded;		 /* there is a predictor */
	struct stamp stamp;	 /* of the file when it was last read */
	char number[2][NUM_MAX]; /* of the present record's reply */
};

/* What all models of a run share. */
struct model_ground {
	struct diag *diag;
	struct fields *fields; /* features are added */
	struct reply_reader *reader;
	int64_t timeout;  /* of co-processes, ns; 0: none */
	size_t longest;	  /* line of theirs */
	uint64_t *starts; /* counts them */
};

/*
 * Opens a MODEL (NULL: none) for the arm or shadow (what says which) of this
 * name: reads its file, but starts no co-process yet.  -1: err names it;
 * model_close takes what is left.
 */
int model_open(struct model *, const char *what, const char *name, const char *text,
    const struct model_ground *, struct err *);
void model_close(struct model *); /* takes one of all zeroes */
void model_end(struct model *);	  /* its co-process; only model_close may follow */

/* Does this text (or NULL) name a co-process? */
bool model_is_command(const char *text);

/* Was it opened for just this name and text? */
bool model_is(const struct model *, const char *name, const char *text);

/*
 * The reply to a record, of all but a co-process; good until the next call.
 * -1: the record is bad: a feature that the model needs is missing or is none.
 */
int model_reply(struct model *, const struct record *, const struct reply **, struct err *);

/* Whether it is a file, and one that changed since it was read. */
bool model_changed(const struct model *);

/* Reads the file again.  -1: the old model is as it was. */
int model_reload(struct model *, const struct model_ground *, struct err *);

/* Takes the model that a document holds; as model_reload. */
int model_take(struct model *, const struct model_ground *, const json_t *, struct err *);

#endif
