#ifndef SML_ANSWER_H
#define SML_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/report/diag.h"
#include "cli/report/stats.h"
#include "cli/stream/stream.h"
#include "json/fields.h"
#include "json/record.h"
#include "json/value.h"

/*
 * The answering side: the MODELs of the arms and of the shadows, and the
 * records that wait for a co-process.  An arm's MODEL is
 *
 *	const:JSON	that value
 *	exec:CMD	a co-process (coprocess.h)
 *	PATH		a model file of smllearn (predictor.h)
 *
 *	none		nothing: the prediction is null, until a model comes
 *
 * The loop hands every record in by answers_take.  Where the answer is at hand
 * and no earlier record waits, it writes the record now; else the record is
 * kept, and answers_next hands it out again, in the order of the input:
 *
 *	STREAM_RECORD	answers_take, write where it says so
 *	STREAM_READY	answers_ready
 *	STREAM_DRAIN	answers_drain
 *	STREAM_CONTROL	answers_control
 *	after each	while (answers_next) write; then answers_watch
 */
struct answers;

struct answer_model {
	const char *name;
	const char *model; /* NULL: the arm has none, its prediction is null */
};

/* From options and configuration; all is copied but the fields. */
struct answer_setup {
	struct diag *diag;
	struct fields *fields; /* features are added; borrowed */
	const struct answer_model *arms, *shadows;
	size_t arm_count, shadow_count;
	int fallback;	 /* the arm of --fallback; -1: none */
	int64_t timeout; /* ns for a co-process to answer a line; 0: any */
	size_t max_line; /* of what it answers */
	unsigned int max_depth;
	const char *exec_env;	  /* --exec-env, or NULL */
	const char *shadow_out;	  /* --shadow-out; NULL: into the record */
	int id;			  /* the slot of the id, for shadow_out */
	bool reload, from_stream; /* --reload, --model-from-stream */
};

/*
 * Loads the models, before stream_open.  NULL where a MODEL is wrong: err says
 * whose.
 */
struct answers *answers_open(const struct answer_setup *, struct err *);

/*
 * Starts the co-processes, after output_hold; answers_take does it
 * otherwise.
 */
void answers_start(struct answers *);

/* Frees all, ends what answers_end did not.  Takes NULL. */
void answers_close(struct answers *);

/*
 * Another setup, of a new configuration; fields and shadow_out are as before,
 * nobody waits (answers_drain).  A MODEL of the same name and text is taken
 * over as it is.  -1: all is as it was.
 */
int answers_renew(struct answers *, const struct answer_setup *, struct err *);

/*
 * What is known of a record's prediction.  The values are good until the next
 * call of anything here.
 */
struct answer {
	struct value prediction;  /* V_MISSING: null */
	struct value probability; /* V_MISSING: there is none */
	struct value shadow;	  /* an object by shadow; V_MISSING: none */
	const char *error;	  /* why the arm itself did not answer; NULL: it did */
};

/*
 * A record, and what the loop has found out about it: which arm it has, and 16
 * bytes that are the loop's own (bucket, reason).
 */
struct request {
	int arm;
	bool shadowed; /* the shadows get it too */
	unsigned char own[16];
	struct record *record; /* from here on filled by answers_take, answers_next */
	struct held *held;     /* NULL: the stream's current record */
	struct answer answer;
};

/*
 * Asks for the current record's answer.  1: write it now, the answer is in the
 * request; 0: it is kept, answers_next will hand it out, or the run ends before
 * it, for --shadow-out cannot be written; -1: the record is bad, or memory is
 * short.  A model file that is to be read again is read before.
 */
int answers_take(struct answers *, struct stream *, struct request *, struct err *);

/*
 * The next record that was kept and has its answer now, in order; false where
 * there is none (yet).  request: good until the next call.
 */
bool answers_next(struct answers *, struct request *);

/* A watched descriptor is ready, or a time has come. */
int answers_ready(struct answers *, struct err *);

/* Waits until every record that is kept has its answer; then answers_next. */
int answers_drain(struct answers *, struct err *);

/*
 * Tells the stream what to wake for, and whether records are kept.  Where there
 * are too many of them, waits until the first one has its answer.  Where
 * answers_next was not called until it returned false, the loop has stopped at a
 * record: those that wait are forgotten.
 */
void answers_watch(struct answers *, struct stream *);

/*
 * Reads all model files again, for SIGHUP.  What does not load is reported and
 * leaves the old model at work.
 */
void answers_reload(struct answers *);

/*
 * A control line of the kind "model" (--model-from-stream); any other is left
 * alone.  As answers_reload.
 */
void answers_control(struct answers *, struct value line);

/*
 * The end: waits until the shadows' co-processes have answered too, at most
 * --timeout, and closes --shadow-out.
 */
int answers_finish(struct answers *, struct err *);

/*
 * Ends the co-processes, which takes a while where they do not want to go: after
 * answers_finish, and before stream_close, which may die of a signal.
 */
void answers_end(struct answers *);

/* The file of --shadow-out, for stream_beside; NULL: there is none. */
struct side *answers_side(struct answers *);

/* What is counted, for the tool's own table: room for ANSWER_ROWS rows. */
enum { ANSWER_ROWS = 16 };
size_t answers_rows(const struct answers *, struct stat_row *);

#endif
