/* Tries again when an attempt fails. */
#include <inttypes.h>
#include <string.h>

#include "run_attempt.h"
#include "cli/report/sig.h"
#include "cli/report/stats.h"
#include "cli/stream/output.h"
#include "supervise.h"
#include "time/instant.h"

static const int64_t first_delay = 100000000, last_delay = 30000000000;
enum { MS = 1000000 };

/* The wait before a retry: it doubles, and takes a random part of itself off. */
static int64_t
delay_before(const struct job *j, uint64_t retry)
{
	int64_t delay = first_delay;
	unsigned int jitter = (unsigned char)j->pipeline.nonce[0] % 16U;

	while (--retry > 0 && delay < last_delay)
		delay *= 2;
	return delay - delay / 32 * jitter;
}

static void
wait_before(struct job *j, uint64_t retry, const struct err *err)
{
	int64_t delay = delay_before(j, retry) / MS * MS;
	char text[INSTANT_MAX];

	text[duration_write(text, delay)] = '\0';
	diag_warn(j->options->common.diag, NULL,
	    "%s; going back to what is committed (epoch %" PRId64 "), retry %" PRIu64
	    " of %" PRIu64 " in %s",
	    err->text, j->committed.epoch, retry, j->options->retries, text);
	(void)sig_wait(NULL, 0, (int)(delay / MS));
}

/*
 * A stage failed at a record: finds which one of the source it was.  Then the next attempt
 * goes up to it, and no further.  Returns false if the stage does not fail there again.
 */
static bool
find_record(struct job *j)
{
	const struct commit *c = &j->committed;
	uint64_t record;
	struct err err;

	j->marked = c->id;
	j->searching = true;
	(void)run_attempt(j, &err);
	j->searching = false;
	record = c->snapshot.place.records + (uint64_t)(j->marked - c->id);
	if (!j->record_failed || record < c->last.place.records)
		return false;
	j->until = record;
	j->bad = err;
	j->bad_byte = 0;
	return true;
}

/* The run has ended: before the record at which a stage fails, or in good order. */
static int
end_run(const struct job *j)
{
	const struct file_place *place = &j->source.place;
	const struct place at = { .source = file_source_name(&j->source, place),
		.line = place->line,
		.byte = j->bad_byte };

	if (j->until == UINT64_MAX || place->records < j->until)
		return EXIT_OK;
	diag_error(j->options->common.diag, &at, "%s; everything before is committed",
	    j->bad.text);
	return EXIT_FAILED;
}

/* An attempt has failed.  Returns whether there is to be another one. */
static bool
try_again(struct job *j, uint64_t *retry, enum attempt_end end, const struct err *err)
{
	struct diag *diag = j->options->common.diag;

	if (sig_came() != 0) {
		diag_error(diag, NULL, "%s; the next run goes on from epoch %" PRId64,
		    err->text, j->committed.epoch);
		return false;
	}
	if (end == ATTEMPT_FATAL || *retry >= j->options->retries) {
		diag_error(diag, NULL, "%s", err->text);
		return false;
	}
	++*retry;
	j->restarts++;
	if (!j->record_failed || !find_record(j))
		wait_before(j, *retry, err);
	return true;
}

/* Runs attempts until one of them has an end.  Returns the exit status. */
static int
run(struct job *j)
{
	int64_t epoch = j->committed.epoch;
	enum attempt_end end;
	uint64_t retry = 0;
	struct err err;

	while ((end = run_attempt(j, &err)) != ATTEMPT_DONE) {
		if (j->committed.epoch != epoch)
			retry = 0;
		epoch = j->committed.epoch;
		if (!try_again(j, &retry, end, &err)) {
			/* If that fails too, the next run does it. */
			(void)job_cut(j, &err);
			return sig_came() != 0 && end == ATTEMPT_FAILED ? EXIT_TRY_AGAIN :
									  EXIT_FAILED;
		}
	}
	return end_run(j);
}

/* Refuses to go on after --drain has closed everything; there may be nothing to go on with. */
static int
check_ended(struct job *j)
{
	struct err err;

	if (!j->committed.ended)
		return EXIT_OK;
	if (job_settle(j, &err) == -1)
		diag_error(j->options->common.diag, NULL, "%s", err.text);
	diag_error(j->options->common.diag, NULL,
	    "%s was ended by --drain, and nothing can follow that; smlrun reset --to "
	    "BEGINNING begins anew",
	    j->options->folder);
	return EXIT_FAILED;
}

static int
status_of(const struct job *j, int status)
{
	if (status != EXIT_OK)
		return status;
	if (j->stage_found)
		return EXIT_FOUND;
	return j->stage_rejected || j->rejected > 0 ? EXIT_REJECTS : EXIT_OK;
}

/* Says at the start what a sink cannot promise. */
static void
warn_of(const struct job *j)
{
	if (j->sink.kind == SINK_STANDARD)
		diag_warn(j->options->common.diag, NULL,
		    "standard output cannot be cut back: after a crash results come twice");
}

static int
report(const struct job *j, int status)
{
	const struct stat_row rows[] = {
		{ "records", STAT_COUNT, &j->records, "Data records read", NULL },
		{ "written", STAT_COUNT, &j->written, "Records written", NULL },
		{ "rejected", STAT_COUNT, &j->rejected, "Records that went to --rejects",
		    NULL },
		{ "commits", STAT_COUNT, &j->commits, "Epochs committed", NULL },
		{ "restarts", STAT_COUNT, &j->restarts, "Attempts that failed", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	const struct stat_row *tables[] = { rows, NULL };
	const struct common *c = &j->options->common;
	struct err err;

	if ((c->stats != NULL && stats_write(c->stats, c->cli->tool, tables, &err) == -1) ||
	    (c->metrics != NULL &&
		metrics_write(c->metrics, c->cli->tool, tables, &err) == -1)) {
		diag_error(c->diag, NULL, "%s", err.text);
		return EXIT_FAILED;
	}
	return status;
}

int
supervise(struct run_options *options)
{
	struct diag *diag = options->common.diag;
	int status = EXIT_FAILED;
	struct err err;
	struct job job;

	output_hold();
	if (sig_open() == -1)
		diag_die(diag, EXIT_FAILED, "cannot catch signals");
	if (job_open(&job, options, &err) == -1)
		diag_error(diag, NULL, "%s", err.text);
	else if ((status = check_ended(&job)) == EXIT_OK) {
		warn_of(&job);
		status = status_of(&job, run(&job));
	}
	status = report(&job, status);
	if (job_close(&job, &err) == -1 && status != EXIT_FAILED) {
		diag_error(diag, NULL, "%s", err.text);
		status = EXIT_FAILED;
	}
	diag_summary(diag);
	return status;
}
