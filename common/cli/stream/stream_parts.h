#ifndef SML_STREAM_PARTS_H
#define SML_STREAM_PARTS_H

#include "base/replace.h"
#include "cli/stream/control.h"
#include "cli/stream/input.h"
#include "cli/stream/saved.h"
#include "cli/stream/stream.h"

/* The inside of a stream: what stream*.c and lateness.c share, and nobody else. */

/* The next step. */
enum stream_stage {
	STAGE_START,
	STAGE_LOAD, /* the snapshot's next line */
	STAGE_RUN,  /* the next line of the input */
	/* From here on nothing may be pending. */
	STAGE_SAVE,	 /* save on the way: before the first record, --save-every */
	STAGE_REFUSE,	 /* the current line, for the reason in why */
	STAGE_LONG,	 /* the line, of which nothing was read yet */
	STAGE_CONTROL,	 /* obey the current line */
	STAGE_HANGUP,	 /* SIGHUP becomes an event */
	STAGE_FORWARD,	 /* the control line that the tool has acted on */
	STAGE_BARRIER,	 /* complete the snapshot, forward the barrier */
	STAGE_SAVED,	 /* complete the snapshot, and go on */
	STAGE_END,	 /* of the input */
	STAGE_BROKEN,	 /* the input, for the reason in why */
	STAGE_STOP,	 /* end here, or before the record where the run stopped */
	STAGE_FINISHED,	 /* save once more: the end was reached */
	STAGE_LAST_SAVE, /* complete the snapshot, and end */
	STAGE_OVER
};

enum { REPLACEMENTS = 8 }; /* most models that one run replaces */

struct stream {
	struct common *common;
	struct fields *fields;
	struct stat_row own[6];
	const char *time_unit; /* for --stats: what numbers count, once it is known */
	uint64_t format;
	struct buf options; /* those that shape results, as JSON, terminated */

	enum stream_stage stage;
	enum stream_event event; /* of the tool's turn */
	bool pending;		 /* the tool has kept records to answer later */
	bool stopped;		 /* at a record: go on before mark */
	struct mark mark;
	bool at_fault;	   /* that record */
	struct buf fault;  /* the line at fault, for the failed line */
	bool saves;	   /* on the way: --save-every */
	bool failed;	   /* ends now, saving nothing */
	int64_t signalled; /* when stream_cut first saw a signal, monotonic ns; 0: never */
	bool hangs;	   /* SIGHUP is an event */
	struct err why;

	struct input *input;
	struct line line;
	struct record record;
	struct output output;
	bool *met; /* by field: a record of this run had it */
	size_t met_room;
	int slots;		  /* how many fields record and met know */
	int needed;		  /* a field that some record must have; -1: none */
	int unmet;		  /* how many fields that are read were in no record yet */
	struct buf first_names;	  /* of the members of the first record, if it lacked any */
	struct saved_file *files; /* beside the output, as the state knew them */
	size_t files_count;
	bool first;		  /* no line was handed out yet */
	bool at_first;		  /* the current line is the first */
	bool begins;		  /* with a control line; set by stream_load_begin */
	bool control;		  /* the stream carries them */
	bool carries_models;	  /* its model lines are obeyed, no other */
	bool announces;		  /* write begin, unless the input begins with control */
	bool announced;		  /* it was written */
	bool needs_end;		  /* the input is complete only with an end line */
	bool ended;		  /* by an end line, or drained */
	bool passed_on;		  /* another stage's failed line was forwarded */
	const char *unrepeatable; /* why marks are refused; NULL: they are not */
	struct control control_line;
	int64_t watermark, hold;
	int64_t highest, ahead;	  /* time accepted; time refused last; INSTANT_NONE: none */
	const char *mover_source; /* of the record that set the watermark; borrowed */
	char *mover_before;	  /* the same, if it was in a former run; malloc'ed */
	uint64_t mover_line;
	char mover[512];		  /* "source:line" */
	const char *mover_text;		  /* for --stats */
	uint64_t block_start, block_late; /* of the last 1000 records: how many were late */
	bool block_told;
	int64_t promised; /* by the last watermark line; INSTANT_NONE: none came */

	bool loaded, restored; /* from F; by a restore line */
	bool barriers;	       /* snapshots are F.ID: F itself is left alone */
	bool numbered;	       /* id is the last barrier's or mark's */
	int64_t id;
	/* The snapshot written or loaded last, and the one before it; id 0: none. */
	struct snapshot_id last, older;
	bool wrote_last, wrote_older;	     /* this run did */
	char restored_nonce[NONCE_SIZE + 1]; /* of the snapshot that the restore line names */
	int lock;
	struct buf state; /* the name of the state in smlrun's folder, terminated */
	struct snap *snap;
	struct replace replacement[REPLACEMENTS]; /* renamed with the state */
	unsigned int replacements;
	struct snap_reader *loading;
	const char *section;
	struct value object;

	uint64_t save_records, saved_records; /* --save-every N; when it was saved last */
	int64_t save_ns, saved_at;	      /* --save-every DUR, monotonic ns */
	uint64_t records, rejected, late_records;
	struct progress progress;
};

/* Returns whether the tool's cli has this bit: COMMON_STATE and its like. */
static inline bool
stream_is(const struct stream *s, unsigned int what)
{
	return (s->common->cli->common & what) != 0;
}

/* What a step returns if it has no event for the tool: step again. */
enum { NOTHING = STREAM_OVER + 1 };

/* Writes an error; if at_line, with the place of the current line. */
void stream_say(struct stream *, const struct err *, bool at_line);

/* Makes record and met ready for all present fields. */
int stream_fields(struct stream *, struct err *);

/* Returns which record set the watermark, "source:line", or NULL if none did. */
const char *stream_mover(struct stream *);

/* Sends the current line to --rejects, or stops the run here. */
void stream_refuse(struct stream *, const struct err *);

/* Stops before the current line, even if the record is not at fault. */
void stream_stop(struct stream *, const struct err *);

/* Says that a line follows the one that ended the stream.  Returns -1. */
int stream_after_end(struct err *);

/* End the run.  stream_fatal writes a message, fails the run and saves nothing. */
int stream_over(struct stream *);
int stream_fatal(struct stream *, const struct err *);

/*
 * Has the tool save the snapshot FILE.ID, or FILE if id is 0; the stage after that is `next`.
 */
int stream_save(struct stream *, int64_t id, enum stream_stage next);

/* Act on the current control line; forward it. */
int stream_obey(struct stream *);
void stream_forward(struct stream *);

/* Writes done or failed, a stage's last line, if somebody drives the stream. */
void stream_last_line(struct stream *);

/* Writes the begin line that stream_announce asked for, if it is needed. */
void stream_begin(struct stream *);

/*
 * Which control lines are obeyed in what is read now.  Whoever can write data must not be
 * able to command a run, so an option or the environment must allow it.
 */
enum obeyed {
	OBEY_NONE,
	OBEY_MODELS, /* begin and model alone */
	OBEY_ALL
};

static inline enum obeyed
stream_obeyed(const struct stream *s)
{
	if (s->common->control || (s->common->driven && input_is_standard(s->input)))
		return OBEY_ALL;
	return s->carries_models ? OBEY_MODELS : OBEY_NONE;
}

/* Locks the state.  Without --state, names it first if smlrun has a folder for states. */
int stream_take_state(struct stream *, struct err *);

/*
 * The files beside the output.  stream_files_load reads such a line of the snapshot and cuts
 * the file back to the length there; a file that is not open now is noted for a run that has
 * it again.  stream_files_new returns whether a file is open that the snapshot does not know.
 * stream_files_save writes a line for each, also for those noted.
 */
int stream_files_load(struct stream *, struct err *);
bool stream_files_new(const struct stream *);
int stream_files_sync(struct stream *, struct err *);
int stream_files_save(struct stream *, struct err *);

/*
 * Load a snapshot: stream_load_begin decides which one and begins, stream_load_next reads
 * a line.  Return an event, NOTHING, or -1.
 */
int stream_load_begin(struct stream *, struct err *);
int stream_load_next(struct stream *, struct err *);

/*
 * Starts the snapshot FILE.ID, or FILE if id is 0: as before the record at which the run
 * stopped, if it did.  Flushes everything written so far first.
 */
int stream_save_begin(struct stream *, int64_t id, bool last, struct err *);

/* Completes the snapshot, and removes the older ones that are no longer needed. */
int stream_save_end(struct stream *, struct err *);

/* Replaces the state, if one is being written, and all files that stream_replace took over. */
int stream_commit(struct stream *, struct err *);

/* Does the same at the end of a run that went well, for files not yet replaced. */
void stream_commit_rest(struct stream *);

#endif
