/* Runs one attempt: the pipelines, from their start to their end. */
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/report/sig.h"
#include "job_kafka.h"
#include "run_attempt.h"
#include "task.h"

struct run_attempt {
	struct job *job;
	struct pollfd *fds; /* two for each task, and one for Kafka; malloc'ed */
	int64_t grace;	    /* when --grace ends after a signal; 0: none came */
	struct task *failed;
	struct err *err;
	enum attempt_end end;
	bool over;  /* end says how it ended */
	bool moved; /* the group wants partitions back */
};

enum {
	MS = 1000000,
	TICK = 100 /* ms: how often to look at brokers, and at a source that has nothing */
};

static void
stop(struct run_attempt *a, enum attempt_end end)
{
	a->over = true;
	a->end = end;
}

static bool
runs(const struct run_attempt *a, const struct task *t)
{
	return !t->over && (a->job->searching == NULL || a->job->searching == t);
}

/*
 * Ends reading after a signal, when the group moves partitions, or before a bad record: a last
 * barrier is sent, and the attempt ends when that is committed.  A pipeline that still repeats
 * committed results has nothing new to commit.
 */
static void
end_reading(struct run_attempt *a)
{
	for (size_t i = 0; i < a->job->tasks; i++) {
		struct task *t = a->job->task[i];

		t->feed.stopping = true;
		if (runs(a, t) && t->feed.repeating)
			task_stop(t, ATTEMPT_DONE);
	}
}

static void
heed_signal(struct run_attempt *a)
{
	struct job *j = a->job;
	int64_t grace = j->options->common.grace;

	if (sig_came() != 0 && a->grace == 0) {
		j->stopping = true;
		a->grace = clock_monotonic() + (grace < INT64_MAX / 2 ? grace : INT64_MAX / 2);
	}
	if (j->stopping)
		end_reading(a);
}

/* Ends the attempt if one of its pipelines has failed, or all have ended. */
static void
look(struct run_attempt *a)
{
	bool all = true;

	for (size_t i = 0; i < a->job->tasks && !a->over; i++) {
		struct task *t = a->job->task[i];

		all = all && !runs(a, t);
		if (!t->over || t->end == ATTEMPT_DONE ||
		    (a->job->searching != NULL && a->job->searching != t))
			continue;
		*a->err = t->err;
		a->failed = t;
		stop(a, t->end);
	}
	if (!a->over && all)
		stop(a, a->moved ? ATTEMPT_MOVED : ATTEMPT_DONE);
}

/* Commits when every pipeline that takes part has given its barrier back. */
static void
commit(struct run_attempt *a)
{
	struct job *j = a->job;
	bool any = false;
	enum attempt_end end;

	for (size_t i = 0; i < j->tasks; i++) {
		if (task_holds_commit(j->task[i]))
			return;
		any |= j->task[i]->returned;
	}
	if (!any || j->searching != NULL)
		return;
	end = job_commit(j, a->err);
	if (end != ATTEMPT_DONE) {
		stop(a, end);
		return;
	}
	for (size_t i = 0; i < j->tasks; i++) {
		j->task[i]->moved = clock_monotonic();
		task_take(j->task[i]);
	}
}

/* Returns how long to wait for a source that has nothing now: not much longer than --every. */
static int
tick(const struct run_options *o)
{
	int64_t ms = o->every_ns / 4 / MS;

	return o->every_ns == 0 || ms > TICK ? TICK : ms > 0 ? (int)ms : 1;
}

/* Returns how long to wait if nothing happens, in ms; -1: for ever. */
static int
time_left(const struct run_attempt *a)
{
	int64_t until = a->grace == 0 ? INT64_MAX : a->grace, left;
	const struct job *j = a->job;
	bool ticks = j->kafka != NULL;

	for (size_t i = 0; i < j->tasks; i++) {
		const struct task *t = j->task[i];
		int64_t due = runs(a, t) ? task_due(t) : INT64_MAX;

		ticks |= t->feed.waiting;
		until = due < until ? due : until;
	}
	left = until == INT64_MAX ? INT64_MAX : until - clock_monotonic();
	if (ticks && left > (int64_t)tick(j->options) * MS)
		return tick(j->options);
	if (left == INT64_MAX)
		return -1;
	return left <= 0 ? 0 : left / MS < 1000000 ? (int)(left / MS) + 1 : 1000000;
}

/* Waits until a pipe is ready, or a topic has more. */
static void
wait_for(struct run_attempt *a)
{
	struct job *j = a->job;
	unsigned int n = 0;

	for (size_t i = 0; i < j->tasks; i++) {
		const struct task *t = j->task[i];
		bool on = runs(a, t);

		a->fds[n++] = (struct pollfd){ .fd = on && !t->returned ? t->pipeline.out : -1,
			.events = POLLIN };
		a->fds[n++] = (struct pollfd){ .fd = on && t->blocked ? t->pipeline.in : -1,
			.events = POLLOUT };
	}
	a->fds[n++] = (struct pollfd){ .fd = job_kafka_wake(j), .events = POLLIN };
	if (sig_wait(a->fds, n, time_left(a)) <= 0)
		return;
	for (size_t i = 0; i < j->tasks; i++) {
		if (a->fds[2 * i].revents != 0)
			task_read(j->task[i]);
		else if (a->fds[2 * i + 1].revents != 0)
			j->task[i]->moved = clock_monotonic();
	}
}

/* Serves the brokers; when the group moves partitions, has everything committed first. */
static void
serve(struct run_attempt *a)
{
	enum attempt_end end;

	if (a->job->kafka == NULL)
		return;
	end = job_kafka_serve(a->job, a->err);
	if (end == ATTEMPT_MOVED) {
		a->moved = true;
		end_reading(a);
	} else if (end != ATTEMPT_DONE)
		stop(a, end);
}

/* Gives the pipelines more time: none was served while we waited for brokers. */
static void
allow_for_brokers(struct job *j)
{
	int64_t *waited = j->kafka == NULL ? NULL : &j->kafka->sink.transactions.waited;

	if (waited == NULL || *waited == 0)
		return;
	for (size_t i = 0; i < j->tasks; i++)
		task_hold_up(j->task[i], *waited);
	*waited = 0;
}

/* Writes into the pipes and reads from them, until the attempt is over. */
static void
move(struct run_attempt *a)
{
	struct job *j = a->job;

	while (!a->over) {
		heed_signal(a);
		job_counts_show(j);
		serve(a);
		for (size_t i = 0; i < j->tasks && !a->over; i++)
			if (runs(a, j->task[i]))
				task_write(j->task[i]);
		look(a);
		if (!a->over)
			wait_for(a);
		allow_for_brokers(j);
		for (size_t i = 0; i < j->tasks && !a->over; i++)
			if (runs(a, j->task[i]))
				task_check_time(j->task[i], a->grace);
		look(a);
		if (!a->over) {
			commit(a);
			look(a);
		}
	}
}

/*
 * Takes over the exit statuses 3 and 4 of stages, which count if the attempt has committed
 * anything.
 */
static void
count(struct job *j)
{
	for (size_t i = 0; i < j->tasks; i++) {
		j->stage_rejected |= j->task[i]->stage_rejected;
		j->stage_found |= j->task[i]->stage_found;
	}
}

enum attempt_end
run_attempt(struct job *j, struct task **failed, struct err *err)
{
	struct run_attempt a = { .job = j, .err = err };
	const uint64_t commits = j->counts.commits;

	a.end = job_start(j, err);
	if (a.end == ATTEMPT_DONE) {
		a.fds = calloc(2 * j->tasks + 1, sizeof *a.fds);
		if (a.fds != NULL)
			move(&a);
		else {
			err_memory(err);
			a.end = ATTEMPT_FATAL;
		}
	}
	if (a.end <= ATTEMPT_MOVED || j->counts.commits > commits)
		count(j);
	/*
	 * Ends the last pipeline first: pipeline_end spares the children that existed before
	 * its start.
	 */
	for (size_t i = j->tasks; i > 0; i--)
		task_end(j->task[i - 1]);
	free(a.fds);
	*failed = a.failed;
	return a.end;
}
