/* Commits what a run has done, and brings its files to what the last commit says. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "commit/commit_file.h"
#include "job_kafka.h"
#include "pipeline/leftovers.h"
#include "tasks.h"

int64_t
job_epoch(const struct job *j)
{
	int64_t epoch = 0;

	for (size_t i = 0; i < j->tasks; i++)
		if (j->task[i]->committed.epoch > epoch)
			epoch = j->task[i]->committed.epoch;
	return epoch;
}

/*
 * Returns the length of --rejects at the last commit: the greatest length that a task has
 * committed.
 */
static uint64_t
rejected_length(const struct job *j)
{
	uint64_t length = j->tasks == 0 ? j->base.last.rejected : 0;

	for (size_t i = 0; i < j->tasks; i++)
		if (j->task[i]->committed.last.rejected > length)
			length = j->task[i]->committed.last.rejected;
	return length;
}

/* Returns the lengths of the sinks at the last commit. */
static struct sink_lengths
sink_lengths(const struct job *j)
{
	struct sink_lengths most = j->task[0]->committed.last.lengths;

	for (size_t i = 1; i < j->tasks; i++) {
		const struct sink_lengths *own = &j->task[i]->committed.last.lengths;

		for (size_t k = 0; k < most.count; k++)
			if (own->bytes[k] > most.bytes[k])
				most.bytes[k] = own->bytes[k];
	}
	return most;
}

int
job_cut(struct job *j, struct err *err)
{
	struct sink_lengths lengths = { 0 };

	if (j->tasks > 0)
		lengths = sink_lengths(j);
	if (sinks_cut(&j->sinks, &lengths, err) == -1)
		return -1;
	return j->rejects.open ? sink_cut_file(&j->rejects, rejected_length(j), err) : 0;
}

int
job_settle(struct job *j, struct err *err)
{
	if (job_cut(j, err) == -1)
		return -1;
	for (size_t i = 0; i < j->tasks; i++)
		if (task_settle(j->task[i], err) == -1)
			return -1;
	return 0;
}

enum attempt_end
job_start(struct job *j, struct err *err)
{
	enum attempt_end end = j->kafka == NULL ? ATTEMPT_DONE : job_kafka_start(j, err);

	if (end != ATTEMPT_DONE)
		return end;
	j->barrier_wanted = j->stopping = false;
	if (job_settle(j, err) == -1)
		return ATTEMPT_FATAL;
	for (size_t i = 0; i < j->tasks; i++)
		if ((j->searching == NULL || j->searching == j->task[i]) &&
		    task_start(j->task[i], err) == -1)
			return ATTEMPT_FATAL;
	return j->kafka == NULL ? ATTEMPT_DONE : job_kafka_started(j, err);
}

static size_t
sent_count(const struct job *j)
{
	return job_writes_topic(j) ? j->options->sinks.count : 0;
}

/* Fills in the members of a pipeline's next commit that describe its results. */
static void
prepare(struct task *t)
{
	struct job *j = t->job;
	struct commit *next = &t->feed.next;

	next->last.written = t->length;
	sinks_lengths(&j->sinks, &next->last.lengths);
	next->last.rejected = side_file_length(&j->rejects);
	next->digest = repeat_digest(&t->repeat);
	next->sent = t->sent;
	if (!t->feed.snapshot)
		return;
	next->snapshot = next->last;
	next->id = t->feed.id;
	(void)memcpy(next->nonce, t->pipeline.nonce, NONCE);
	repeat_begin(&t->repeat, NULL, 0, 0);
	next->digest = repeat_digest(&t->repeat);
	t->sent = next->sent = (struct sink_sent){ .count = sent_count(j) };
}

/* Returns whether the run has several pipelines, for partitions or for shards. */
static bool
has_several(const struct job *j)
{
	return j->options->shards.count > 0 ||
	    (j->kafka != NULL && !j->options->merge &&
		(j->kafka->partitions > 1 || j->options->group != NULL));
}

static bool
is_first(const struct task *t)
{
	return strcmp(t->feed.next.nonce, t->committed.nonce) != 0;
}

/* Does what must come before the commit itself. */
static int
secure(struct job *j, struct err *err)
{
	for (size_t i = 0; i < j->tasks; i++) {
		struct task *t = j->task[i];

		if (!t->returned)
			continue;
		prepare(t);
		if (t->feed.snapshot && has_several(j) &&
		    settle_check_inside(t->states, &t->feed.next, err) == -1)
			return -1;
		if (is_first(t) && settle_lock(&t->locks, t->states, &t->feed.next, err) == -1)
			return -1;
	}
	if (sinks_sync(&j->sinks, err) == -1 || side_file_sync(&j->rejects, err) == -1)
		return -1;
	return side_file_check(&j->rejects, side_file_length(&j->rejects), err);
}

/* Does what must come after the commit of a pipeline. */
static int
follow(struct task *t, struct err *err)
{
	const struct commit *next = &t->feed.next;
	struct job *j = t->job;
	bool first = is_first(t);

	j->counts.records += next->last.place.records - t->committed.last.place.records;
	j->counts.written += t->written;
	j->counts.rejected += t->feed.rejected;
	latency_add(&j->counts.commit, clock_monotonic() - t->feed.barrier_at);
	t->written = t->feed.rejected = 0;
	t->committed = *next;
	t->returned = false;
	feed_returned(&t->feed);
	if (next->id == next->epoch &&
	    settle(&t->locks, t->states, &t->committed, false, err) == -1)
		return -1;
	if (first) {
		settle_remove_parts(t->states, &t->committed);
		leftovers_remove(t->states, t->committed.nonce);
	}
	return 0;
}

enum attempt_end
job_commit(struct job *j, struct err *err)
{
	enum attempt_end end = ATTEMPT_DONE;

	if (secure(j, err) == -1)
		return ATTEMPT_FATAL;
	if (job_writes_topic(j))
		end = job_transactions_commit(j, err);
	else if (commit_write(j->options->folder, &j->task[0]->feed.next, err) == -1)
		end = ATTEMPT_FATAL;
	if (end != ATTEMPT_DONE)
		return end;
	j->counts.commits++;
	j->barrier_wanted = false;
	for (size_t i = 0; i < j->tasks; i++)
		if (j->task[i]->returned && follow(j->task[i], err) == -1)
			return ATTEMPT_FATAL;
	j->counts.epoch = (uint64_t)job_epoch(j);
	return ATTEMPT_DONE;
}

int
job_close(struct job *j, struct err *err)
{
	int result;

	tasks_free(j);
	job_kafka_free(j->kafka);
	commit_free(&j->base);
	sink_router_close(&j->router);
	result = sinks_close(&j->sinks, err);
	if (side_file_close(&j->rejects, err) == -1)
		result = -1;
	job_unlock(j);
	free(j->states);
	return result;
}
