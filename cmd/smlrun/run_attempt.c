/* One attempt: a pipeline from its start to its end. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "run_attempt.h"
#include "base/clock.h"
#include "cli/report/sig.h"
#include "feed.h"
#include "time/instant.h"

struct run_attempt {
	struct job *job;
	struct feed feed;
	struct err *err;
	enum attempt_end end;
	bool over;	  /* end says how */
	bool came_back;	  /* the end that --drain sent */
	int64_t closed;	  /* when its input was closed, monotonic ns; 0: it is open */
	int64_t probe;	  /* when a probe is due */
	bool blocked;	  /* bytes wait until the pipeline takes them ... */
	int64_t moved;	  /* ... and when one of the pipes last moved */
	int64_t grace;	  /* when the wait after a signal ends; 0: none came */
	struct buf why;	  /* what a stage said before it ended badly */
	uint64_t written; /* records that are not committed */
	bool stage_rejected, stage_found;
};

enum { MS = 1000000, END_MS = 10000, SOURCE_MS = 100 };

/*
 * A shell holds the output of its pipeline open until all stages have ended.  So the death
 * of the last stage shows only when the one before it writes: a probe makes it do so.
 */
static const int64_t probe_every = 500000000;

/* Ends the attempt; err is filled. */
static void
stop(struct run_attempt *a, enum attempt_end end)
{
	a->over = true;
	a->end = end;
}

static void
fail(struct run_attempt *a, const char *text)
{
	err_set(a->err, NULL, "%s", text);
	stop(a, ATTEMPT_FAILED);
}

/* Says that the pipeline does not repeat what it wrote before, and what can be done. */
static void
refuse_repeat(struct run_attempt *a)
{
	const struct job *j = a->job;
	const struct commit *c = &j->committed;

	if (j->repeat.differs > 0)
		err_set(a->err, NULL,
		    "%s: byte %ju is another one when epoch %lld is run again: a stage is no "
		    "function of its input; smlrun reset %s --to %lld takes back what came "
		    "after that, and --snapshot-every 1 needs no repeats",
		    c->sink, (uintmax_t)j->repeat.differs, (long long)c->id,
		    j->options->folder, (long long)c->id);
	else
		err_set(a->err, NULL,
		    "what comes out after epoch %lld is not what was committed: a stage is no "
		    "function of its input; smlrun reset %s --to %lld takes that back, and "
		    "--snapshot-every 1 needs no repeats",
		    (long long)c->id, j->options->folder, (long long)c->id);
	stop(a, ATTEMPT_FATAL);
}

/* All of the committed results have come again. */
static void
end_repeat(struct run_attempt *a)
{
	struct job *j = a->job;

	if (j->repeat.left > 0 || repeat_digest(&j->repeat) != j->committed.digest)
		refuse_repeat(a);
	else
		feed_returned(&a->feed);
}

/* Counts for --stats what a commit has made permanent. */
static void
count_committed(struct run_attempt *a)
{
	a->job->written += a->written;
	a->job->rejected += a->feed.due;
	a->feed.rejected -= a->feed.due;
	a->written = a->feed.due = 0;
}

/* What went in before a barrier or mark, and came out, is committed. */
static void
commit_epoch(struct run_attempt *a)
{
	struct feed *f = &a->feed;
	struct job *j = a->job;

	if (f->next.ended && !a->came_back) {
		fail(a, "a stage did not forward the end");
		return;
	}
	f->next.last.written = sink_length(&j->sink);
	f->next.digest = repeat_digest(&j->repeat);
	if (f->snapshot) {
		f->next.snapshot = f->next.last;
		f->next.id = f->id;
		(void)memcpy(f->next.nonce, j->pipeline.nonce, NONCE);
		repeat_begin(&j->repeat, NULL, 0, 0);
		f->next.digest = repeat_digest(&j->repeat);
	}
	if (job_commit(j, &f->next, a->err) == -1) {
		stop(a, ATTEMPT_FATAL);
		return;
	}
	count_committed(a);
	feed_returned(f);
}

/* A barrier or a mark is back. */
static void
take_barrier(struct run_attempt *a, struct value line, bool snapshot)
{
	struct feed *f = &a->feed;
	struct value nonce = value_member(line, "nonce");
	int64_t id = 0;

	if (value_i64(value_member(line, "id"), &id, NULL) == -1 ||
	    (snapshot && !value_is(nonce, a->job->pipeline.nonce, NONCE - 1)) ||
	    (!a->job->searching && (!f->under_way || id > f->id || snapshot != f->snapshot)))
		fail(a, "the pipeline wrote a barrier or a mark that was not sent");
	else if (a->job->searching)
		a->job->marked = id;
	else if (id < f->id)
		return; /* one of those up to the last commit */
	else if (f->repeating)
		end_repeat(a);
	else
		commit_epoch(a);
}

/* A stage says why it ends badly. */
static void
take_failure(struct run_attempt *a, struct value line)
{
	a->job->record_failed = value_member(line, "record").kind == V_TRUE;
	a->why.len = 0;
	if (value_text(value_member(line, "tool"), &a->why, NULL) == -1 ||
	    buf_puts(&a->why, ": ") == -1 ||
	    value_text(value_member(line, "error"), &a->why, NULL) == -1)
		a->why.len = 0;
}

/* A stage says how it ended well. */
static void
take_done(struct run_attempt *a, struct value line)
{
	int64_t status;

	if (value_i64(value_member(line, "status"), &status, NULL) == -1)
		return;
	a->stage_rejected |= status == EXIT_REJECTS;
	a->stage_found |= status == EXIT_FOUND;
}

static void
take_control(struct run_attempt *a, struct value line)
{
	struct value kind = value_member(line, "$sml");

	if (value_is(kind, "barrier", 7))
		take_barrier(a, line, true);
	else if (value_is(kind, "mark", 4))
		take_barrier(a, line, false);
	else if (value_is(kind, "failed", 6))
		take_failure(a, line);
	else if (value_is(kind, "done", 4))
		take_done(a, line);
	else if (value_is(kind, "end", 3))
		a->came_back = true;
	else if (!value_is(kind, "restore", 7) && !value_is(kind, "watermark", 9) &&
	    !value_is(kind, "model", 5) && !value_is(kind, "probe", 5))
		fail(a, "the pipeline wrote a control line that smlrun does not know");
}

static void
take_data(struct run_attempt *a, const struct results_piece *piece)
{
	size_t again;

	if (a->job->searching)
		return;
	if (a->closed != 0) {
		fail(a,
		    "the pipeline wrote results after its last barrier: a stage holds them "
		    "back until its input ends");
		return;
	}
	again = repeat_take(&a->job->repeat, piece->p, piece->n);
	if (a->job->repeat.differs > 0 || (again < piece->n && a->feed.repeating)) {
		refuse_repeat(a);
		return;
	}
	sink_write(&a->job->sink, piece->p + again, piece->n - again);
	a->written += again < piece->n ? piece->records : 0;
	if (sink_failed(&a->job->sink) && sink_sync(&a->job->sink, a->err) == -1)
		stop(a, ATTEMPT_FATAL);
}

/* What a shell's exit status means, if the pipeline has ended where it should not. */
static void
take_early_end(struct run_attempt *a, int status)
{
	if (a->why.len > 0)
		err_set(a->err, NULL, "%.*s", (int)a->why.len, a->why.p);
	else
		err_set(a->err, NULL,
		    "the pipeline ended before barrier %lld came back (exit status %d of its "
		    "last stage)",
		    (long long)a->feed.id, status);
	/*
	 * sh(1) did not find the command or could not run it, or a stage refused its options
	 * before it has ever forwarded a barrier.
	 */
	if (status == 126 || status == 127 ||
	    (status == EXIT_USAGE && a->job->committed.epoch == 0))
		stop(a, ATTEMPT_FATAL);
	else
		stop(a, ATTEMPT_FAILED);
}

/* The pipeline's output has ended. */
static void
take_end(struct run_attempt *a)
{
	int status = pipeline_wait(&a->job->pipeline, END_MS);

	a->stage_rejected |= status == EXIT_REJECTS;
	a->stage_found |= status == EXIT_FOUND;
	if (!a->feed.finished || a->job->searching) {
		take_early_end(a, status);
		return;
	}
	/* A signal to all processes ends the shell, though not the stages. */
	if (status != EXIT_OK && status != EXIT_REJECTS && status != EXIT_FOUND &&
	    !a->feed.stopping) {
		err_set(a->err, NULL,
		    "the pipeline exited with status %d%s%.*s; everything is committed",
		    status, a->why.len > 0 ? ": " : "", (int)a->why.len,
		    a->why.len > 0 ? a->why.p : "");
		stop(a, ATTEMPT_FATAL);
	} else
		stop(a, ATTEMPT_DONE);
}

/* Handles all that was read of the pipeline's output. */
static void
take_results(struct run_attempt *a)
{
	struct results *r = &a->job->results;
	struct results_piece piece;

	while (!a->over) {
		switch (results_next(r, &piece)) {
		case RESULTS_DATA:
			take_data(a, &piece);
			break;
		case RESULTS_CONTROL:
			take_control(a, results_control(r));
			break;
		case RESULTS_MORE:
			return;
		case RESULTS_END:
			take_end(a);
			return;
		}
	}
}

/* Returns when there is something to do though nothing moves; monotonic ns. */
static int64_t
deadline(const struct run_attempt *a)
{
	int64_t timeout = a->job->options->barrier_timeout, until = INT64_MAX, since;

	/* Closing all windows may take long, but something moves. */
	since = a->closed != 0 ? a->closed : a->feed.drained ? a->moved : a->feed.barrier_at;
	if (timeout > 0 && (a->feed.under_way || a->closed != 0))
		until = timeout < INT64_MAX - since ? since + timeout : INT64_MAX;
	else if (timeout > 0 && a->blocked)
		until = timeout < INT64_MAX - a->moved ? a->moved + timeout : INT64_MAX;
	if (a->grace != 0 && a->grace < until)
		until = a->grace;
	return until;
}

/* Ends an attempt that is too slow. */
static void
check_time(struct run_attempt *a)
{
	char text[INSTANT_MAX];
	int64_t now = clock_monotonic();

	if (!a->feed.under_way) {
		a->probe = now + probe_every;
	} else if (now >= a->probe) {
		a->probe = now + probe_every;
		if (feed_probe(&a->feed, a->err) == -1)
			stop(a, ATTEMPT_FATAL);
	}
	if (now < deadline(a))
		return;
	if (a->grace != 0 && now >= a->grace) {
		fail(a, "not committed within --grace after the signal");
		return;
	}
	text[duration_write(text, a->job->options->barrier_timeout)] = '\0';
	if (!a->feed.under_way && a->closed == 0)
		err_set(a->err, NULL,
		    "the pipeline has read and written nothing for %s (--barrier-timeout)",
		    text);
	else
		err_set(a->err, NULL,
		    "barrier %lld did not come back within %s (--barrier-timeout): a stage "
		    "that is no sml program holds records back or drops control lines; run it "
		    "by smlrun through",
		    (long long)a->feed.id, text);
	/* What has never come back will not come the next time. */
	stop(a, a->job->committed.epoch == 0 ? ATTEMPT_FATAL : ATTEMPT_FAILED);
}

/*
 * At a signal no more is read: a last barrier, and the end.  While what is committed comes
 * again there is nothing to add.
 */
static void
heed_signal(struct run_attempt *a)
{
	int64_t grace = a->job->options->common.grace;

	if (sig_came() == 0 || a->feed.stopping)
		return;
	a->feed.stopping = true;
	a->grace = clock_monotonic() + (grace < INT64_MAX / 2 ? grace : INT64_MAX / 2);
	if (a->feed.repeating)
		stop(a, ATTEMPT_DONE);
}

/* Handles what came of the pipeline's output. */
static void
take_output(struct run_attempt *a, int fd)
{
	if (results_fill(&a->job->results, fd) == -1 && errno != EAGAIN) {
		err_set(a->err, NULL, "the pipeline's output: %s", strerror(errno));
		stop(a, ATTEMPT_FAILED);
	} else
		take_results(a);
}

/* How long to wait for a source that has nothing now: not much longer than a commit may. */
static int
source_ms(const struct run_options *o)
{
	int64_t ms = o->every_ns / 4 / MS;

	return o->every_ns == 0 || ms > SOURCE_MS ? SOURCE_MS : ms > 0 ? (int)ms : 1;
}

/* Waits until one of the pipes moves. */
static void
wait_for(struct run_attempt *a)
{
	struct pipeline *p = &a->job->pipeline;
	struct pollfd fds[2] = { { .fd = p->out, .events = POLLIN },
		{ .fd = a->blocked ? p->in : -1, .events = POLLOUT } };
	int64_t until = deadline(a), left;
	int ms = -1;

	if (a->feed.under_way && a->probe < until)
		until = a->probe;
	left = until - clock_monotonic();
	if (until != INT64_MAX)
		ms = left <= 0 ? 0 : left / MS < 1000000 ? (int)(left / MS) + 1 : 1000000;
	if (a->feed.waiting && (ms == -1 || ms > source_ms(a->job->options)))
		ms = source_ms(a->job->options);
	if (sig_wait(fds, 2, ms) <= 0)
		return;
	if (fds[0].revents != 0)
		take_output(a, p->out);
	a->moved = clock_monotonic(); /* after a commit, which may take long */
}

/* Moves what the pipes take and give, until the attempt is over. */
static void
move(struct run_attempt *a)
{
	int more;

	while (!a->over) {
		heed_signal(a);
		if (a->over)
			return;
		more = feed_write(&a->feed, a->err);
		if (more == -1) {
			stop(a, ATTEMPT_FATAL);
			return;
		}
		if (a->feed.finished && a->closed == 0)
			a->closed = clock_monotonic();
		/* Before that there may have been nothing to write for long. */
		if (more == 1 && !a->blocked)
			a->moved = clock_monotonic();
		a->blocked = more == 1;
		wait_for(a);
		if (!a->over)
			check_time(a);
	}
}

enum attempt_end
run_attempt(struct job *j, struct err *err)
{
	struct run_attempt a = { .job = j, .err = err, .moved = clock_monotonic() };
	const uint64_t commits = j->commits;

	j->record_failed = false;
	if (job_go_back(j, err) == -1)
		return ATTEMPT_FATAL;
	if (pipeline_start(&j->pipeline, j->options->pipeline, j->states, err) == -1 ||
	    feed_start(&a.feed, j, err) == -1)
		a.end = ATTEMPT_FATAL;
	else
		move(&a);
	/* What stages say of an attempt counts if some of it is committed. */
	if (a.end == ATTEMPT_DONE || j->commits > commits) {
		j->stage_rejected |= a.stage_rejected;
		j->stage_found |= a.stage_found;
	}
	pipeline_end(&j->pipeline);
	feed_free(&a.feed);
	buf_free(&a.why);
	return a.end;
}
