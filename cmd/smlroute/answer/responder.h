#ifndef SML_RESPONDER_H
#define SML_RESPONDER_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "answer/coprocess.h"
#include "answer/response.h"
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
 *	none		nothing, until a model comes down the stream
 */
enum responder_kind { RESPONDER_NONE, RESPONDER_CONST, RESPONDER_EXEC, RESPONDER_FILE };

/* Data that changes when a file is replaced or written.  All zeroes: there is no file. */
struct file_stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

struct responder {
	char *who;  /* "arm b", for messages */
	char *name; /* "b" */
	char *text; /* the MODEL as it was given; NULL: none */
	enum responder_kind kind;
	struct buf bytes;	  /* of a constant */
	struct response response; /* of the constant, or to the present record */
	struct coprocess *coprocess;
	struct predictor predictor;
	bool loaded;		 /* predictor is valid */
	struct file_stamp stamp; /* of the file when it was last read */
	char number[2][NUM_MAX]; /* of the present record's response */
};

/* What all models of a run share. */
struct responder_context {
	struct diag *diag;
	struct fields *fields; /* the fields of the stream; features are added */
	struct response_reader *reader;
	char **environment; /* of co-processes */
	int64_t timeout;    /* of co-processes, ns; 0: none */
	size_t longest;	    /* the longest line of a co-process */
	uint64_t *starts;   /* counts starts of co-processes */
};

/*
 * Opens the responder of an arm or shadow.  what: "arm" or "shadow"; name: its name; text:
 * its MODEL, NULL for none.  Reads a model file; a co-process is not started yet.  Returns
 * -1 with err, which names the arm or shadow.  Call responder_close in any case.
 */
int responder_open(struct responder *, const char *what, const char *name, const char *text,
    const struct responder_context *, struct err *);
void responder_close(struct responder *); /* does nothing if all is zero */

/* Returns whether this text (or NULL) names a co-process. */
bool responder_is_command(const char *text);

/* Returns whether the responder was opened for this name and text. */
bool responder_is(const struct responder *, const char *name, const char *text);

/*
 * Responds to a record.  Not for co-processes.  The response is valid until the next call.
 * Returns -1 if the record is bad: a feature of the model is missing or not a number.
 */
int responder_respond(struct responder *, const struct record *, const struct response **,
    struct err *);

/* Returns whether the model is a file that has changed since it was read. */
bool responder_changed(const struct responder *);

/*
 * Reads the file again.  If that fails, returns -1 with err, and the old model is unchanged.
 */
int responder_reload(struct responder *, const struct responder_context *, struct err *);

/*
 * Takes the model in a JSON document.  If that fails, returns -1 with err, and the old model
 * is unchanged.
 */
int responder_take(struct responder *, const struct responder_context *, json_t *,
    struct err *);

#endif
