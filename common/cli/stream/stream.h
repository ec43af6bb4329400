#ifndef SML_STREAM_H
#define SML_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options/opt.h"
#include "cli/stream/held.h"
#include "cli/stream/output.h"
#include "cli/stream/watch.h"
#include "json/edit.h"
#include "json/fields.h"
#include "json/record.h"
#include "state/snap.h"

/*
 * The protocol of sml-stream(7): records, bad and late records, control lines, snapshots,
 * resuming, signals, flushing, exit status.  A tool asks for events one by one, in a loop of
 * its own:
 *
 *	while ((event = stream_next(s)) != STREAM_OVER)
 *		switch (event) { … }
 *
 * What follows an event (a control line is forwarded, a snapshot is completed) happens when
 * the tool asks for the next event, after it has written what belongs before: no tool can get
 * the order wrong.
 *
 * SIGTERM, from its arrival to the exit:
 *
 *	1. sig.c's handler notes it; a read or wait ends with EINTR.
 *	2. input_next hands out the complete lines it holds, then returns
 *	   INPUT_SIGNAL.  (input.h says when it reads a pipe to its end first.)
 *	3. STREAM_DRAIN comes while records are pending.
 *	4. With --state STREAM_SAVE comes (stream_save), stream_save_end commits,
 *	   and the status is 0.  A half line is kept in the state.
 *	5. Without --state, stream_close lets the process die of the signal (output_close).
 *
 * A bad record: stream_refuse.c decides whether it goes to --rejects (side_file.c writes it)
 * or stops the run.  stream_side.c syncs that file before each snapshot, like all files
 * besides the output.  Without a state no file is synced.
 *
 * A barrier: stream_control.c obeys the line, STREAM_SAVE comes, stream_commit.c syncs and
 * renames the snapshot, and the line is forwarded.  saved.c names the file.
 *
 * A model: the tool writes a temporary file (replace_begin) and hands it over
 * (stream_replace).  stream_commit syncs it, and renames it just before the state.  Under
 * smlrun the model becomes a part of the snapshot, and smlrun renames it after the commit.
 */
enum stream_event {
	STREAM_LOAD,	/* a line of the snapshot: stream_section(), stream_object() */
	STREAM_LOADED,	/* the snapshot is loaded; comes only if there was one */
	STREAM_RECORD,	/* stream_record() */
	STREAM_TIME,	/* a watermark line came: stream_watermark() may have moved */
	STREAM_CONTROL, /* an unknown control line: stream_control(); COMMON_CONTROL_LINES */
	STREAM_READY,	/* what stream_watch() asked for */
	STREAM_HANGUP,	/* SIGHUP came: read again what may have changed; stream_hangup() */
	STREAM_DRAIN,	/* write all that is pending, then call stream_pending(s, false) */
	STREAM_SAVE,	/* put the state into stream_snap(); NULL for COMMON_BARRIER: commit */
	STREAM_FINISH,	/* the input is complete: close what is open */
	STREAM_OVER	/* nothing more; call stream_close */
};

struct stream;

/*
 * Opens the stream that the common options describe.  options: the tool's struct, which begins
 * with a struct common, parsed by opt_parse.  fields: the fields that the tool reads; more may
 * be added later, between two records.  format: the number of the format of the tool's
 * snapshots, raised when that changes.  rows: the tool's own counts, or NULL; borrowed.
 * Returns NULL after a message: exit with EXIT_FAILED.
 */
struct stream *stream_open(void *options, struct fields *, unsigned int format,
    const struct stat_row *rows);

/* Returns the next event. */
enum stream_event stream_next(struct stream *);

/* Return what belongs to the current event; borrowed until the next one. */
struct record *stream_record(struct stream *);
struct snap *stream_snap(struct stream *);
const char *stream_section(const struct stream *);
struct value stream_object(const struct stream *);

/* Returns the line of STREAM_CONTROL, an object; the next stream_next forwards it. */
struct value stream_control(const struct stream *);

/*
 * stream_out returns where output goes.  The stream flushes it before the stream waits; a tool
 * that waits by itself must call stream_flush before.  stream_flush returns 0, or -1 if the
 * run cannot continue: the next event is STREAM_OVER.
 */
struct out *stream_out(struct stream *);
int stream_flush(struct stream *);

/*
 * Returns whether the run must end now, in the middle of an event: a write has failed, or a
 * signal came and no state will be saved.  With --state an event may continue after a signal
 * for --grace, or until a second signal comes; then the run fails and saves nothing.  A tool
 * whose event may write without bound must ask after each result; if the answer is true it
 * returns to stream_next, and gets STREAM_OVER.
 */
bool stream_cut(struct stream *);

/*
 * Refuses the record of the current event, for the reason in err.  The record goes to
 * --rejects, or the run stops here, with the state from before this record; so the tool must
 * not have counted or written anything of it.  If memory was short, the run ends and saves
 * nothing; if a server is unreachable, it stops here and exits 75.
 */
void stream_reject(struct stream *, const struct err *);

/*
 * Refuses a record that is `by` ns late: it goes to --late or the run stops, with a message
 * that names lateness, the --lateness (ns) that would have accepted it.  For tools that keep
 * no records: nothing is drained before.
 */
void stream_late(struct stream *, int64_t by, int64_t lateness);

/* Returns whether --late was given, so that a tool can use a late record in part. */
bool stream_takes_late(const struct stream *);

/*
 * Gives the stream the time of the current record, before the tool advances the watermark to
 * it.  Returns -1 if the time is ahead of the highest time so far by more than --max-ahead:
 * the record is a bad one.  If two such records in a row are near each other, there was a gap:
 * the second is accepted, with a warning.
 */
int stream_time(struct stream *, int64_t time, struct err *);

/*
 * Fails the run, even with --rejects: for a limit or a broken file.  At a record, the state is
 * saved as it was before the record; at another event nothing is saved.
 */
void stream_fail(struct stream *, const struct err *);

/*
 * Does the same because of an earlier record, which the tool has kept in its state: the
 * message names that record's place (NULL: none), and where the run stops.
 */
void stream_fail_at(struct stream *, const struct place *, const struct err *);

/* Returns the place of the current line, and the byte that err (or NULL) is about. */
struct place stream_place(const struct stream *, const struct err *);

/*
 * Turns off the warning, at the end, that no record had this field, because the tool gives a
 * warning itself.  The field must have been there at stream_open.
 */
void stream_excuse(struct stream *, int slot);

/*
 * Says that the run needs this field: if there were records and none had it, stream_close
 * reports an error instead of a warning, and the exit status is 1.
 */
void stream_need(struct stream *, int slot);

/* Writes a warning with the current record's place; repeats are counted. */
void stream_warn(struct stream *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Read and set the watermark, ns, which is part of snapshots.  stream_watermark returns
 * INSTANT_NONE before there is one.  stream_advance raises it (a lower one changes nothing).
 * stream_hold: when the current watermark line is forwarded, its time is lowered to the
 * earliest time that later output can have.
 */
int64_t stream_watermark(const struct stream *);
void stream_advance(struct stream *, int64_t watermark);
void stream_hold(struct stream *, int64_t earliest);

/*
 * Says that the tool obeys model lines: the stream then obeys begin and model lines even if it
 * obeys no other control lines.  Call it before the first stream_next.
 */
void stream_carry_models(struct stream *);

/*
 * Takes over a file that the tool has written (replace_begin): a model of what the run has
 * done so far.  Given during STREAM_SAVE, it is renamed together with the state; given at
 * another time, at the next save, or, if the run goes well, at stream_close.
 */
struct replace;
void stream_replace(struct stream *, struct replace *);

/* Returns whether this stream has control lines. */
bool stream_carries_control(const struct stream *);

/* Returns how many data records came: also the current one, bad ones and former runs'. */
uint64_t stream_count(const struct stream *);

/* Makes the exit status EXIT_FOUND if --exit-code was given. */
void stream_found(struct stream *);

/* Returns whether the run has failed, as far as is known now. */
bool stream_failed(const struct stream *);

/*
 * Says, and why (borrowed), that the tool may answer a record differently when it is read
 * again.  The stream then refuses marks, because records whose answers were committed at a
 * mark may be read again.
 */
void stream_unrepeatable(struct stream *, const char *why);

/*
 * Makes SIGHUP an event, which comes between two records while nothing is pending, instead of
 * the end of the run.
 */
void stream_hangup(struct stream *);

/*
 * Adds an open file that the tool writes besides standard output.  The stream flushes it
 * before it waits; if that fails, the run fails.  Borrowed; the tool closes it after the last
 * stream_next.
 */
void stream_beside(struct stream *, struct side_file *);

/*
 * The rest is for tools that answer later than they read, because they ask a server or a
 * co-process.
 */

/*
 * Makes the stream wait, besides its input, for these descriptors (at most WATCH_MAX) and for
 * ms milliseconds from now (-1: for ever; 0: until there is nothing to read, for work that is
 * better done in large batches).  STREAM_READY then comes with revents filled in, or, when the
 * time is over, once with all revents zero.  While input keeps coming, it comes between two
 * reads, so that neither side starves.  n = 0, ms = -1: watch nothing.  fds is borrowed until
 * the next call, and may be changed.
 */
void stream_watch(struct stream *, struct pollfd *fds, unsigned int n, int ms);

/*
 * Says whether records were read whose answers are not written yet.  While there are,
 * STREAM_DRAIN comes before anything whose place in the stream matters: a control line, a bad
 * record, a save, the end of the input, SIGTERM.  The tool then answers all of them, in order
 * and however long that takes.  (Until sig_came is called, SIGTERM ends the tool's own
 * sig_wait with EINTR; the answers are still due.)
 */
void stream_pending(struct stream *, bool);

/*
 * Keeps the current record, to be answered later: the tool then parses it with held_parse, and
 * answers it like any record.
 */
int stream_keep(struct stream *, struct held *, struct err *);

/*
 * Do what stream_reject and stream_fail do, for a record that was kept; call them in the order
 * of the input.  Return -1 if the run stops at that record (stream_reject_held without
 * --rejects, stream_fail_held always): the tool must then write nothing of this record or a
 * later one.  The stream forgets pending records.  If there is a state, STREAM_SAVE saves it
 * as it was before this record.
 */
int stream_reject_held(struct stream *, const struct held *, const struct err *);
int stream_fail_held(struct stream *, const struct held *, const struct err *);

/*
 * Says that the tool will write control lines of its own, but not before the first
 * STREAM_RECORD or STREAM_FINISH.  If the input has no control lines, the output then begins
 * with {"$sml":"begin"}.  Call it before the first stream_next.
 */
void stream_announce(struct stream *);

/*
 * Reads all of a second input, a file of records: calls each for every record, until it
 * returns -1.  Any bad record is an error; err names its place.
 */
int stream_read_file(const char *path, const struct common *, const struct fields *,
    int (*each)(void *tool, struct record *, struct err *), void *tool, struct err *);

/*
 * Flushes and closes everything, writes --stats and --metrics, and reports errors that were
 * not reported yet.  Returns the exit status, or dies of a signal.
 */
int stream_close(struct stream *);

#endif
