#ifndef SML_JOB_H
#define SML_JOB_H

#include <unistd.h>

#include "commit/commit.h"
#include "job_counts.h"
#include "run_options.h"
#include "sink/sink_router.h"
#include "sink/sinks.h"

struct task;
struct job_kafka;

/* How an attempt, or a step of an attempt, ended. */
enum attempt_end {
	ATTEMPT_DONE,	/* everything is committed */
	ATTEMPT_MOVED,	/* everything is committed; the group moves partitions */
	ATTEMPT_FAILED, /* undone back to the last commit; another attempt may succeed */
	ATTEMPT_FATAL	/* another attempt would end the same way */
};

/* What a run has through all its attempts. */
struct job {
	struct run_options *options;
	struct commit base; /* what DIR/commit says ... */
	bool begun;	    /* ... and whether it was there before this run */
	struct task **task; /* its pipelines; the array and each task are malloc'ed */
	size_t tasks;
	struct sinks sinks;
	struct sink_router router; /* finds the sink of each result */
	struct side_file rejects;  /* --rejects, for bad lines of the source */
	struct job_kafka *kafka;   /* NULL: neither source nor sink is a topic; malloc'ed */
	int lock;		   /* on DIR/commit.lock */
	char *states;		   /* the folder of the stages; malloc'ed */

	/* runs alone to find the record at which it fails; NULL: all run */
	struct task *searching;
	bool barrier_wanted; /* each pipeline must be sent a barrier, for a commit */
	bool stopping;	     /* nothing more is read */

	struct job_counts counts;	  /* of this run */
	bool stage_rejected, stage_found; /* a stage ended with status 3, or 4 */
};

/* Opens everything, and refuses a DIR that belongs to another run.  Returns -1 with err. */
int job_open(struct job *, struct run_options *, struct err *);

/*
 * Goes back to the last commit: asks the brokers for it, cuts the sinks back, and starts the
 * pipelines.  Returns ATTEMPT_DONE, or how the attempt ended, with err.
 */
enum attempt_end job_start(struct job *, struct err *);

/*
 * Commits what is before the barriers of all pipelines.  The steps come in this order so that
 * a commit never names bytes that a crash can lose (tests/smlrun.t kills before each step):
 *
 *	1. the stages' snapshots are on disk: each forwards the barrier only then
 *	2. their side files are locked, by the first commit of an attempt
 *	3. the sinks that are files, and --rejects, are put on disk
 *	4. DIR/commit is replaced, or the transaction is committed
 *	5. the committed parts of the stages' side files are appended, and their models
 *	   replaced (commit/settle.h); the next start does this again, in case it was cut short
 *
 * Returns ATTEMPT_DONE, or how the attempt ended, with err.  If a step before step 4 fails,
 * the commit is as it was.
 */
enum attempt_end job_commit(struct job *, struct err *);

/* Brings all files to what the last commit says, even if a crash came right after it. */
int job_settle(struct job *, struct err *);

/* Cuts off what was written after the last commit. */
int job_cut(struct job *, struct err *);

int job_close(struct job *, struct err *);

/* Returns whether results go to a topic: all of them, or some through --to-by. */
static inline bool
job_writes_topic(const struct job *j)
{
	return j->options->to_topic != NULL;
}

/* Unlocks DIR: members of a group lock it only while they start. */
static inline void
job_unlock(struct job *j)
{
	if (j->lock != -1)
		(void)close(j->lock);
	j->lock = -1;
}

/* Returns the last committed epoch of the pipeline that is furthest ahead. */
int64_t job_epoch(const struct job *);

#endif
