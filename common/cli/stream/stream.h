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
 * The protocol of sml-stream(7): records, bad and late ones, control lines,
 * snapshots, resuming, signals, flushing, exit status.  A tool pulls events,
 * so that its own loop stays its own:
 *
 *	while ((event = stream_next(s)) != STREAM_OVER)
 *		switch (event) { … }
 *
 * What follows an event (a control line forwarded, a snapshot completed)
 * happens when the tool asks for the next one, after it has written what
 * belongs before it: no tool can get the order wrong.
 */
enum stream_event {
	STREAM_LOAD,   /* stream_section(), stream_object(): a line of the snapshot */
	STREAM_LOADED, /* the snapshot's last line has gone by; only after a snapshot */
	STREAM_RECORD, /* stream_record() */
	STREAM_TIME,   /* a watermark line: stream_watermark() may have moved */
	STREAM_CONTROL, /* stream_control(): a line that is not known here; COMMON_CONTROL_LINES */
	STREAM_READY,  /* what stream_watch() asked for */
	STREAM_HANGUP, /* SIGHUP came: read again what may have changed; stream_hangup() */
	STREAM_DRAIN,  /* write all that is pending, then stream_pending(s, false) */
	STREAM_SAVE, /* put the state into stream_snap(); NULL for COMMON_BARRIER: commit now */
	STREAM_FINISH, /* the input is complete: close what is open */
	STREAM_OVER    /* nothing more; call stream_close */
};

struct stream;

/*
 * Opens the stream that the common options describe.  options is the tool's
 * struct (it begins with a struct common, parsed by opt_parse).  fields are
 * complete, but may be added to later, between two records.  format: of the
 * tool's snapshots, raised when they change.  rows: what the tool counts beside
 * the stream's own, or NULL; borrowed.  NULL after a message: exit with
 * EXIT_FAILED.
 */
struct stream *stream_open(void *options, struct fields *, unsigned int format,
    const struct stat_row *rows);

enum stream_event stream_next(struct stream *);

/* Of the current event; borrowed until the next one. */
struct record *stream_record(struct stream *);
struct snap *stream_snap(struct stream *);
const char *stream_section(const struct stream *);
struct value stream_object(const struct stream *);

/* Of STREAM_CONTROL: the line, an object; forwarded when the next event is asked for. */
struct value stream_control(const struct stream *);

/*
 * Where output goes.  It is flushed before the stream waits; a tool that waits
 * by itself calls stream_flush before.  Returns 0, or -1 where the run cannot
 * go on: the next event is STREAM_OVER.
 */
struct out *stream_out(struct stream *);
int stream_flush(struct stream *);

/*
 * Whether the run must end now, in the middle of an event: a write has failed,
 * or a signal came and no state will be saved.  Under --state a signal lets
 * the event take ten seconds more; then the run fails and saves nothing.  An
 * event that may write without bound asks after each result, and returns where
 * this is true; the next event is then STREAM_OVER.
 */
bool stream_cut(struct stream *);

/*
 * The record of the current event cannot be used, for the reason in err: it
 * goes to --rejects, or the run stops here, with the state as it was before
 * this record: nothing of it may have been counted, nothing been written.
 * Where the reason is that memory was short, the run ends and saves nothing;
 * where a server is away, it stops here and exits 75.
 */
void stream_reject(struct stream *, const struct err *);

/*
 * The same for a record that is late, by so many ns: it goes to --late or the
 * run stops, with a message that names the --lateness (ns) that would have
 * taken it.  For tools that keep no records: nothing is drained before.
 */
void stream_late(struct stream *, int64_t by, int64_t lateness);

/* Whether --late takes late records, so that a tool can count them in part. */
bool stream_takes_late(const struct stream *);

/*
 * The run cannot go on, whatever --rejects says: a limit, a broken file.  At a
 * record the state is saved as before it; at another event nothing is saved.
 */
void stream_fail(struct stream *, const struct err *);

/*
 * A field that no record had is warned of at the end; of this one, which was
 * there at stream_open, the tool tells itself.
 */
void stream_excuse(struct stream *, int slot);

/*
 * Without this field the run was for nothing: where records came and none had it,
 * stream_close reports an error, not a warning, and the exit status is 1.
 */
void stream_need(struct stream *, int slot);

/* A warning with the current record's place; repeats are counted. */
void stream_warn(struct stream *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The watermark, ns: INSTANT_NONE before any.  stream_advance raises it (a
 * lower one changes nothing); it stands in the snapshot.  stream_hold lowers
 * the time that the current watermark line is forwarded with, to the earliest
 * that later output can carry.
 */
int64_t stream_watermark(const struct stream *);
void stream_advance(struct stream *, int64_t watermark);
void stream_hold(struct stream *, int64_t earliest);

/*
 * The tool obeys model lines: of control lines, these and begin are then
 * obeyed where no other is.  Call it before the first stream_next.
 */
void stream_carry_models(struct stream *);

/*
 * Takes over a file that the tool has written (replace_begin) and that belongs
 * to what the run has done so far, a model.  At STREAM_SAVE it is replaced
 * together with the state; handed over later, at the next save or at
 * stream_close, if the run went well.
 */
struct replace;
void stream_replace(struct stream *, struct replace *);

/* Whether this stream carries control lines. */
bool stream_carries_control(const struct stream *);

/*
 * How many data records came, the current one, bad ones and those of former
 * runs included.
 */
uint64_t stream_count(const struct stream *);

/* Makes the exit status EXIT_FOUND where --exit-code was given. */
void stream_found(struct stream *);

/*
 * SIGHUP no longer ends the run, but is an event between two records, with
 * nothing pending.
 */
void stream_hangup(struct stream *);

/*
 * A file beside standard output that the tool writes to: it is flushed before
 * the stream waits, and the run fails where that cannot be.  Borrowed; the tool
 * closes it behind the last stream_next.
 */
void stream_beside(struct stream *, struct side *);

/* What follows is for tools that answer later than they read: a server, a co-process. */

/*
 * While there is nothing to read the stream also waits for these descriptors
 * (at most WATCH_MAX), and, from now on, ms milliseconds (-1: for ever; 0:
 * until there is nothing to read, for what is better done in large batches):
 * STREAM_READY then comes, with revents filled in, or all zero where the time
 * is over; that comes once.  Under a steady input it comes between two reads,
 * so that neither side starves.  n 0, ms -1: watch nothing.  fds is borrowed,
 * and may be changed, until the next call.
 */
void stream_watch(struct stream *, struct pollfd *fds, unsigned int n, int ms);

/*
 * Whether there are records that were read but not yet written.  While there
 * are, STREAM_DRAIN comes before anything whose place in the stream matters: a
 * control line is obeyed, a bad record refused, a state saved, the input's end
 * told of, SIGTERM obeyed.  The tool then answers all of them, in order and
 * however long that takes.  (A wait of its own, by sig_wait, is ended by
 * SIGTERM with EINTR until sig_came was asked; the answers are still due.)
 */
void stream_pending(struct stream *, bool);

/*
 * Keeps the current record, to be answered when the stream is further on:
 * held_parse, and then as any record.
 */
int stream_keep(struct stream *, struct held *, struct err *);

/*
 * stream_reject and stream_fail for a record that was kept; the tool refuses
 * in the order of the input.  -1: the run stops at it (stream_reject_held
 * without --rejects, and stream_fail_held always): nothing of this record or a
 * later one may be written.  What is pending is forgotten, and STREAM_SAVE,
 * where there is a state, saves it as of before this record.
 */
int stream_reject_held(struct stream *, const struct held *, const struct err *);
int stream_fail_held(struct stream *, const struct held *, const struct err *);

/*
 * The tool will write control lines of its own, not before the first
 * STREAM_RECORD or STREAM_FINISH: where the input carries none, the output
 * begins with {"$sml":"begin"}.  Call it before the first stream_next.
 */
void stream_announce(struct stream *);

/*
 * Reads a second input through, a file of records: calls back for each and
 * stops at the first -1.  Any bad record is an error; err names its place.
 */
int stream_read_file(const char *path, const struct common *, const struct fields *,
    int (*each)(void *tool, struct record *, struct err *), void *tool, struct err *);

/*
 * Flushes and closes everything, writes --stats and --metrics, says what is
 * to be said.  Returns the exit status; may die of a signal instead.
 */
int stream_close(struct stream *);

#endif
