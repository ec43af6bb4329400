/* Counts what a run does, for --stats, --metrics and --progress. */
#include <sys/stat.h>

#include <math.h>

#include "base/clock.h"
#include "commit/settle.h"
#include "job_counts.h"
#include "job_kafka.h"
#include "task.h"

static const int64_t metrics_every = 10000000000; /* ns */

void
job_counts_start(struct job *j)
{
	j->counts.metrics_written = clock_monotonic();
	if (j->options->common.progress)
		progress_start(&j->counts.progress, j->options->common.diag);
}

/* Fills in the values that are measured, not counted. */
static void
look(struct job *j)
{
	static const double quantiles[] = { 0.5, 0.95, 0.99 };
	struct job_counts *c = &j->counts;

	for (int i = 0; i < 3; i++)
		c->commit_seconds[i] =
		    (double)latency_quantile(&c->commit, quantiles[i]) / 1e9;
	c->snapshot_bytes = 0;
	for (size_t i = 0; i < j->tasks; i++)
		c->snapshot_bytes +=
		    (double)settle_snapshot_bytes(j->task[i]->states, &j->task[i]->committed);
	c->lag = c->lag_seconds = (double)NAN;
	job_kafka_lag(j, &c->lag, &c->lag_seconds);
}

static int
write_rows(struct job *j, bool last, struct err *err)
{
	struct job_counts *c = &j->counts;
	const struct stat_row rows[] = {
		{ "records", STAT_COUNT, &c->records, "Data records read", NULL },
		{ "written", STAT_COUNT, &c->written, "Records written", NULL },
		{ "rejected", STAT_COUNT, &c->rejected, "Records that went to --rejects",
		    NULL },
		{ "commits", STAT_COUNT, &c->commits, "Epochs committed", NULL },
		{ "restarts", STAT_COUNT, &c->restarts, "Attempts that failed", NULL },
		{ "epochs", STAT_COUNT, &c->epoch, "The last epoch that is committed", NULL },
		{ "commit_p50_seconds", STAT_GAUGE, &c->commit_seconds[0],
		    "How long half of the commits took at most, from the barrier on", NULL },
		{ "commit_p95_seconds", STAT_GAUGE, &c->commit_seconds[1],
		    "How long 19 of 20 commits took at most", NULL },
		{ "commit_p99_seconds", STAT_GAUGE, &c->commit_seconds[2],
		    "How long 99 of 100 commits took at most", NULL },
		{ "snapshot_bytes", STAT_GAUGE, &c->snapshot_bytes,
		    "The size of the last snapshots of all stages", NULL },
		{ "lag", STAT_GAUGE, &c->lag, "Offsets of the topic that are not committed",
		    NULL },
		{ "lag_seconds", STAT_GAUGE, &c->lag_seconds,
		    "Age of the last record that is committed, 0 if there is no lag", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	const struct stat_row *tables[] = { rows, NULL };
	const struct common *o = &j->options->common;

	look(j);
	if (last && o->stats != NULL && stats_write(o->stats, o->cli->tool, tables, err) == -1)
		return -1;
	if (o->metrics == NULL)
		return 0;
	return metrics_write(o->metrics, o->cli->tool, tables, err);
}

/* Shows how far a single file is read; a topic, or several files, have no known length. */
static void
show_progress(struct job *j)
{
	const struct commit_point *last = &j->task[0]->committed.last;
	struct stat st = { 0 };
	bool one = j->options->from_topic == NULL && j->options->from.count == 1 &&
	    !j->options->merge;

	if (one && stat(last->file, &st) == -1)
		one = false;
	progress_show(&j->counts.progress, j->counts.records, one ? last->place.byte : 0,
	    one ? (uint64_t)st.st_size : 0);
}

void
job_counts_show(struct job *j)
{
	int64_t now;
	struct err err;

	if (j->options->common.progress && j->tasks > 0)
		show_progress(j);
	if (j->options->common.metrics == NULL)
		return;
	now = clock_monotonic();
	if (now - j->counts.metrics_written < metrics_every)
		return;
	j->counts.metrics_written = now;
	if (write_rows(j, false, &err) == -1)
		diag_warn(j->options->common.diag, NULL, "%s", err.text);
}

int
job_counts_write(struct job *j, struct err *err)
{
	if (j->options->common.progress)
		progress_end(&j->counts.progress);
	return write_rows(j, true, err);
}
