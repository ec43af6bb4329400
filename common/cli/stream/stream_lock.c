/* Names the state of a run and locks it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/lock.h"
#include "cli/stream/stream_parts.h"

/*
 * Names the state in smlrun's folder: by the tool, and a digest of the options that change its
 * results.  If the tool cannot have a state, the digest also covers the files that it writes
 * besides its output.
 */
static int
name_state(struct stream *s, struct err *err)
{
	const struct cli *cli = s->common->cli;
	XXH64_hash_t digest = XXH64(s->options.p, s->options.len, 0);
	const struct side_file *side;
	char tail[32];

	for (side = s->output.beside; side != NULL && !stream_is(s, COMMON_STATE);
	     side = side->next)
		if (side->open)
			digest = XXH64(side->path, strlen(side->path), digest);
	(void)snprintf(tail, sizeof tail, "-%016llx", (unsigned long long)digest);
	if (buf_puts(&s->state, s->common->folder) == -1 || buf_putc(&s->state, '/') == -1 ||
	    buf_puts(&s->state, cli->tool) == -1 ||
	    (cli->command != NULL &&
		(buf_putc(&s->state, '-') == -1 || buf_puts(&s->state, cli->command) == -1)) ||
	    buf_put(&s->state, tail, strlen(tail) + 1) == -1)
		return err_memory(err);
	s->common->state = s->state.p;
	return 0;
}

int
stream_take_state(struct stream *s, struct err *err)
{
	struct snapshot_id none = { 0, s->common->attempt };
	struct buf path = { 0 };
	bool in_use;

	if (s->common->state == NULL && name_state(s, err) == -1)
		return -1;
	if (saved_path(&path, s->common->state, none, err) == 0)
		s->lock = lock_beside(path.p, "the state", err);
	in_use = errno == EWOULDBLOCK;
	buf_free(&path);
	if (s->lock != -1)
		return replace_check(s->common->state, err);
	if (in_use && s->state.len > 0 && stream_is(s, COMMON_STATE))
		err_add(err,
		    ": of two stages that are alike one needs --state \"$SML_STATE/NAME\"");
	return -1;
}
