/* Writes the output of all copies in one order. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "shard/sharding.h"

const int64_t sharding_speaks = 500000000;

/*
 * Ends a segment: all copies have given the next separator back, and all output before it is
 * written.
 */
static int
end_segment(struct sharding *s, struct err *err)
{
	const struct separator *next = ring_at(&s->sent.ring, 0, sizeof *next);

	s->turn = 0;
	s->line_out.len = s->line_sent = 0;
	if (next->block > 0) {
		s->blocks--;
		s->block_bytes -= next->block;
	} else if (buf_put(&s->line_out, next->line, next->n) == -1)
		return err_memory(err);
	ring_pop(&s->sent.ring, 1);
	s->sent.first++;
	return 0;
}

/* Writes some bytes.  Returns how many; 0 if standard output takes none now; -1 with err. */
static ssize_t
write_some(struct sharding *s, const char *p, size_t n, struct err *err)
{
	ssize_t done;

	do
		done = write(STDOUT_FILENO, p, n);
	while (done == -1 && errno == EINTR);
	if (done > 0) {
		s->within = p[done - 1] != '\n';
		s->spoke = clock_monotonic();
		return done;
	}
	s->blocked = true;
	return errno == EAGAIN ? 0 :
				 err_set(err, NULL, "standard output: %s", strerror(errno));
}

static ssize_t
write_line_out(struct sharding *s, struct err *err)
{
	ssize_t done =
	    write_some(s, s->line_out.p + s->line_sent, s->line_out.len - s->line_sent, err);

	if (done > 0)
		s->line_sent += (size_t)done;
	return done;
}

static ssize_t
write_copy(struct sharding *s, struct copy *c, struct err *err)
{
	ssize_t done = write_some(s, c->output.p + c->written, copy_ready(c), err);

	if (done > 0)
		copy_wrote(c, (size_t)done);
	return done;
}

bool
sharding_is_done(const struct sharding *s, const struct copy *c)
{
	return c->ended && s->input_ended && c->back == separators_next(&s->sent);
}

/* Moves to the next copy or separator.  Returns 1, 0 if there is nothing for now, or -1. */
static int
step(struct sharding *s, struct err *err)
{
	struct copy *c = &s->copy[s->turn];

	if (s->turn == s->copies)
		return s->sent.ring.count == 0 ? 0 : end_segment(s, err) == -1 ? -1 : 1;
	if (c->ends.count > 0)
		ring_pop(&c->ends, 1);
	else if (s->sent.ring.count > 0 || !sharding_is_done(s, c))
		return 0;
	else if (c->failed.len > 0) {
		s->line_out.len = s->line_sent = 0;
		if (buf_put(&s->line_out, c->failed.p, c->failed.len) == -1)
			return err_memory(err);
	}
	s->turn++;
	return 1;
}

int
sharding_write(struct sharding *s, struct err *err)
{
	ssize_t done = 1;

	s->blocked = false;
	while (done > 0) {
		if (s->line_sent < s->line_out.len)
			done = write_line_out(s, err);
		else if (s->turn < s->copies && copy_ready(&s->copy[s->turn]) > 0)
			done = write_copy(s, &s->copy[s->turn], err);
		else
			done = step(s, err);
	}
	return done == -1 ? -1 : 0;
}

int
sharding_show_life(struct sharding *s, struct err *err)
{
	static const char probe[] = "{\"$sml\":\"probe\"}\n";

	if (!s->moved || s->blocked || s->within ||
	    clock_monotonic() - s->spoke < sharding_speaks)
		return 0;
	s->moved = false;
	s->line_out.len = s->line_sent = 0;
	if (buf_put(&s->line_out, probe, sizeof probe - 1) == -1)
		return err_memory(err);
	return sharding_write(s, err);
}
