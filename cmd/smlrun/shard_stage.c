/* smlrun shard - the stage that runs copies of a pipeline, for --shards */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/report/sig.h"
#include "cli/stream/output.h"
#include "run_commands.h"
#include "shard/sharding.h"

struct shard_options {
	struct common common;
	const char *key;
	uint64_t shards, restored;
};

static const struct opt options[] = {
	{ 'k', "key", "LIST", OPT_TEXT, offsetof(struct shard_options, key), 0,
	    "the fields whose values say which copy gets a record; without it, copy lines do",
	    0, 0 },
	{ 0, "shards", "N", OPT_COUNT, offsetof(struct shard_options, shards), OPT_NEEDED,
	    "how many copies", 1, 0 },
	{ 0, "restored", "N", OPT_COUNT, offsetof(struct shard_options, restored), 0,
	    "only the first N copies have snapshots: by default all", 0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli shard_cli = {
	.tool = "smlrun",
	.command = "shard",
	.what = "share records out among copies of a pipeline; smlrun --shards starts it",
	.operands = "-- pipeline",
	.options = options,
};

enum { END_MS = 10000 /* for a shell to exit after the end of its output */ };

/* Returns one exit status for all copies: the status of a failure, or else 4, 3 or 0. */
static int
wait_for_copies(struct sharding *s)
{
	int all = EXIT_OK, status;

	for (size_t i = 0; i < s->copies; i++) {
		status = pipeline_wait(&s->copy[i].pipeline, END_MS);
		if (status != EXIT_OK && status != EXIT_REJECTS && status != EXIT_FOUND)
			return status == -1 ? EXIT_FAILED : status;
		all = status > all ? status : all;
	}
	return all;
}

/* Kills all copies: what their stages might still say does not matter. */
static void
kill_copies(struct sharding *s)
{
	if (s->copy != NULL)
		pipeline_kill(&s->copy[0].pipeline);
}

/*
 * Writes the last line of this stage, which says why it fails: what a stage of a copy said, or
 * err.
 */
static void
say_failure(struct sharding *s, const struct copy *dead, const struct err *err)
{
	const struct copy *c = s->turn < s->copies ? &s->copy[s->turn] : NULL;
	int flags = fcntl(STDOUT_FILENO, F_GETFL);
	struct out out;

	if (flags == -1 || fcntl(STDOUT_FILENO, F_SETFL, flags & ~O_NONBLOCK) == -1 ||
	    out_open(&out, STDOUT_FILENO, BUFSIZ) == -1)
		return;
	out_write(&out, s->line_out.p + s->line_sent, s->line_out.len - s->line_sent);
	if (s->within && c != NULL && s->line_sent == s->line_out.len)
		out_write(&out, c->output.p + c->written, copy_ready(c));
	if (dead != NULL && dead->failed.len > 0)
		out_write(&out, dead->failed.p, dead->failed.len);
	else {
		out_puts(&out,
		    "{\"$sml\":\"failed\",\"tool\":\"smlrun\",\"status\":1,\"error\":");
		text_write_repaired(&out, err->text);
		out_puts(&out, ",\"record\":false}\n");
	}
	(void)out_close(&out);
}

/*
 * Ends this stage after a copy has ended too early.  Returns the copy's exit status, from
 * which smlrun learns more.
 */
static int
end_badly(struct sharding *s, struct copy *dead)
{
	int status = pipeline_wait(&dead->pipeline, END_MS);
	struct err err;

	kill_copies(s);
	err_set(&err, NULL,
	    "copy %zu of %zu of the pipeline ended before its input did (exit status %d of "
	    "its last stage)",
	    (size_t)(dead - s->copy), s->copies, status);
	say_failure(s, dead, &err);
	return status == EXIT_OK || status == EXIT_REJECTS || status == EXIT_FOUND ?
	    EXIT_FAILED :
	    status;
}

/* Starts the copies, and runs them until they end.  Returns the exit status. */
static int
run(struct sharding *s, const struct shard_options *o, const char *folder)
{
	/* it is in the environment, where the start of a copy replaces it */
	char *states = strdup(folder);
	struct copy *dead = NULL;
	int result = -1;
	struct err err;

	if (states == NULL)
		err_memory(&err);
	else if (sharding_start(s, o->key, o->shards, o->restored, o->common.operands[0],
		     states, &err) == 0)
		result = sharding_run(s, &dead, &err);
	free(states);
	if (result == 0)
		return dead != NULL ? end_badly(s, dead) : wait_for_copies(s);
	kill_copies(s);
	say_failure(s, NULL, &err);
	return EXIT_FAILED;
}

static int
set_nonblocking(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	return flags == -1 ? -1 : fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
}

int
shard_main(int argc, char **argv)
{
	struct shard_options o = { .restored = UINT64_MAX };
	struct sharding s = { 0 };
	const char *folder = getenv("SML_STATE");
	int status;

	opt_parse(&shard_cli, &o, argc, argv);
	if (o.common.operands[0] == NULL || folder == NULL || getenv("SML_CONTROL") == NULL)
		opt_usage(&o.common, "only smlrun --shards can start this");
	output_hold();
	(void)signal(SIGPIPE, SIG_IGN);
	/* A stage ends at the end of its input. */
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	if (sig_keep_children() == -1 || set_nonblocking() == -1)
		diag_die(o.common.diag, EXIT_FAILED, "cannot start: %s", strerror(errno));
	status = run(&s, &o, folder);
	if (o.key != NULL && s.key.records > 0 && s.key.keys == 0)
		diag_warn(o.common.diag, NULL,
		    "no record had the key \"%s\" (-k): all went to one pipeline", o.key);
	sharding_end(&s);
	opt_free(&shard_cli, &o);
	return status;
}
