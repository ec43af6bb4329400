#ifndef SML_STREAM_PARTS_H
#define SML_STREAM_PARTS_H

#include "control.h"
#include "input.h"
#include "saved.h"
#include "side.h"
#include "stream.h"

/* A stream from within: what stream*.c share, and nobody else. */

/* What the next step is. */
enum stream_stage {
	STAGE_START,
	STAGE_LOAD,		/* the snapshot's next line */
	STAGE_RUN,		/* the next line of the input */
	STAGE_FORWARD,		/* the control line that the tool has acted on */
	STAGE_BARRIER,		/* complete the snapshot, forward the barrier */
	STAGE_DRAINED,		/* save once more: the end was reached */
	STAGE_LAST_SAVE,	/* complete the snapshot, and end */
	STAGE_OVER
};

struct stream {
	struct common *common;
	struct fields *fields;
	const struct stat_row *tables[3];
	struct stat_row own[4];
	uint64_t format;
	struct buf options;	/* the shaping ones as JSON, terminated */

	enum stream_stage stage;
	enum stream_event event;	/* of the tool's turn */
	enum status status;
	bool stopped;		/* at the current record */
	bool failed;		/* at once, saving nothing */
	bool found;
	int signal;		/* that ended the run; 0: none */

	struct input *input;
	struct line line;
	struct record record;
	struct out out;
	struct side rejects, late;
	bool *met;		/* by field: a record of this run had it */
	int unmet;		/* how many that are read none had yet */
	struct buf first_names;	/* of the members of the first record, if it lacked any */
	struct saved_side rejects_before, late_before; /* as the state knew them */
	bool first;		/* no line was handed out yet */
	bool at_first;		/* the current line is the first */
	bool control;		/* the stream carries them */
	bool ended;		/* by an end line, or drained */
	struct control control_line;
	int64_t watermark, hold;
	int64_t promised;	/* by the last watermark line; INSTANT_NONE: none came */

	bool loaded, restored;	/* from F; by a restore line */
	bool barriers;		/* snapshots are F.ID: F itself is left alone */
	bool numbered;		/* id is the last barrier's */
	int64_t id;
	int lock;
	struct snap *snap;
	struct snap_reader *loading;
	const char *section;
	struct value object;

	uint64_t records, rejected, late_records;
	struct progress progress;
	int64_t metrics_written;	/* monotonic ns */
};

/* What a step returns where it has no event for the tool: step again. */
enum { NOTHING = STREAM_OVER + 1 };

/* A message; with the place of the current line, where at_line. */
void	stream_say(struct stream *, const struct err *, bool at_line);

/* stream_reject for the current line, whatever the event. */
void	stream_refuse(struct stream *, const struct err *);

/* May control lines stand in what is read now? */
bool	stream_admits_control(const struct stream *);

/*
 * Decides what is loaded, and begins; then a line a call.  An event, NOTHING,
 * or -1.
 */
int	stream_load_begin(struct stream *, struct err *);
int	stream_load_next(struct stream *, struct err *);

/*
 * Starts the snapshot FILE.ID, or FILE where id is 0; again: as before the
 * current line.  Everything written so far is flushed before.
 */
int	stream_save_begin(struct stream *, int64_t id, bool again,
	    struct err *);

/* Completes it; removes the snapshots that it makes superfluous. */
int	stream_save_end(struct stream *, struct err *);

#endif
