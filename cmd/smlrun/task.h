#ifndef SML_TASK_H
#define SML_TASK_H

#include "commit/settle.h"
#include "feed.h"
#include "job.h"
#include "pipeline/results.h"
#include "sink/repeat.h"
#include "source/task_source.h"

/*
 * One pipeline of a run, with its source and its last commit.  A run that reads files has one
 * task; a run that reads a topic has one for each partition.
 */
struct task {
	struct job *job;
	int32_t partition; /* the partition it reads; -1: files, or merged partitions */
	char *states;	   /* the folder of its stages, SML_STATE; malloc'ed */
	bool is_new;	   /* the folder did not exist before */
	struct commit committed;
	struct task_source source;
	struct pipeline pipeline;
	struct results results;
	struct repeat repeat;	 /* compares results after the snapshot that come again */
	struct side_locks locks; /* on the side files of its stages */

	/* How many records of the source to read at most; UINT64_MAX: all. */
	uint64_t until;
	struct err bad;	   /* why a stage fails at the record after these */
	uint64_t bad_byte; /* the byte of its line at which the stage fails; 0: not known */

	/*
	 * To find the record at which a stage fails, the source is read again from the snapshot,
	 * with a mark after each line: the record is the one after the last mark that comes back.
	 */
	bool searching, record_failed;
	bool misused; /* a stage refused its options */
	int64_t marked;

	/* The members below belong to one attempt. */
	struct feed feed;
	enum attempt_end end; /* how the attempt ended, once it is over */
	bool over;
	struct err err;	  /* why it failed */
	bool returned;	  /* the barrier has come back: output after it waits for the commit */
	bool came_back;	  /* the end line of --drain has come back */
	bool blocked;	  /* bytes wait until the pipeline takes them */
	int64_t moved;	  /* when bytes last moved through one of the pipes; monotonic ns */
	int64_t heard;	  /* when something last came out; monotonic ns */
	int64_t closed;	  /* when its input was closed; 0: it is open */
	int64_t probe;	  /* when a probe is due */
	struct buf why;	  /* what a stage said before it ended badly */
	struct buf line;  /* half a result, if each result is sent to its own sink */
	uint64_t length;  /* bytes of results, including those of earlier runs */
	uint64_t written; /* number of results that are not committed */
	bool stage_rejected, stage_found; /* a stage ended with status 3, or 4 */

	/* What was sent to topics since the snapshot. */
	struct sink_sent sent;
};

/*
 * Makes the task of a partition (-1: of files, or of several merged partitions), with its
 * folder.  The caller sets the task's source and its last commit.  Returns -1 with err.  Call
 * task_close in any case.
 */
int task_open(struct task *, struct job *, int32_t partition, struct err *);
void task_close(struct task *);

/*
 * These start an attempt.  task_settle brings files to what the last commit says, even if a
 * crash came right after the commit; task_start goes back to the snapshot's place in the
 * source, and starts the pipeline.  Both return -1 with err.
 */
int task_settle(struct task *, struct err *);
int task_start(struct task *, struct err *);

/* Ends the pipeline, whatever it is doing. */
void task_end(struct task *);

/*
 * Ends the attempt of this task; unless end is ATTEMPT_DONE, the caller must have filled in
 * err.
 */
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
 * Ends the attempt if the pipeline is too slow.  grace: when --grace ends, monotonic ns; 0: no
 * signal has come.
 */
void task_check_time(struct task *, int64_t grace);

/* To be called when brokers have delayed us, by ns: gives the pipeline that much more time. */
void task_hold_up(struct task *, int64_t ns);

/*
 * Returns when there will be something to do even if nothing happens, monotonic ns; INT64_MAX:
 * never.
 */
int64_t task_due(const struct task *);

/* Returns whether the next commit waits for this pipeline. */
bool task_holds_commit(const struct task *);

#endif
