#ifndef SML_TASK_H
#define SML_TASK_H

#include "commit/settle.h"
#include "feed.h"
#include "job.h"
#include "pipeline/results.h"
#include "sink/repeat.h"
#include "source/task_source.h"

/*
 * One pipeline of a run, with its source and what is committed of that.  A run that reads files
 * has one task; a run that reads a topic has one for each partition.
 */
struct task {
	struct job *job;
	int32_t partition; /* the one that it reads; -1: files, or several merged */
	char *states;	   /* the folder of its stages, SML_STATE; malloc'ed */
	bool is_new;	   /* the folder was missing */
	struct commit committed;
	struct task_source source;
	struct pipeline pipeline;
	struct results results;
	struct repeat repeat;	 /* of the results after the snapshot */
	struct side_locks locks; /* of the side files of its stages */

	/* How many records of the source to read at most; UINT64_MAX: all. */
	uint64_t until;
	struct err bad;	   /* why a stage fails there */
	uint64_t bad_byte; /* at which byte of the line; 0: not known */

	/*
	 * To find the record at which a stage fails, the source is read again from the snapshot,
	 * with a mark after each line: the record is the one after the last mark that comes back.
	 */
	bool searching, record_failed;
	bool misused; /* a stage refused its options */
	int64_t marked;

	/* Of one attempt. */
	struct feed feed;
	enum attempt_end end; /* how the attempt ended, once it is over */
	bool over;
	struct err err;	  /* why it failed */
	bool returned;	  /* the barrier is back: output after it waits for the commit */
	bool came_back;	  /* the end line of --drain is back */
	bool blocked;	  /* bytes wait until the pipeline takes them ... */
	int64_t moved;	  /* ... and when one of the pipes last moved; monotonic ns */
	int64_t heard;	  /* when something last came out; monotonic ns */
	int64_t closed;	  /* when its input was closed; 0: it is open */
	int64_t probe;	  /* when a probe is due */
	struct buf why;	  /* what a stage said before it ended badly */
	struct buf line;  /* half a result, if each result is sent to its own sink */
	uint64_t length;  /* bytes of results, including earlier runs */
	uint64_t written; /* results that are not committed */
	bool stage_rejected, stage_found; /* a stage ended with status 3, or 4 */

	/* What went to topics since the snapshot. */
	struct sink_sent sent;
};

/*
 * Makes the task of a partition (-1: of files, or of several), with its folder.  The caller sets
 * its source and what is committed.  Returns -1 with err; task_close in any case.
 */
int task_open(struct task *, struct job *, int32_t partition, struct err *);
void task_close(struct task *);

/*
 * Begin an attempt: task_settle brings files to what the last commit says, even if a crash came
 * right after it; task_start goes to its place in the source, and starts the pipeline.  Return -1
 * with err.
 */
int task_settle(struct task *, struct err *);
int task_start(struct task *, struct err *);

/* Ends the pipeline, whatever it is doing. */
void task_end(struct task *);

/* Ends the attempt of this task; unless end is ATTEMPT_DONE, the caller has filled in err. */
static inline void
task_stop(struct task *t, enum attempt_end end)
{
	t->over = true;
	t->end = end;
}

/* These write what the pipeline takes, read what came out, and handle that up to a barrier. */
void task_write(struct task *);
void task_read(struct task *);
void task_take(struct task *);

/*
 * Ends the attempt if it is too slow; grace: when --grace ends, monotonic ns; 0: no signal came.
 */
void task_check_time(struct task *, int64_t grace);

/* To be called when brokers have delayed us, by ns: gives the pipeline that much more time. */
void task_hold_up(struct task *, int64_t ns);

/*
 * Returns when there is something to do even if nothing happens; monotonic ns, INT64_MAX: never.
 */
int64_t task_due(const struct task *);

/* Does the next commit wait for this pipeline? */
bool task_holds_commit(const struct task *);

#endif
