#ifndef SML_JOB_COUNTS_H
#define SML_JOB_COUNTS_H

#include "base/latency.h"
#include "cli/report/stats.h"

struct job;

/*
 * The counts of a run for --stats, --metrics and --progress.  They cover only what is
 * committed.
 */
struct job_counts {
	uint64_t records, written, rejected, commits, restarts, epoch;
	struct latency commit; /* from a barrier's start to its commit, ns */

	/* The rest is filled in just before it is written. */
	double commit_seconds[3]; /* quantiles 0.5, 0.95 and 0.99 */
	double snapshot_bytes;
	double lag, lag_seconds; /* of the run's topic; NaN: the source is files */
	int64_t metrics_written; /* monotonic ns */
	struct progress progress;
};

void job_counts_start(struct job *);

/* Shows progress, and from time to time rewrites the file of --metrics.  Call it often. */
void job_counts_show(struct job *);

/*
 * Writes the counts that --stats and --metrics ask for, at the end of the run.  Returns -1
 * with err.
 */
int job_counts_write(struct job *, struct err *);

#endif
