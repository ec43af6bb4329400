/* Distributes records among copies of a pipeline. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "shard/sharding.h"

enum {
	LINE_MAX_SIZE = 1 << 30, /* smlrun has checked --max-line */
	SMALL = 1 << 20		 /* bytes of blocks that may always be under way */
};

/* Sends a control line to all copies. */
static int
put_separator(struct sharding *s, const char *line, size_t n, size_t block, bool restore,
    struct err *err)
{
	struct separator *new;
	int result = 0;

	if (n >= sizeof new->line)
		return err_set(err, NULL, "a control line of %zu bytes", n);
	if ((new = ring_push(&s->sent.ring, sizeof *new)) == NULL)
		return err_memory(err);
	*new = (struct separator){ .n = n + 1, .block = block, .restore = restore };
	(void)memcpy(new->line, line, n);
	new->line[n] = '\n';
	for (size_t i = 0; i < s->copies && result == 0; i++) {
		const char *own = s->copy[i].begins;

		result = restore && own[0] != '\0' ?
		    copy_put(&s->copy[i], own, strlen(own), err) :
		    copy_put(&s->copy[i], new->line, n + 1, err);
	}
	return result;
}

/* Takes a restore: copies that were added since the snapshot start empty. */
static int
put_restore(struct sharding *s, struct value line, struct err *err)
{
	int64_t id = 0;

	(void)value_i64(value_member(line, "id"), &id, NULL);
	for (size_t i = s->restored; i < s->copies && id > 0; i++)
		(void)snprintf(s->copy[i].begins, sizeof s->copy[i].begins,
		    "{\"$sml\":\"restore\",\"id\":0,\"after\":%lld}\n", (long long)id);
	return put_separator(s, line.p, line.len, 0, true, err);
}

/* Takes a copy line, which names the copy that gets the records after it. */
static int
name_copy(struct sharding *s, struct value line, struct err *err)
{
	int64_t id;

	if (value_i64(value_member(line, "id"), &id, NULL) == -1 || id < 0 ||
	    (uint64_t)id >= s->copies)
		return err_set(err, NULL, "a copy line without the number of a copy");
	s->to = (size_t)id;
	return 0;
}

/*
 * Returns whether the next block may be sent to the copies.  Two blocks at a time keep all
 * copies busy; a further block waits until one is finished, and until the copies have all
 * their input, so that not more are in memory.  Small blocks need not wait.
 */
static bool
may_release(const struct sharding *s)
{
	if (s->block_bytes < SMALL)
		return true;
	for (size_t i = 0; i < s->copies; i++)
		if (copy_has_input(&s->copy[i]))
			return false;
	return s->blocks < 2;
}

static int
release(struct sharding *s, struct err *err)
{
	static const char line[] = "{\"$sml\":\"block\"}";
	const size_t size = s->held + 1; /* so that an empty block counts, too */

	for (size_t i = 0; i < s->copies; i++)
		if (copy_release(&s->copy[i], err) == -1)
			return -1;
	s->block_waits = false;
	s->blocks++;
	s->block_bytes += size;
	s->held = 0;
	return put_separator(s, line, sizeof line - 1, size, false, err);
}

static int
take_control(struct sharding *s, struct err *err)
{
	struct value line = s->key.record.object, kind = value_member(line, "$sml");

	if (value_is(kind, "block", 5)) {
		s->block_waits = true;
		return 0;
	}
	if (s->named && value_is(kind, "copy", 4))
		return name_copy(s, line, err);
	if (value_is(kind, "restore", 7))
		return put_restore(s, line, err);
	if (!value_is(kind, "probe", 5))
		return put_separator(s, line.p, line.len, 0, false, err);
	for (size_t i = 0; i < s->copies; i++)
		if (copy_probe(&s->copy[i], err) == -1)
			return -1;
	return 0;
}

static int
take_line(struct sharding *s, struct err *err)
{
	const size_t n = s->line.size + (s->line.at[s->line.size] == '\r') + 1;
	size_t copy;
	int kind;

	if (reader_unended(s->reader))
		return 0; /* its writer is dead */
	kind = shard_key_read(&s->key, &s->line, s->copies, &copy, err);
	if (kind != 0)
		return kind == -1 ? -1 : take_control(s, err);
	if (s->named)
		copy = s->to;
	s->held += n;
	return buf_put(&s->copy[copy].held, s->line.at, n) == -1 ? err_memory(err) : 0;
}

/* Takes what was read, up to the end of a block that must wait. */
static int
take_input(struct sharding *s, struct err *err)
{
	while (!s->input_ended) {
		if (s->block_waits && !may_release(s))
			return 0;
		if (s->block_waits && release(s, err) == -1)
			return -1;
		switch (reader_next(s->reader, &s->line)) {
		case READER_LINE:
			if (take_line(s, err) == -1)
				return -1;
			break;
		case READER_MORE:
			return 0;
		case READER_LONG:
			return err_set(err, NULL, "a line of more than %d bytes",
			    (int)LINE_MAX_SIZE);
		default:
			s->input_ended = true;
		}
	}
	return 0;
}

static void
write_input(struct sharding *s)
{
	for (size_t i = 0; i < s->copies; i++) {
		struct copy *c = &s->copy[i];

		if (copy_has_input(c))
			s->moved |= copy_write(c);
		if (s->input_ended && !copy_has_input(c))
			pipeline_close_in(&c->pipeline);
	}
}

/*
 * Returns a copy that has ended too early, or NULL.  It is returned only once all output that
 * comes before its end in the order is written: so the place that a search finds does not
 * depend on which copy is faster.
 */
static struct copy *
find_dead(const struct sharding *s)
{
	for (size_t i = 0; i < s->copies; i++) {
		struct copy *c = &s->copy[i];

		if (c->ended && !sharding_is_done(s, c) && s->sent.first >= c->back)
			return c;
	}
	return NULL;
}

/* Waits until something moves, and reads what came. */
static int
wait_for(struct sharding *s, struct err *err)
{
	nfds_t n = 0;

	s->fds[n++] =
	    (struct pollfd){ .fd = s->input_ended || s->block_waits ? -1 : STDIN_FILENO,
		    .events = POLLIN };
	s->fds[n++] =
	    (struct pollfd){ .fd = STDOUT_FILENO, .events = s->blocked ? POLLOUT : 0 };
	for (size_t i = 0; i < s->copies; i++) {
		struct copy *c = &s->copy[i];

		s->fds[n++] = (struct pollfd){ .fd = copy_has_input(c) ? c->pipeline.in : -1,
			.events = POLLOUT };
		s->fds[n++] =
		    (struct pollfd){ .fd = c->ended ? -1 : c->pipeline.out, .events = POLLIN };
	}
	if (poll(s->fds, n, s->moved ? (int)(sharding_speaks / 1000000) : -1) == -1)
		return errno == EINTR ? 0 : err_set(err, NULL, "poll: %s", strerror(errno));
	if ((s->fds[1].revents & (POLLERR | POLLNVAL)) != 0)
		return err_set(err, NULL, "standard output: %s", strerror(EPIPE));
	for (size_t i = 0; i < s->copies; i++) {
		int came =
		    s->fds[2 * i + 3].revents == 0 ? 0 : copy_read(&s->copy[i], &s->sent, err);

		if (came == -1)
			return -1;
		s->moved |= came == 1;
	}
	if (s->fds[0].revents != 0 && reader_fill(s->reader) == -1 && errno != EINTR)
		return err_set(err, NULL, "standard input: %s", strerror(errno));
	return 0;
}

int
sharding_run(struct sharding *s, struct copy **dead, struct err *err)
{
	while ((*dead = find_dead(s)) == NULL) {
		if (take_input(s, err) == -1)
			return -1;
		write_input(s);
		if (sharding_write(s, err) == -1 || sharding_show_life(s, err) == -1)
			return -1;
		if (s->turn == s->copies && s->line_sent == s->line_out.len)
			return 0;
		if (wait_for(s, err) == -1)
			return -1;
	}
	return 0;
}

static int
start_copies(struct sharding *s, const char *command, const char *states, struct err *err)
{
	char *folder;
	int result = 0;

	for (size_t i = 0; i < s->copies; i++)
		s->copy[i].pipeline.in = s->copy[i].pipeline.out = -1;
	for (size_t i = 0; i < s->copies && result == 0; i++) {
		if (asprintf(&folder, "%s/%zu", states, i) == -1)
			return err_memory(err);
		result = copy_start(&s->copy[i], command, folder, err);
		free(folder);
	}
	return result;
}

int
sharding_start(struct sharding *s, const char *key, size_t copies, size_t restored,
    const char *command, const char *states, struct err *err)
{
	*s = (struct sharding){ .copies = copies,
		.named = key == NULL,
		.restored = restored,
		.spoke = clock_monotonic() };
	s->copy = calloc(s->copies, sizeof *s->copy);
	s->fds = calloc(2 * s->copies + 2, sizeof *s->fds);
	if (s->copy == NULL || s->fds == NULL)
		return err_memory(err);
	if (shard_key_open(&s->key, key, err) == -1 ||
	    (s->reader = reader_new(LINE_MAX_SIZE, err)) == NULL)
		return -1;
	reader_start(s->reader, STDIN_FILENO, 0, 1);
	return start_copies(s, command, states, err);
}

void
sharding_end(struct sharding *s)
{
	for (size_t i = 0; s->copy != NULL && i < s->copies; i++)
		copy_close(&s->copy[i]);
	free(s->copy);
	free(s->fds);
	reader_free(s->reader);
	if (s->key.fields != NULL)
		shard_key_close(&s->key);
	ring_free(&s->sent.ring);
	buf_free(&s->line_out);
}
