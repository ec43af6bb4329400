/* Feeds a pipeline. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "feed.h"

void
feed_free(struct feed *f)
{
	buf_free(&f->control);
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

int
feed_start(struct feed *f, struct job *j, struct err *err)
{
	const struct commit *c = &j->committed;

	*f = (struct feed){ .job = j,
		.id = c->id,
		.repeating = c->epoch > c->id && !j->searching,
		.barrier_at = clock_monotonic() };
	return put_control(f, "restore", c->id, c->nonce, err);
}

/* A barrier costs a snapshot of each stage, a mark nothing. */
static bool
snapshot_due(const struct feed *f)
{
	const struct job *j = f->job;

	return f->id == 0 || f->stopping || f->source_ended ||
	    (uint64_t)(f->id + 1 - j->committed.id) >= j->options->snapshot_every;
}

/* Notes what is committed when this barrier or mark is back: all that went in before it. */
static int
put_barrier(struct feed *f, struct err *err)
{
	struct job *j = f->job;
	struct commit_point *last = &f->next.last;
	struct file_place place;

	if (file_source_mark(&j->source, &place, err) == -1)
		return -1;
	f->snapshot = snapshot_due(f);
	f->next = j->committed;
	f->next.epoch = ++f->id;
	last->place = place;
	last->file = file_source_name(&j->source, &place);
	last->rejected = side_file_length(&j->rejects);
	f->due = f->rejected;
	f->under_way = true;
	f->since = 0;
	f->barrier_at = clock_monotonic();
	return f->snapshot ? put_control(f, "barrier", f->id, j->pipeline.nonce, err) :
			     put_control(f, "mark", f->id, "", err);
}

/* What is read again is not what was committed. */
static int
refuse_source(const struct feed *f, struct err *err)
{
	const struct commit *c = &f->job->committed;

	return err_set(err, NULL,
	    "cannot go on in %s: what was committed of it after epoch %" PRId64
	    " has changed meanwhile",
	    c->last.file, c->id);
}

/* All is read again that is committed: the marks up to there once more. */
static int
put_marks(struct feed *f, struct err *err)
{
	const struct file_place *last = &f->job->committed.last.place;
	struct file_place place;

	if (file_source_mark(&f->job->source, &place, err) == -1)
		return -1;
	if (place.file != last->file || place.byte != last->byte ||
	    place.digest != last->digest)
		return refuse_source(f, err);
	while (f->id < f->job->committed.epoch)
		if (put_control(f, "mark", ++f->id, "", err) == -1)
			return -1;
	f->under_way = true;
	f->barrier_at = clock_monotonic();
	return 0;
}

/* How many lines may go in before something else must. */
static uint64_t
room_for(const struct feed *f)
{
	const struct job *j = f->job;
	uint64_t every = j->options->every_records, at = j->source.place.records,
		 room = j->until - at;

	if (j->searching)
		return 1;
	if (f->repeating)
		return j->committed.last.place.records - at;
	return every == 0 || every - f->since > room ? room : every - f->since;
}

/* A barrier is due at the start too: it shows that every stage forwards barriers. */
static bool
barrier_due(const struct feed *f)
{
	const struct run_options *o = f->job->options;

	if (f->under_way || f->repeating || f->job->searching)
		return false;
	if (f->id == 0)
		return true;
	if (f->since == 0)
		return false;
	if (f->stopping || f->source_ended)
		return true;
	if (o->every_records > 0 && f->since >= o->every_records)
		return true;
	return o->every_ns > 0 && clock_monotonic() - f->barrier_at >= o->every_ns;
}

/* A line that may not go in: to --rejects, or the end of the run. */
static void
refuse(struct feed *f, const char *p, size_t n, const struct err *err)
{
	struct job *j = f->job;
	const struct file_place *at = &j->source.place;
	const struct place place = { .source = file_source_name(&j->source, at),
		.line = at->line,
		.byte = (uint64_t)(err->at - p) + 1 };

	if (!j->rejects.open) {
		j->until = at->records;
		j->bad = *err;
		j->bad_byte = place.byte;
		return;
	}
	/* What is read again is there already, or will be. */
	if (!f->repeating && !j->searching) {
		side_file_write(&j->rejects, err->text, &place, NULL, p, n);
		f->rejected++;
	}
	file_source_skip(&j->source, n);
}

static int
take_lines(struct feed *f, struct err *err)
{
	struct file_source *source = &f->job->source;
	uint64_t before = source->place.records;
	const char *p;
	size_t n;

	switch (file_source_next(source, room_for(f), &p, &n, err)) {
	case SOURCE_LINES:
		f->lines = p;
		f->left = n;
		break;
	case SOURCE_BAD:
		if (f->repeating && !f->job->rejects.open)
			return refuse_source(f, err);
		refuse(f, p, n, err);
		break;
	case SOURCE_LATER:
		/* A search has no more to find there. */
		if (f->job->searching)
			f->source_ended = true;
		else
			f->waiting = true;
		return 0;
	case SOURCE_END:
		if (f->repeating)
			return refuse_source(f, err);
		f->source_ended = true;
		return 0;
	default:
		return -1;
	}
	if (f->job->searching)
		return put_control(f, "mark", ++f->id, "", err);
	f->since += f->repeating ? 0 : source->place.records - before;
	return 0;
}

/* Closes what is open in the stages; the barrier after that commits what it brings. */
static int
put_end(struct feed *f, struct err *err)
{
	static const char end[] = "{\"$sml\":\"end\"}\n";

	f->drained = true;
	if (buf_put(&f->control, end, sizeof end - 1) == -1)
		return err_memory(err);
	if (put_barrier(f, err) == -1)
		return -1;
	f->next.ended = true;
	return 1;
}

/* All records are in, with a barrier after them: waits for its return, then ends. */
static int
finish(struct feed *f, struct err *err)
{
	if (f->under_way)
		return 0;
	if (f->job->options->common.drain && !f->drained && !f->stopping &&
	    f->job->until == UINT64_MAX && !f->job->searching)
		return put_end(f, err);
	f->finished = true;
	pipeline_close_in(&f->job->pipeline);
	return 0;
}

/* Decides what goes in next.  Returns 1, 0 if there is nothing for now, or -1. */
static int
next(struct feed *f, struct err *err)
{
	struct job *j = f->job;
	int result = 0;

	f->control.len = f->sent = 0;
	f->waiting = false;
	if (f->repeating && f->under_way)
		return 0;
	while (f->left == 0 && f->control.len == 0 && result == 0) {
		if (!f->repeating && j->source.place.records >= j->until)
			f->source_ended = true;
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
	int fd = f->job->pipeline.in, more;
	ssize_t done;
	bool lines;

	if (fd == -1)
		return 0;
	if (f->left == 0 && f->sent == f->control.len) {
		more = next(f, err);
		if (more != 1)
			return more;
	}
	/* In a search the mark of a line is there already: it follows the line. */
	lines = f->left > 0 && (f->sent == f->control.len || f->job->searching);
	done = lines ? write_some(fd, f->lines, f->left) :
		       write_some(fd, f->control.p + f->sent, f->control.len - f->sent);
	if (done == -1 && errno == EAGAIN)
		return 1;
	if (done == -1) {
		/* The first stage has ended, which shows at the other end. */
		pipeline_close_in(&f->job->pipeline);
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

	if (f->sent < f->control.len || f->left > 0 || f->drained || f->job->pipeline.in == -1)
		return 0;
	f->control.len = f->sent = 0;
	return buf_put(&f->control, probe, sizeof probe - 1) == -1 ? err_memory(err) : 0;
}

void
feed_returned(struct feed *f)
{
	f->under_way = f->repeating = false;
}
