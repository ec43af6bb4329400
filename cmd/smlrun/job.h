#ifndef SML_JOB_H
#define SML_JOB_H

#include "commit/settle.h"
#include "pipeline/pipeline.h"
#include "pipeline/results.h"
#include "run_options.h"
#include "sink/repeat.h"
#include "sink/sink_file.h"
#include "source/file_source.h"

/* What a run holds through all its attempts: both ends of the pipeline, and what is committed. */
struct job {
	struct run_options *options;
	struct commit committed;
	struct file_source source;
	struct sink_file sink;
	struct side_locks locks;
	struct side_file rejects; /* of the source's own bad lines */
	struct pipeline pipeline;
	struct results results;
	struct repeat repeat; /* of results after the snapshot */
	uint64_t until;	      /* read no more records than this, of all; UINT64_MAX */

	/*
	 * To find the record at which a stage fails, the source is read again from the snapshot,
	 * with a mark after each line: the last one that comes back names it.
	 */
	bool searching, record_failed;
	int64_t marked;
	struct err bad;	   /* why it failed there */
	uint64_t bad_byte; /* and at which byte of the line; 0: not known */
	int lock;	   /* DIR/commit.lock */
	char *states;	   /* the folder of the stages, SML_STATE */

	/* Of this run, for --stats: what is committed. */
	uint64_t records, written, rejected, commits, restarts, epoch;
	bool stage_rejected, stage_found; /* a stage ended with status 3, or 4 */
};

/* Opens everything, and refuses a DIR of another run.  Returns -1 with err. */
int job_open(struct job *, struct run_options *, struct err *);

/* Goes back to what is committed: cuts the sink and goes to the place in the source. */
int job_go_back(struct job *, struct err *);

/*
 * Commits what is before a barrier.  In this order, so that DIR/commit never names bytes that
 * a crash can lose (tests/smlrun.t kills before each step):
 *
 *	1. the stages' snapshots are on disk: each forwards the barrier only then
 *	2. the sink and --rejects are put on disk
 *	3. DIR/commit is replaced
 *	4. the stages' side files and models get what is committed (commit/settle.h),
 *	   which the next start repeats if it was cut short
 *
 * Returns -1 with err; what fails before step 3 leaves the commit as it was.
 */
int job_commit(struct job *, const struct commit *, struct err *);

/* Makes all files what the last commit says, also if a crash came right after it. */
int job_settle(struct job *, struct err *);

/* Cuts off what was written after the last commit. */
int job_cut(struct job *, struct err *);

int job_close(struct job *, struct err *);

#endif
