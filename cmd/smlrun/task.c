/* Runs one pipeline of a run: its folder, and its attempts. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "folder.h"
#include "run_commands.h"
#include "task.h"
#include "time/instant.h"

/*
 * A shell keeps the output of its pipeline open until all stages have ended.  So the death of the
 * last stage shows only when the stage before it writes: a probe makes that stage write.
 */
static const int64_t probe_every = 500000000;

/* Makes the folder of the states, and in it one for each copy of the pipeline. */
static int
make_folders(const struct task *t, struct err *err)
{
	char *copy;
	int result = folder_make(t->states, err);

	for (uint64_t i = 0; i < t->job->options->shards.count && result == 0; i++) {
		if (asprintf(&copy, "%s/%ju", t->states, (uintmax_t)i) == -1)
			return err_memory(err);
		result = folder_make(copy, err);
		free(copy);
	}
	return result;
}

int
task_open(struct task *t, struct job *j, int32_t partition, struct err *err)
{
	*t = (struct task){ .job = j, .partition = partition, .until = UINT64_MAX };
	t->pipeline.in = t->pipeline.out = -1;
	if ((partition == -1 ? asprintf(&t->states, "%s", j->states) :
			       asprintf(&t->states, "%s/%d", j->states, (int)partition)) == -1)
		return err_memory(err);
	t->is_new = access(t->states, F_OK) == -1;
	if (make_folders(t, err) == -1 || results_open(&t->results, err) == -1)
		return -1;
	return repeat_open(&t->repeat, j->options->snapshot_every > 1, err);
}

void
task_close(struct task *t)
{
	task_end(t);
	task_source_close(&t->source);
	results_close(&t->results);
	repeat_close(&t->repeat);
	side_locks_free(&t->locks);
	buf_free(&t->line);
	free(t->states);
}

int
task_settle(struct task *t, struct err *err)
{
	return settle(&t->locks, t->states, &t->committed, true, err);
}

/* Forgets the last attempt. */
static void
begin(struct task *t)
{
	t->over = t->returned = t->came_back = t->blocked = false;
	t->record_failed = t->misused = t->stage_rejected = t->stage_found = false;
	t->closed = t->probe = 0;
	t->moved = t->heard = clock_monotonic();
	t->line.len = 0;
	t->written = 0;
	t->length = t->committed.last.written;
	t->sent = t->committed.sent;
}

/* Goes back to the snapshot in the source, which must still have all that was committed. */
static int
go_back(struct task *t, struct err *err)
{
	const struct commit *c = &t->committed;

	results_restart(&t->results);
	repeat_begin(&t->repeat, sinks_only_file(&t->job->sinks), c->snapshot.lengths.bytes[0],
	    c->last.written - c->snapshot.written);
	if (!t->searching && sinks_only_file(&t->job->sinks) == NULL)
		repeat_keep(&t->repeat, t->states);
	return task_source_seek(&t->source, &c->snapshot.place, &c->last.place, err);
}

/*
 * Starts the pipeline with sh(1), or, with --shards, this program as the stage that runs copies.
 */
static int
start_pipeline(struct task *t, struct err *err)
{
	const struct run_options *o = t->job->options;
	const char *const shell[] = { "sh", "-c", o->pipeline, NULL };
	char count[24], self[PATH_MAX], restored[24];
	const bool by_key = o->shards.key != NULL;
	const char *const stage[] = { "smlrun", shard_cli.command, "--shards", count,
		by_key ? "-k" : "--restored", by_key ? o->shards.key : restored, "--",
		o->pipeline, NULL };
	ssize_t n;

	if (o->shards.count == 0)
		return pipeline_start(&t->pipeline, "/bin/sh", shell, t->states, err);
	(void)snprintf(count, sizeof count, "%ju", (uintmax_t)o->shards.count);
	(void)snprintf(restored, sizeof restored, "%ju", (uintmax_t)t->committed.shards.count);
	/*
	 * Runs this program by its real path, which valgrind needs, unless the file was
	 * replaced.
	 */
	n = readlink("/proc/self/exe", self, sizeof self - 1);
	self[n > 0 ? n : 0] = '\0';
	return pipeline_start(&t->pipeline, access(self, X_OK) == 0 ? self : "/proc/self/exe",
	    stage, t->states, err);
}

int
task_start(struct task *t, struct err *err)
{
	begin(t);
	if (go_back(t, err) == -1 || start_pipeline(t, err) == -1)
		return -1;
	return feed_start(&t->feed, t, err);
}

void
task_end(struct task *t)
{
	pipeline_end(&t->pipeline);
	feed_free(&t->feed);
	buf_free(&t->why);
}

void
task_write(struct task *t)
{
	int more = feed_write(&t->feed, &t->err);

	if (more == -1) {
		if (!t->over)
			task_stop(t, ATTEMPT_FATAL);
		return;
	}
	if (t->feed.finished && t->closed == 0)
		t->closed = clock_monotonic();
	/* The time counts from here: before, there may have been nothing to write for long. */
	if (more == 1 && !t->blocked)
		t->moved = clock_monotonic();
	t->blocked = more == 1;
}

bool
task_holds_commit(const struct task *t)
{
	return !t->over &&
	    ((t->feed.under_way && !t->feed.repeating && !t->returned) ||
		feed_owes_barrier(&t->feed));
}

/* Returns whether a line is under way that the pipeline must give back. */
static bool
is_awaited(const struct task *t)
{
	return t->feed.under_way && !t->returned;
}

static int64_t
after(int64_t since, int64_t wait)
{
	return wait > 0 && wait < INT64_MAX - since ? since + wait : INT64_MAX;
}

/* Returns since when the wait for a barrier counts. */
static int64_t
last_sign(const struct task *t)
{
	int64_t since = t->feed.barrier_at + t->feed.held_up;

	return feed_has_blocks(&t->feed) && t->heard > since ? t->heard : since;
}

/* Returns when the pipeline has used up --barrier-timeout. */
static int64_t
deadline(const struct task *t)
{
	int64_t timeout = t->job->options->barrier_timeout;

	if (t->closed != 0)
		return after(t->closed, timeout);
	/*
	 * Closing all windows may take long, and so may whole blocks, but then bytes still
	 * move.
	 */
	if (is_awaited(t))
		return after(t->feed.drained ? t->moved : last_sign(t), timeout);
	return t->blocked && !t->returned ? after(t->moved, timeout) : INT64_MAX;
}

int64_t
task_due(const struct task *t)
{
	int64_t due = deadline(t), barrier = feed_due(&t->feed);

	if (is_awaited(t) && t->probe < due)
		due = t->probe;
	return barrier < due ? barrier : due;
}

void
task_hold_up(struct task *t, int64_t ns)
{
	int64_t now = clock_monotonic();

	t->feed.held_up += ns;
	t->moved = ns < now - t->moved ? t->moved + ns : now;
	t->closed += t->closed != 0 ? ns : 0;
}

/* Ends the attempt of a pipeline that has used up its time. */
static void
refuse_slow(struct task *t)
{
	char text[INSTANT_MAX];

	text[duration_write(text, t->job->options->barrier_timeout)] = '\0';
	if (!is_awaited(t) && t->closed == 0)
		err_set(&t->err, NULL,
		    "the pipeline has read and written nothing for %s (--barrier-timeout)",
		    text);
	else
		err_set(&t->err, NULL,
		    "barrier %lld did not come back within %s (--barrier-timeout): a stage "
		    "that is no sml program holds records back or drops control lines; run it "
		    "with smlrun through",
		    (long long)t->feed.id, text);
	/* If no barrier has ever come back, none will come back the next time. */
	task_stop(t, t->committed.epoch == 0 ? ATTEMPT_FATAL : ATTEMPT_FAILED);
}

void
task_check_time(struct task *t, int64_t grace)
{
	int64_t now = clock_monotonic();

	if (!is_awaited(t))
		t->probe = now + probe_every;
	else if (now >= t->probe) {
		t->probe = now + probe_every;
		if (feed_probe(&t->feed, &t->err) == -1)
			task_stop(t, ATTEMPT_FATAL);
	}
	if (grace != 0 && now >= grace) {
		err_set(&t->err, NULL, "not committed within --grace after the signal");
		task_stop(t, ATTEMPT_FAILED);
	} else if (now >= deadline(t))
		refuse_slow(t);
}
