/* Runs one copy of a pipeline: its input and its output. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "shard/copy.h"

enum { COMPACT = 1 << 20 /* bytes */ };

int
copy_start(struct copy *c, const char *command, const char *folder, struct err *err)
{
	const char *const argv[] = { "sh", "-c", command, NULL };

	*c = (struct copy){ .pipeline = { .in = -1, .out = -1 } };
	if (results_open(&c->results, err) == -1)
		return -1;
	return pipeline_start_part(&c->pipeline, "/bin/sh", argv, folder, err);
}

void
copy_close(struct copy *c)
{
	pipeline_end(&c->pipeline);
	results_close(&c->results);
	buf_free(&c->held);
	buf_free(&c->input);
	buf_free(&c->output);
	buf_free(&c->line);
	buf_free(&c->failed);
	ring_free(&c->ends);
}

/* Frees the input that has been written; a copy that no longer reads gets no input. */
static void
begin_input(struct copy *c)
{
	if (!copy_has_input(c))
		c->input.len = c->sent = 0;
	else if (c->sent >= COMPACT && c->sent >= c->input.len / 2) {
		c->input.len -= c->sent;
		memmove(c->input.p, c->input.p + c->sent, c->input.len);
		c->sent = 0;
	}
	c->probes = false;
}

int
copy_put(struct copy *c, const char *p, size_t n, struct err *err)
{
	begin_input(c);
	return buf_put(&c->input, p, n) == -1 ? err_memory(err) : 0;
}

int
copy_release(struct copy *c, struct err *err)
{
	struct buf empty;

	begin_input(c);
	if (c->input.len > 0 && buf_put(&c->input, c->held.p, c->held.len) == -1)
		return err_memory(err);
	if (c->input.len == 0) {
		empty = c->input;
		c->input = c->held;
		c->held = empty;
	}
	c->held.len = 0;
	return 0;
}

int
copy_probe(struct copy *c, struct err *err)
{
	static const char probe[] = "{\"$sml\":\"probe\"}\n";

	if (copy_has_input(c))
		return 0;
	if (copy_put(c, probe, sizeof probe - 1, err) == -1)
		return -1;
	c->probes = true;
	return 0;
}

bool
copy_write(struct copy *c)
{
	ssize_t n;

	do
		n = write(c->pipeline.in, c->input.p + c->sent, c->input.len - c->sent);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		c->sent += (size_t)n;
	else if (errno != EAGAIN)
		pipeline_close_in(&c->pipeline); /* its output will show that it has ended */
	return n > 0 && !c->probes;
}

/* Returns whether this is a control line that must come back to smlrun. */
static bool
is_separator(struct value kind)
{
	return value_is(kind, "restore", 7) || value_is(kind, "barrier", 7) ||
	    value_is(kind, "mark", 4) || value_is(kind, "block", 5) ||
	    value_is(kind, "end", 3);
}

/* Returns whether the line that came back is the one that this copy got. */
static bool
is_that(const struct copy *c, const struct separator *next)
{
	bool begins = next->restore && c->begins[0] != '\0';
	size_t n = begins ? strlen(c->begins) : next->n;

	return c->line.len == n - 1 &&
	    memcmp(c->line.p, begins ? c->begins : next->line, n - 1) == 0;
}

/* Takes a separator, which must be the next one; a stage may have added white space. */
static int
take_separator(struct copy *c, const struct separators *s, struct value line, struct err *err)
{
	const struct separator *next = NULL;
	uint64_t *end;

	c->line.len = 0;
	if (value_compact(line, &c->line) == -1)
		return err_memory(err);
	if (c->back < separators_next(s))
		next = ring_at(&s->ring, (uint32_t)(c->back - s->first), sizeof *next);
	if (next == NULL || !is_that(c, next))
		return err_set(err, NULL,
		    "the pipeline wrote a barrier or a mark that was not sent");
	if ((end = ring_push(&c->ends, sizeof *end)) == NULL)
		return err_memory(err);
	*end = c->start + c->output.len;
	c->back++;
	return 0;
}

static int
take_data(struct copy *c, const char *p, size_t n, struct err *err)
{
	const char *newline = memrchr(p, '\n', n);

	if (newline != NULL)
		c->whole = c->start + c->output.len + (size_t)(newline + 1 - p);
	return buf_put(&c->output, p, n) == -1 ? err_memory(err) : 0;
}

static int
take_control(struct copy *c, const struct separators *s, const struct results_piece *line,
    struct err *err)
{
	struct value object = results_control(&c->results),
		     kind = value_member(object, "$sml");

	if (value_is(kind, "probe", 5))
		return 0;
	if (is_separator(kind))
		return take_separator(c, s, object, err) == -1 ? -1 : 1;
	if (!value_is(kind, "failed", 6))
		return take_data(c, line->p, line->n, err) == -1 ? -1 : 1;
	c->failed.len = 0;
	return buf_put(&c->failed, line->p, line->n) == -1 ? err_memory(err) : 1;
}

/* Takes one piece of output.  Returns 1, 0 for a probe, or -1. */
static int
take(struct copy *c, const struct separators *s, enum results_event event,
    const struct results_piece *piece, struct err *err)
{
	if (event == RESULTS_CONTROL)
		return take_control(c, s, piece, err);
	if (event == RESULTS_DATA)
		return take_data(c, piece->p, piece->n, err) == -1 ? -1 : 1;
	c->ended = true;
	return 1;
}

int
copy_read(struct copy *c, const struct separators *s, struct err *err)
{
	ssize_t n = results_fill(&c->results, c->pipeline.out);
	struct results_piece piece;
	enum results_event event;
	int result, came = 0;

	if (n == -1 && errno == EAGAIN)
		return 0;
	if (n == -1)
		return err_set(err, NULL, "the pipeline's output: %s", strerror(errno));
	while (!c->ended && (event = results_next(&c->results, &piece)) != RESULTS_MORE) {
		result = take(c, s, event, &piece, err);
		if (result == -1)
			return -1;
		came |= result;
	}
	return came;
}

size_t
copy_ready(const struct copy *c)
{
	uint64_t end = c->whole, at = c->start + c->written;

	if (c->ends.count > 0)
		end = *(const uint64_t *)ring_at(&c->ends, 0, sizeof end);
	return end > at ? (size_t)(end - at) : 0;
}

void
copy_wrote(struct copy *c, size_t n)
{
	c->written += n;
	if (c->written < c->output.len &&
	    (c->written < COMPACT || c->written < c->output.len / 2))
		return;
	c->output.len -= c->written;
	memmove(c->output.p, c->output.p + c->written, c->output.len);
	c->start += c->written;
	c->written = 0;
}
