/* Waits for answers, or has the stream wait for them. */
#include <limits.h>
#include <time.h>

#include "answer/answer_parts.h"
#include "base/clock.h"
#include "cli/report/sig.h"

/* If input never pauses, co-processes are read after this many requests. */
enum { UNMOVED = 64 };

static const int64_t ns_per_ms = 1000000, last_wait = 10000000000;

/* Returns the milliseconds from now until a time, for poll(2), but at least 1. */
static int
milliseconds(int64_t until)
{
	int64_t left = (until - clock_monotonic()) / ns_per_ms;

	if (left < 0)
		return 1;
	return left < INT_MAX ? (int)left + 1 : INT_MAX;
}

/* Says what to wait for: how many of fds, and for how many milliseconds at most. */
static unsigned int
watched(const struct answers *a, int *ms)
{
	int64_t until = INT64_MAX;
	unsigned int n = 0;

	for (size_t i = 0; i < a->arms; i++)
		if (a->server[i].responder.coprocess != NULL)
			n += coprocess_watch(a->server[i].responder.coprocess, a->fds + n,
			    &until);
	n += shadows_watch(&a->shadows, a->fds + n, &until);
	*ms = until == INT64_MAX ? -1 : milliseconds(until);
	return n;
}

/* Waits until something happens, and handles it. */
static int
await(struct answers *a, int at_most, struct err *err)
{
	unsigned int n;
	int ms;

	/* If output failed there is nothing to wait for. */
	if (stream_flush(a->stream) == -1) {
		a->forgotten = true;
		return 0;
	}
	n = watched(a, &ms);
	if (at_most >= 0 && (ms == -1 || ms > at_most))
		ms = at_most;
	/* The stream handles the signal; first the pending records get their answers. */
	if (sig_wait(a->fds, n, ms) == -1)
		(void)sig_came();
	return answers_move(a, err);
}

static bool
all_answered(const struct answers *a)
{
	for (size_t i = 0; i < a->arms; i++)
		if (a->server[i].waiting > 0)
			return false;
	return true;
}

int
answers_drain(struct answers *a, struct err *err)
{
	if (answers_move(a, err) == -1)
		return -1;
	while (!a->forgotten && !all_answered(a))
		if (await(a, -1, err) == -1)
			return -1;
	return 0;
}

/* Forgets the records that wait, because the loop has stopped at one. */
static void
forget(struct answers *a, struct stream *s)
{
	a->forgotten = true;
	stream_watch(s, NULL, 0, -1);
	stream_pending(s, false);
}

static int
settle(struct answers *a, struct err *err)
{
	const struct timespec some = { 0, 300000 };

	if (a->troubled) {
		*err = a->trouble;
		return -1;
	}
	if (a->coprocesses == 0)
		return 0;
	if (a->unmoved >= UNMOVED && answers_move(a, err) == -1)
		return -1;
	while (!a->forgotten && outstanding_full(&a->outstanding) &&
	    outstanding_done(&a->outstanding) == NULL) {
		/*
		 * The co-processes have plenty to do, and waking up for each line would cost
		 * them more time than waking up for several lines.
		 */
		(void)nanosleep(&some, NULL);
		if (await(a, -1, err) == -1)
			return -1;
	}
	return 0;
}

void
answers_watch(struct answers *a, struct stream *s)
{
	struct err err;
	unsigned int n;
	int ms;

	if (a->handed)
		forget(a, s);
	if (a->forgotten)
		return;
	if (settle(a, &err) == -1) {
		stream_fail(s, &err);
		forget(a, s);
		return;
	}
	/*
	 * After the last co-process has gone, call stream_watch once more: the stream still
	 * has the old array.
	 */
	if (a->coprocesses == 0 && !a->watches)
		return;
	a->watches = a->coprocesses > 0;
	n = watched(a, &ms);
	/* Wake immediately for answers that came since the loop looked. */
	stream_watch(s, a->fds, n, outstanding_done(&a->outstanding) != NULL ? 0 : ms);
	stream_pending(s, outstanding_count(&a->outstanding) > 0);
}

int
answers_finish(struct answers *a, struct err *err)
{
	int64_t now = clock_monotonic();
	int64_t wait = a->context.timeout > 0 ? a->context.timeout : last_wait;
	int64_t until = wait < INT64_MAX - now ? now + wait : INT64_MAX;

	while (!a->forgotten && sig_came() == 0 && shadows_busy(&a->shadows) &&
	    clock_monotonic() < until)
		if (await(a, milliseconds(until), err) == -1)
			return -1;
	return shadows_finish(&a->shadows, err);
}
