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
 * The MODELs of the arms and of the shadows, and the records that wait for a co-process.  An
 * arm's MODEL is
 *
 *	const:JSON	that value
 *	exec:CMD	a co-process (coprocess.h)
 *	PATH		a model file of smllearn (predictor.h)
 *
 *	none		nothing: the prediction is null, until a model comes
 *
 * The loop passes every record to answers_take.  If the answer is there and no earlier record
 * waits, the loop writes the record now.  Otherwise the record waits, and answers_next hands
 * it out later, in the order of the input:
 *
 *	STREAM_RECORD	answers_take, write if it says so
 *	STREAM_READY	answers_ready
 *	STREAM_DRAIN	answers_drain
 *	STREAM_CONTROL	answers_control
 *	after each	while (answers_next) write; then answers_watch
 */
struct answers;

struct answer_model {
	const char *name;
	const char *model; /* NULL: there is none; the arm's prediction is null */
};

/* What options and configuration say; all except the fields is copied. */
struct answer_setup {
	struct diag *diag;
	struct fields *fields; /* features are added; borrowed */
	const struct answer_model *arms, *shadows;
	size_t arm_count, shadow_count;
	int fallback;	 /* the arm of --fallback; -1: none */
	int64_t timeout; /* ns for a co-process to answer a line; 0: no limit */
	size_t max_line; /* the longest line that a co-process may answer */
	unsigned int max_depth;
	const char *exec_env;	  /* --exec-env, or NULL */
	const char *shadow_out;	  /* --shadow-out; NULL: into the record */
	const char *attempt;	  /* for --shadow-out, as in side_file_open_part */
	int id;			  /* the slot of the id, for shadow_out */
	bool reload, from_stream; /* --reload, --model-from-stream */
};

/*
 * Loads the models; call it before stream_open.  Returns NULL if a MODEL is wrong; err says
 * which.
 */
struct answers *answers_open(const struct answer_setup *, struct err *);

/*
 * Starts the co-processes.  Call it after output_hold; if it is not called, answers_take does
 * this.
 */
void answers_start(struct answers *);

/* Frees everything; ends the co-processes if answers_end has not done so.  Accepts NULL. */
void answers_close(struct answers *);

/*
 * Changes to the setup of a new configuration.  fields and shadow_out must be as before, and
 * no record may be waiting (answers_drain).  A MODEL of the same name and text stays as it is.
 * If it returns -1 with err, nothing has changed.
 */
int answers_renew(struct answers *, const struct answer_setup *, struct err *);

/*
 * The answer for a record.  The values are valid until the next call of any function
 * here.
 */
struct answer {
	struct value prediction;  /* V_MISSING: the prediction is null */
	struct value probability; /* V_MISSING: there is none */
	struct value shadow; /* an object with a member for each shadow; V_MISSING: none */
	const char *error;   /* why the arm itself did not answer; NULL: it did */
};

/*
 * A record, its arm, and 16 bytes that the loop may use (bucket, reason).
 */
struct request {
	int arm;
	bool shadowed; /* the shadows get it too */
	unsigned char own[16];
	struct record *record; /* answers_take and answers_next set this and the rest */
	struct held *held;     /* NULL: the stream's current record */
	struct answer answer;
};

/*
 * Asks for the answer to the current record; before that, reads model files again if that is
 * due.  Returns 1 if the record must be written now: the answer is in the request.  Returns 0
 * if the record waits: answers_next will hand it out (or the run ends before, because
 * --shadow-out cannot be written).  Returns -1 if the record is bad, or memory is short.
 */
int answers_take(struct answers *, struct stream *, struct request *, struct err *);

/*
 * Hands out the next waiting record, in the order of the input, if its answer is there.
 * Returns false if the answer is not there, or no record waits.  request is valid until the
 * next call.
 */
bool answers_next(struct answers *, struct request *);

/* Handles STREAM_READY: a watched descriptor is ready, or a time has come. */
int answers_ready(struct answers *, struct err *);

/* Waits until every waiting record has its answer.  Call answers_next after this. */
int answers_drain(struct answers *, struct err *);

/*
 * Tells the stream what to wake for, and whether records wait.  If too many wait, first waits
 * until the oldest has its answer.  To stop at a record, the loop calls this before
 * answers_next has returned false: the records that wait are then forgotten.
 */
void answers_watch(struct answers *, struct stream *);

/*
 * Reads all model files again, for SIGHUP.  If a file cannot be loaded, that is reported, and
 * the old model stays in use.
 */
void answers_reload(struct answers *);

/*
 * Takes a model from a control line of the kind "model" (--model-from-stream); ignores other
 * lines.  A bad model is reported, and the old model stays in use.
 */
void answers_control(struct answers *, struct value line);

/*
 * Waits, at most --timeout, until the shadows' co-processes have answered too, and closes
 * --shadow-out.
 */
int answers_finish(struct answers *, struct err *);

/*
 * Ends the co-processes, which takes a while if they do not exit by themselves.  Call it
 * after answers_finish and before stream_close, which may die of a signal.
 */
void answers_end(struct answers *);

/*
 * Returns, for stream_unrepeatable, why a record may get another answer when it is read again;
 * NULL if it cannot.
 */
const char *answers_unrepeatable(const struct answers *);

/* Returns the file of --shadow-out, for stream_beside, or NULL. */
struct side_file *answers_side(struct answers *);

/* Fills in up to ANSWER_ROWS rows of counts, and returns how many. */
enum { ANSWER_ROWS = 16 };
size_t answers_rows(const struct answers *, struct stat_row *);

#endif
