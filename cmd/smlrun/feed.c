/* Writes records and control lines into a pipeline. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "job_kafka.h"
#include "task.h"

void
feed_free(struct feed *f)
{
	buf_free(&f->control);
	feed_block_free(f);
}

static int
put_control(struct feed *f, const char *kind, int64_t id, const char *nonce, struct err *err)
{
	char text[160];
	int n = snprintf(text, sizeof text, "{\"$sml\":\"%s\",\"id\":%" PRId64 "%s%s%s}\n",
	    kind, id, nonce[0] != '\0' ? ",\"nonce\":\"" : "", nonce,
	    nonce[0] != '\0' ? "\"" : "");

	return buf_put(&f->control, text, (size_t)n) == -1 ? err_memory(err) : 0;
}

/*
 * Returns whether the attempt reads committed records of merged partitions again.  Older
 * messages may have arrived since, so these records and the ones after them have no common
 * order, and a snapshot must come between them.
 */
static bool
repeats_once(const struct task *t)
{
	return t->committed.epoch > t->committed.id && !t->searching &&
	    t->source.kind == SOURCE_MERGED;
}

int
feed_start(struct feed *f, struct task *t, struct err *err)
{
	const struct commit *c = &t->committed;

	*f = (struct feed){ .task = t,
		.id = c->id,
		.repeating = c->epoch > c->id && !t->searching,
		.owes_snapshot = repeats_once(t),
		.drained = c->ended,
		.barrier_at = clock_monotonic() };
	if (feed_block_start(f, err) == -1)
		return -1;
	return put_control(f, "restore", c->id, c->nonce, err);
}

/*
 * Returns whether to send a barrier, which costs a snapshot of each stage, or a mark, which is
 * free.
 */
static bool
snapshot_due(const struct feed *f)
{
	const struct task *t = f->task;

	return f->id == 0 || f->stopping || f->source_ended || f->owes_snapshot ||
	    (uint64_t)(f->id + 1 - t->committed.id) >= t->job->options->snapshot_every;
}

/*
 * Sends a barrier or mark, and notes what its return will commit: all that was sent before it.
 */
static int
put_barrier(struct feed *f, struct err *err)
{
	struct task *t = f->task;
	struct source_place place = f->block.place;

	if (!feed_has_blocks(f) && feed_mark(f, &place, err) == -1)
		return -1;
	f->snapshot = snapshot_due(f);
	f->owes_snapshot = false;
	f->next = t->committed;
	f->next.epoch = ++f->id;
	f->next.last.place = place;
	if (f->snapshot)
		f->next.shards = t->job->options->shards; /* partitions may have been added */
	f->next.last.file = t->job->options->from.text[place.file];
	f->under_way = t->job->barrier_wanted = true;
	f->since = 0;
	f->barrier_at = clock_monotonic();
	f->held_up = 0;
	return f->snapshot ? put_control(f, "barrier", f->id, t->pipeline.nonce, err) :
			     put_control(f, "mark", f->id, "", err);
}

/*
 * Fails because a bad line that is read again went to --rejects before, but now there is no
 * --rejects.
 */
static int
refuse_reject(const struct feed *f, struct err *err)
{
	const struct commit *c = &f->task->committed;

	return err_set(err, NULL,
	    "cannot continue in %s: a line that is read again after epoch %" PRId64
	    " is bad; if it went to --rejects before, give --rejects again",
	    c->last.file, c->id);
}

/* Fails because records that are read again differ from those that were committed. */
static int
refuse_source(const struct feed *f, struct err *err)
{
	const struct commit *c = &f->task->committed;

	return err_set(err, NULL,
	    "cannot continue in %s: what was committed of it after epoch %" PRId64
	    " has changed",
	    c->last.file, c->id);
}

static int
refuse_more(const struct feed *f, struct err *err)
{
	return err_set(err, NULL,
	    "%s was ended by --drain, and cannot continue; smlrun reset --to BEGINNING starts "
	    "over",
	    f->task->job->options->folder);
}

/*
 * Sends the marks up to the last commit again, once all committed records have been read
 * again.
 */
static int
put_marks(struct feed *f, struct err *err)
{
	struct task *t = f->task;
	struct source_place place;

	if (task_source_mark(&t->source, &place, err) == -1)
		return -1;
	if (!task_source_is_at(&t->source, &place, &t->committed.last.place))
		return refuse_source(f, err);
	while (f->id < t->committed.epoch)
		if (put_control(f, "mark", ++f->id, "", err) == -1)
			return -1;
	f->under_way = true;
	f->barrier_at = clock_monotonic();
	f->held_up = 0;
	return 0;
}

/* Returns how many lines may be sent before a barrier, mark or block line is due. */
static uint64_t
room_for(const struct feed *f)
{
	const struct task *t = f->task;
	uint64_t every = t->job->options->every_records,
		 at = task_source_place(&t->source)->records, room = t->until - at;

	if (t->searching)
		return 1;
	if (f->repeating)
		room = t->committed.last.place.records - at;
	else if (every > 0 && f->since >= every)
		return 0;
	else if (every > 0 && every - f->since < room && !feed_has_blocks(f))
		room = every - f->since;
	return feed_has_blocks(f) && feed_block_room(f) < room ? feed_block_room(f) : room;
}

/*
 * Returns whether the source has ended at a mark.  A snapshot follows, so that the next run repeats
 * nothing, and the stages' models are those of the end.  A dump needs it because the next run
 * reads what was added after this run started.
 */
static bool
lacks_snapshot(const struct feed *f)
{
	const struct commit *c = &f->task->committed;

	return f->source_ended && c->epoch > c->id;
}

/* Returns whether a barrier may be sent now, and would commit anything. */
static bool
may_commit(const struct feed *f)
{
	return !f->under_way && !f->repeating && !f->task->searching && !f->drained &&
	    (f->since > 0 || f->task->written > 0 || f->rejected > 0 || f->id == 0 ||
		f->owes_snapshot || lacks_snapshot(f));
}

bool
feed_owes_barrier(const struct feed *f)
{
	return f->task->job->barrier_wanted && may_commit(f);
}

int64_t
feed_due(const struct feed *f)
{
	int64_t every = f->task->job->options->every_ns;

	if (every == 0 || !may_commit(f))
		return INT64_MAX;
	return every < INT64_MAX - f->barrier_at ? f->barrier_at + every : INT64_MAX;
}

/*
 * Returns whether a barrier is due.  One is due at the start, too: it shows that every stage
 * forwards barriers.
 */
static bool
barrier_due(const struct feed *f)
{
	const struct run_options *o = f->task->job->options;

	if (!may_commit(f))
		return false;
	return f->id == 0 || f->owes_snapshot || f->task->job->barrier_wanted || f->stopping ||
	    f->source_ended || (o->every_records > 0 && f->since >= o->every_records) ||
	    clock_monotonic() >= feed_due(f);
}

/* Writes a bad line to --rejects, or holds it until its block is whole. */
static int
reject(struct feed *f, const char *p, size_t n, const struct err *why)
{
	struct task *t = f->task;
	struct job *j = t->job;
	bool topic = j->options->rejects_topic != NULL;

	if (feed_has_blocks(f)) {
		task_source_skip(&t->source, p, n, why, &f->block.rejects.side);
		return 0;
	}
	task_source_skip(&t->source, p, n, why, topic ? &j->kafka->rejects.side : &j->rejects);
	f->rejected++;
	return topic ? job_transactions_reject(t, &j->kafka->rejects) : 0;
}

/*
 * Handles a bad line: it goes to --rejects, or ends the run.  Returns 1, 0 if the line must
 * wait for the commit under way (which does not cover it), or -1.
 */
static int
refuse(struct feed *f, const char *p, size_t n, const struct err *err)
{
	struct task *t = f->task;
	bool again = f->repeating || t->searching; /* the line is in --rejects, or will be */

	if (t->job->options->common.rejects == NULL) {
		t->until = task_source_place(&t->source)->records;
		task_source_limit(&t->source, true);
		t->bad = *err;
		t->bad_byte = err->at == NULL ? 0 : (uint64_t)(err->at - p) + 1;
		return 1;
	}
	if (!again && !feed_has_blocks(f) && f->under_way)
		return 0;
	if (!again)
		return reject(f, p, n, err) == -1 ? -1 : 1;
	task_source_skip(&t->source, p, n, err, NULL);
	return 1;
}

/* Sends a mark after a line of a search; with --shards the line is a block of its own. */
static int
put_search_mark(struct feed *f, struct err *err)
{
	if (feed_has_blocks(f) && feed_block_end(f, err) == -1)
		return -1;
	return put_control(f, "mark", ++f->id, "", err);
}

static int
take_lines(struct feed *f, struct err *err)
{
	struct task_source *source = &f->task->source;
	uint64_t before = task_source_place(source)->records;
	const char *p;
	size_t n;
	enum source_event event = task_source_next(source, room_for(f), &p, &n, err);
	int done;

	f->waiting = false;
	if (f->task->committed.ended && (event == SOURCE_LINES || event == SOURCE_BAD))
		return refuse_more(f, err);
	switch (event) {
	case SOURCE_LINES:
		f->lines = p;
		f->left = n;
		break;
	case SOURCE_BAD:
		if (f->repeating && f->task->job->options->common.rejects == NULL)
			return refuse_reject(f, err);
		done = refuse(f, p, n, err);
		if (done == -1)
			return -1;
		f->waiting = done == 0;
		break;
	case SOURCE_LATER:
		/*
		 * The end of a growing file ends a search; but messages of a topic are still
		 * to come.
		 */
		f->source_ended |= f->task->searching && !source_is_topic(source->kind);
		f->waiting = !f->source_ended;
		return 0;
	case SOURCE_END:
		if (f->repeating)
			return refuse_source(f, err);
		f->source_ended = true;
		return 0;
	default:
		return -1;
	}
	feed_block_read(f);
	if (f->task->searching)
		return put_search_mark(f, err);
	if (!feed_has_blocks(f))
		f->since += f->repeating ? 0 : task_source_place(source)->records - before;
	return 0;
}

/*
 * Sends the end line, on which stages close what is open; the barrier after it commits the
 * results.
 */
static int
put_end(struct feed *f, struct err *err)
{
	static const char end[] = "{\"$sml\":\"end\"}\n";

	f->drained = true;
	if (feed_has_blocks(f) && feed_block_rest(f) > 0 && feed_block_end(f, err) == -1)
		return -1;
	if (buf_put(&f->control, end, sizeof end - 1) == -1)
		return err_memory(err);
	if (put_barrier(f, err) == -1)
		return -1;
	f->next.ended = true;
	return 1;
}

/* Waits for the barrier that was sent after all records, then ends. */
static int
finish(struct feed *f, struct err *err)
{
	if (f->under_way)
		return 0;
	if (f->task->job->options->common.drain && !f->drained && !f->stopping &&
	    f->task->until == UINT64_MAX && !f->task->searching)
		return put_end(f, err);
	f->finished = true;
	pipeline_close_in(&f->task->pipeline);
	return 0;
}

/* Decides what to send next.  Returns 1, 0 if there is nothing to send now, or -1. */
static int
next(struct feed *f, struct err *err)
{
	struct task *t = f->task;
	int result = 0;

	f->control.len = f->sent = 0;
	if (f->repeating && f->under_way)
		return 0;
	f->waiting = false;
	while (f->left == 0 && f->control.len == 0 && result == 0) {
		if (f->block.due) {
			if ((result = feed_block_end(f, err)) == 0)
				return 0; /* until the last barrier is back */
			break;
		}
		if (!f->repeating && task_source_place(&t->source)->records >= t->until)
			f->source_ended = t->job->stopping = true;
		if (barrier_due(f))
			result = put_barrier(f, err);
		else if (f->repeating && room_for(f) == 0)
			result = put_marks(f, err);
		else if (f->stopping || f->source_ended)
			return finish(f, err);
		else if (f->waiting || room_for(f) == 0)
			return 0; /* until more comes, or the last barrier is back */
		else
			result = take_lines(f, err);
	}
	return result == -1 ? -1 : 1;
}

static ssize_t
write_some(int fd, const char *p, size_t n)
{
	ssize_t done;

	do
		done = write(fd, p, n);
	while (done == -1 && errno == EINTR);
	return done;
}

int
feed_write(struct feed *f, struct err *err)
{
	int fd = f->task->pipeline.in, more;
	ssize_t done;
	bool lines;

	if (fd == -1)
		return 0;
	if (f->left == 0 && f->sent == f->control.len) {
		more = next(f, err);
		if (more != 1)
			return more;
	}
	/*
	 * In a search, control already has the mark of a line: the mark is sent after the
	 * line.
	 */
	lines = f->left > 0 && (f->sent == f->control.len || f->task->searching);
	done = lines ? write_some(fd, f->lines, f->left) :
		       write_some(fd, f->control.p + f->sent, f->control.len - f->sent);
	if (done == -1 && errno == EAGAIN)
		return 1;
	if (done == -1) {
		/* The first stage has ended: the pipeline's output will show why. */
		pipeline_close_in(&f->task->pipeline);
		return 0;
	}
	if (lines) {
		f->lines += done;
		f->left -= (size_t)done;
	} else
		f->sent += (size_t)done;
	return 1;
}

int
feed_probe(struct feed *f, struct err *err)
{
	static const char probe[] = "{\"$sml\":\"probe\"}\n";

	if (f->sent < f->control.len || f->left > 0 || f->drained ||
	    f->task->pipeline.in == -1)
		return 0;
	f->control.len = f->sent = 0;
	return buf_put(&f->control, probe, sizeof probe - 1) == -1 ? err_memory(err) : 0;
}

void
feed_returned(struct feed *f)
{
	f->under_way = f->repeating = false;
}
