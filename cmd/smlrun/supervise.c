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

/* Runs attempts until one of them has an end.  Returns the exit status. */
static int
run(struct job *j)
{
	struct diag *diag = j->options->common.diag;
	int64_t epoch = j->committed.epoch;
	uint64_t retry = 0;
	struct err err;

	for (;;) {
		enum attempt_end end = attempt_run(j, &err);

		if (end == ATTEMPT_DONE)
			return EXIT_OK;
		if (sig_came() != 0) {
			diag_error(diag, NULL, "%s; the next run goes on from epoch %" PRId64,
			    err.text, j->committed.epoch);
			return end == ATTEMPT_FATAL ? EXIT_FAILED : EXIT_TRY_AGAIN;
		}
		if (j->committed.epoch != epoch)
			retry = 0;
		epoch = j->committed.epoch;
		if (end == ATTEMPT_FATAL || ++retry > j->options->retries) {
			diag_error(diag, NULL, "%s", err.text);
			return EXIT_FAILED;
		}
		j->restarts++;
		wait_before(j, retry, &err);
	}
}

/* Refuses to go on after --drain has closed everything; there may be nothing to go on with. */
static int
check_ended(const struct job *j)
{
	if (!j->committed.ended)
		return EXIT_OK;
	diag_error(j->options->common.diag, NULL,
	    "%s was ended by --drain, and nothing can follow that: take another DIR",
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
