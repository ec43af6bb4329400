#ifndef SML_JOB_H
#define SML_JOB_H

#include "commit/commit.h"
#include "job_counts.h"
#include "run_options.h"
#include "sink/sink_router.h"
#include "sink/sinks.h"

struct task;
struct job_kafka;

/* How an attempt ended, or a step of one. */
enum attempt_end {
	ATTEMPT_DONE,	/* everything is committed */
	ATTEMPT_MOVED,	/* so it is; the group gives us other partitions */
	ATTEMPT_FAILED, /* nothing after the last commit counts: another attempt may go well */
	ATTEMPT_FATAL	/* another attempt would end the same way */
};

/* What a run holds through all its attempts. */
struct job {
	struct run_options *options;
	struct commit base; /* what DIR/commit says ... */
	bool begun;	    /* ... if it was there before this run */
	struct task **task; /* its pipelines; malloc'ed, each too */
	size_t tasks;
	struct sinks sinks;
	struct sink_router router; /* of results to the sinks */
	struct side_file rejects;  /* of the source's own bad lines */
	struct job_kafka *kafka;   /* NULL: neither end is a topic; malloc'ed */
	int lock;		   /* of this run; DIR/commit.lock */
	char *states;		   /* the folder of the stages; malloc'ed */

	struct task *searching; /* for the record at which it fails; NULL: all run */
	bool barrier_wanted;	/* each pipeline is to send one: a commit comes */
	bool stopping;		/* no more is read */

	struct job_counts counts;	  /* of this run */
	bool stage_rejected, stage_found; /* a stage ended with status 3, or 4 */
};

/* Opens everything, and refuses a DIR of another run.  Returns -1 with err. */
int job_open(struct job *, struct run_options *, struct err *);

/*
 * Goes back to what is committed: asks the brokers what that is, cuts the sinks, and starts the
 * pipelines.  Answers ATTEMPT_DONE, or how the attempt ended, with err.
 */
enum attempt_end job_start(struct job *, struct err *);

/*
 * Commits what is before the barriers of all pipelines.  In this order, so that a commit never
 * names bytes that a crash can lose (tests/smlrun.t kills before each step):
 *
 *	1. the stages' snapshots are on disk: each forwards the barrier only then
 *	2. their side files are locked, by the first commit of an attempt
 *	3. the sinks that are files, and --rejects, are put on disk
 *	4. DIR/commit is replaced, or the transaction is committed
 *	5. the stages' side files and models get what is committed (commit/settle.h),
 *	   which the next start repeats if it was cut short
 *
 * Answers ATTEMPT_DONE, or how the attempt ended, with err; what fails before step 4 leaves the
 * commit as it was.
 */
enum attempt_end job_commit(struct job *, struct err *);

/* Makes all files what the last commit says, also if a crash came right after it. */
int job_settle(struct job *, struct err *);

/* Cuts off what was written after the last commit. */
int job_cut(struct job *, struct err *);

int job_close(struct job *, struct err *);

/* Returns whether results go to a topic: all of them, or some by --to-by. */
static inline bool
job_writes_topic(const struct job *j)
{
	return j->options->to_topic != NULL;
}

/* The last epoch that is committed, of the pipeline that is furthest. */
int64_t job_epoch(const struct job *);

#endif
