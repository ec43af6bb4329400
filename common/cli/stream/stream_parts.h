#ifndef SML_STREAM_PARTS_H
#define SML_STREAM_PARTS_H

#include "base/replace.h"
#include "cli/stream/control.h"
#include "cli/stream/input.h"
#include "cli/stream/saved.h"
#include "cli/stream/stream.h"

/* The inside of a stream: only stream*.c and lateness.c may include this. */

/* The next step. */
enum stream_stage {
	STAGE_START,
	STAGE_LOAD, /* read the next line of the snapshot */
	STAGE_RUN,  /* read the next line of the input */
	/* In the stages below nothing may be pending. */
	STAGE_SAVE,	 /* save during the run: before the first record, --save-every */
	STAGE_REFUSE,	 /* refuse the current line, for the reason in why */
	STAGE_LONG,	 /* refuse a long line, of which nothing was read yet */
	STAGE_CONTROL,	 /* obey the current line */
	STAGE_HANGUP,	 /* make SIGHUP an event */
	STAGE_FORWARD,	 /* forward the control line that the tool has acted on */
	STAGE_BARRIER,	 /* complete the snapshot, forward the barrier */
	STAGE_SAVED,	 /* complete the snapshot, and continue */
	STAGE_END,	 /* end of the input */
	STAGE_BROKEN,	 /* the input is broken, for the reason in why */
	STAGE_STOP,	 /* end here or, if a record stopped the run, before it */
	STAGE_FINISHED,	 /* the end was reached: save once more */
	STAGE_LAST_SAVE, /* complete the snapshot, and end */
	STAGE_OVER
};

enum { REPLACEMENTS = 8 }; /* the most models that one run replaces */

struct stream {
	struct common *common;
	struct fields *fields;
	struct stat_row own[6];
	const char *time_unit; /* for --stats: the unit of times, once it is known */
	uint64_t format;
	struct buf options; /* options that change results, as JSON, terminated */

	enum stream_stage stage;
	enum stream_event event; /* the event that the tool is handling */
	bool pending;		 /* the tool has kept records to answer later */
	bool stopped;		 /* at a record: the next run continues before mark */
	struct mark mark;
	bool at_fault;	   /* that record */
	struct buf fault;  /* the line at fault, which the control line "failed" shows */
	bool saves;	   /* --save-every: saves during the run */
	bool failed;	   /* the run ends now and saves nothing */
	int64_t signalled; /* when stream_cut first saw a signal, monotonic ns; 0: never */
	bool hangs;	   /* SIGHUP is an event */
	struct err why;

	struct input *input;
	struct line line;
	struct record record;
	struct output output;
	bool *met; /* for each field: a record of this run had it */
	size_t met_room;
	int slots;		  /* how many fields record and met have room for */
	int needed;		  /* a field that some record must have; -1: none */
	int unmet;		  /* how many fields that are read no record has had yet */
	struct buf first_names;	  /* names in the first record, if it lacked any field */
	struct saved_file *files; /* the files besides the output that are in the state */
	size_t files_count;
	bool first;		  /* no line was handed out yet */
	bool at_first;		  /* the current line is the first */
	bool begins;		  /* the input begins with a control line */
	bool control;		  /* the stream has control lines */
	bool carries_models;	  /* only its model lines are obeyed */
	bool announces;		  /* write begin, unless the input has control lines */
	bool announced;		  /* begin was written */
	bool needs_end;		  /* the input is complete only with an end line */
	bool ended;		  /* an end line came, or the input was drained */
	bool passed_on;		  /* another stage's failed line was forwarded */
	const char *unrepeatable; /* why marks are refused; NULL: they are not */
	struct control control_line;
	int64_t watermark, hold;
	int64_t highest, ahead; /* highest time accepted, last time refused, or INSTANT_NONE */
	const char *mover_source; /* of the record that set the watermark; borrowed */
	char *mover_before;	  /* the same from a former run; malloc'ed */
	uint64_t mover_line;
	char mover[512];		  /* "source:line" */
	const char *mover_text;		  /* for --stats */
	uint64_t block_start, block_late; /* how many of the last 1000 records were late */
	bool block_told;
	int64_t promised; /* time of the last watermark line; INSTANT_NONE: none came */

	bool loaded, restored; /* a state was loaded; a restore line named it */
	bool barriers;	       /* snapshots are F.ID: F itself is left alone */
	bool numbered;	       /* id is the number of the last barrier or mark */
	int64_t id;
	/* The snapshot written or loaded last, and the snapshot before it; id 0: none. */
	struct snapshot_id last, older;
	bool wrote_last, wrote_older;	     /* this run wrote it */
	char restored_nonce[NONCE_SIZE + 1]; /* of the snapshot that the restore line names */
	int lock;
	struct buf state; /* the name of the state in smlrun's folder, terminated */
	struct snap *snap;
	struct replace replacement[REPLACEMENTS]; /* renamed with the state */
	unsigned int replacements;
	struct snap_reader *loading;
	const char *section;
	struct value object;

	uint64_t save_records, saved_records; /* --save-every N; records at the last save */
	int64_t save_ns, saved_at;	      /* --save-every DUR; last save; monotonic ns */
	uint64_t records, rejected, late_records;
	struct progress progress;
};

/* Returns whether the tool's cli has a bit such as COMMON_STATE. */
static inline bool
stream_is(const struct stream *s, unsigned int what)
{
	return (s->common->cli->common & what) != 0;
}

/* What a step returns if it has no event for the tool: do the next step. */
enum { NOTHING = STREAM_OVER + 1 };

/* Writes an error message; if at_line, with the place of the current line. */
void stream_say(struct stream *, const struct err *, bool at_line);

/* Makes record and met large enough for all present fields. */
int stream_fields(struct stream *, struct err *);

/* Returns the record that set the watermark, as "source:line", or NULL if none did. */
const char *stream_mover(struct stream *);

/* Sends the current line to --rejects, or stops the run here. */
void stream_refuse(struct stream *, const struct err *);

/* Stops before the current line, also for errors that are not the record's. */
void stream_stop(struct stream *, const struct err *);

/* Fills err: a line follows the line that ended the stream.  Returns -1. */
int stream_after_end(struct err *);

/* End the run.  stream_fatal also writes a message, fails the run and saves nothing. */
int stream_over(struct stream *);
int stream_fatal(struct stream *, const struct err *);

/*
 * Makes the tool save the snapshot FILE.ID, or FILE if id is 0; the stage after that is
 * `next`.
 */
int stream_save(struct stream *, int64_t id, enum stream_stage next);

/* stream_obey acts on the current control line, stream_forward forwards it. */
int stream_obey(struct stream *);
void stream_forward(struct stream *);

/* Writes done or failed, a stage's last line, if a driver reads the output. */
void stream_last_line(struct stream *);

/* Writes the begin line that stream_announce asked for, if it is needed. */
void stream_begin(struct stream *);

/*
 * Which control lines are obeyed in what is read now.  Those who can write data must not be
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
 * The files besides the output.  stream_files_load reads the line of a file from the snapshot,
 * and cuts the file back to the length there; if the file is not open now, it is noted for a
 * run that has it again.  stream_files_new returns whether a file is open that the snapshot
 * does not have.  stream_files_save writes a line for each file, also for the noted ones.
 */
int stream_files_load(struct stream *, struct err *);
bool stream_files_new(const struct stream *);
int stream_files_sync(struct stream *, struct err *);
int stream_files_save(struct stream *, struct err *);

/*
 * Load a snapshot: stream_load_begin decides which one and starts loading, stream_load_next
 * reads a line.  Both return an event, NOTHING, or -1.
 */
int stream_load_begin(struct stream *, struct err *);
int stream_load_next(struct stream *, struct err *);

/*
 * Starts the snapshot FILE.ID, or FILE if id is 0.  If the run stopped at a record, the state
 * is saved as it was before that record.  First flushes everything written so far.
 */
int stream_save_begin(struct stream *, int64_t id, bool last, struct err *);

/* Completes the snapshot, and removes older ones that are no longer needed. */
int stream_save_end(struct stream *, struct err *);

/* Replaces the state, if one is being written, and all files given to stream_replace. */
int stream_commit(struct stream *, struct err *);

/* At the end of a run that went well: replaces what is left of the files of stream_replace. */
void stream_commit_rest(struct stream *);

#endif
