/* Runs attempts, and tries again when one fails. */
#include <inttypes.h>
#include <string.h>

#include "job_kafka.h"
#include "run_attempt.h"
#include "cli/report/sig.h"
#include "cli/stream/output.h"
#include "supervise.h"
#include "task.h"
#include "time/instant.h"

static const int64_t first_delay = 100000000, last_delay = 30000000000;
enum { MS = 1000000 };

int64_t
supervise_delay(uint64_t retry, unsigned int random)
{
	int64_t delay = first_delay;

	while (--retry > 0 && delay < last_delay)
		delay *= 2;
	if (delay > last_delay)
		delay = last_delay;
	return delay - delay / 32 * (random % 16);
}

static void
wait_before(struct job *j, uint64_t retry, const struct err *err)
{
	unsigned int random = j->tasks == 0 ? 0 : (unsigned char)j->task[0]->pipeline.nonce[0];
	int64_t delay = supervise_delay(retry, random) / MS * MS;
	char text[INSTANT_MAX];

	text[duration_write(text, delay)] = '\0';
	diag_warn(j->options->common.diag, NULL,
	    "%s; going back to what is committed (epoch %" PRId64 "), retry %" PRIu64
	    " of %" PRIu64 " in %s",
	    err->text, job_epoch(j), retry, j->options->retries, text);
	(void)sig_wait(NULL, 0, (int)(delay / MS));
}

/*
 * Finds the record in the source at which a stage failed.  The next attempt then reads up to
 * that record, and no further.  Returns false if the stage does not fail there again.
 */
static bool
find_record(struct job *j, struct task *t)
{
	const struct commit *c = &t->committed;
	struct task *failed;
	uint64_t record;
	struct err err;

	t->marked = c->id;
	t->record_failed = false; /* unless it fails again */
	t->searching = true;
	j->searching = t;
	(void)run_attempt(j, &failed, &err);
	j->searching = NULL;
	t->searching = false;
	record = c->snapshot.place.records + (uint64_t)(t->marked - c->id);
	if (!t->record_failed || record < c->last.place.records)
		return false;
	t->until = record;
	t->bad = err;
	t->bad_byte = 0;
	return true;
}

/*
 * Returns the exit status of a run that has ended well, or before a record at which a stage
 * fails.
 */
static int
end_run(const struct job *j)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < j->tasks; i++) {
		struct task *t = j->task[i];
		struct place at;
		char text[300];

		if (t->until == UINT64_MAX ||
		    task_source_place(&t->source)->records < t->until)
			continue;
		at = task_source_where(&t->source, t->bad_byte, text);
		diag_error(j->options->common.diag, &at,
		    "%s; everything before %sis committed", t->bad.text,
		    feed_has_blocks(&t->feed) ? "its block " : "");
		status = EXIT_FAILED;
	}
	return status;
}

/* Warns how many records wait for the rest of their block. */
static void
tell_rest(const struct job *j)
{
	for (size_t i = 0; i < j->tasks; i++) {
		const struct task *t = j->task[i];
		uint64_t rest = feed_has_blocks(&t->feed) ? feed_block_rest(&t->feed) : 0;

		if (rest > 0 && t->until == UINT64_MAX)
			diag_warn(j->options->common.diag, NULL,
			    "the last %" PRIu64 " records are less than a block of %" PRIu64
			    ", and wait for the next run: --drain processes them and ends "
			    "the run for good, and a smaller --block needs smlrun reset",
			    rest, j->options->shards.block);
	}
}

/* Returns whether to try again after an attempt has failed. */
static bool
try_again(struct job *j, uint64_t *retry, enum attempt_end end, struct task *failed,
    const struct err *err)
{
	struct diag *diag = j->options->common.diag;

	if (sig_came() != 0) {
		diag_error(diag, NULL, "%s; the next run continues from epoch %" PRId64,
		    err->text, job_epoch(j));
		return false;
	}
	if (end == ATTEMPT_FATAL || *retry >= j->options->retries) {
		diag_error(diag, NULL, "%s", err->text);
		return false;
	}
	++*retry;
	j->counts.restarts++;
	if (failed == NULL || !failed->record_failed || !find_record(j, failed))
		wait_before(j, *retry, err);
	return true;
}

/* Returns the exit status after the last attempt has failed. */
static int
status_of_failure(enum attempt_end end, const struct err *err)
{
	if (err->stopped)
		return EXIT_OK;
	return err->unreachable || (sig_came() != 0 && end == ATTEMPT_FAILED) ?
	    EXIT_TRY_AGAIN :
	    EXIT_FAILED;
}

/* Runs attempts until one ends the run.  Returns the exit status. */
static int
run(struct job *j)
{
	uint64_t retry = 0, commits = j->counts.commits;
	struct task *failed;
	enum attempt_end end;
	struct err err, other;

	for (;;) {
		err_clear(&err);
		end = run_attempt(j, &failed, &err);
		if (end == ATTEMPT_DONE) {
			if (sig_came() == 0)
				tell_rest(j);
			return end_run(j);
		}
		if (end == ATTEMPT_MOVED && sig_came() != 0)
			return EXIT_OK;
		if (end == ATTEMPT_MOVED)
			continue;
		if (err.stopped)
			break;
		if (j->counts.commits != commits)
			retry = 0;
		commits = j->counts.commits;
		if (!try_again(j, &retry, end, failed, &err))
			break;
	}
	/*
	 * If that fails too, the next run does it.  If nobody knows how the transaction ended, it
	 * may have committed lines of --rejects, which must stay.
	 */
	if (j->kafka == NULL || !j->kafka->unsure)
		(void)job_cut(j, &other);
	return status_of_failure(end, &err);
}

/* Refuses to run if --drain has closed everything in all pipelines. */
static int
check_ended(struct job *j)
{
	struct err err;
	bool ended = j->tasks > 0;

	for (size_t i = 0; i < j->tasks; i++)
		ended = ended && j->task[i]->committed.ended;
	if (!ended)
		return EXIT_OK;
	if (job_settle(j, &err) == -1)
		diag_error(j->options->common.diag, NULL, "%s", err.text);
	diag_error(j->options->common.diag, NULL,
	    "%s was ended by --drain, and cannot continue; smlrun reset --to BEGINNING starts "
	    "over",
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
	return j->stage_rejected || j->counts.rejected > 0 ? EXIT_REJECTS : EXIT_OK;
}

/* Warns at the start of what a sink cannot promise. */
static void
warn_of(const struct job *j)
{
	if (sinks_have_standard(&j->sinks))
		diag_warn(j->options->common.diag, NULL,
		    "standard output cannot be cut back: after a crash some results come "
		    "twice");
}

static int
report(struct job *j, int status)
{
	struct err err;

	if (job_counts_write(j, &err) == 0)
		return status;
	diag_error(j->options->common.diag, NULL, "%s", err.text);
	return EXIT_FAILED;
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
	err_clear(&err);
	if (job_open(&job, options, &err) == -1) {
		if (err.stopped)
			status = EXIT_OK;
		else {
			diag_error(diag, NULL, "%s", err.text);
			status = status_of_failure(ATTEMPT_FAILED, &err);
		}
	} else if ((status = check_ended(&job)) == EXIT_OK) {
		warn_of(&job);
		job_counts_start(&job);
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
