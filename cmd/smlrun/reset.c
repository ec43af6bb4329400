/* smlrun reset - goes back to an earlier commit */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/num.h"
#include "commit/commit_file.h"
#include "pipeline/leftovers.h"
#include "run_commands.h"

struct reset_options {
	struct common common;
	const char *to;
};

static const struct opt options[] = {
	{ 0, "to", "BEGINNING|EPOCH", OPT_TEXT, offsetof(struct reset_options, to), OPT_NEEDED,
	    "forget everything, or what was committed after the snapshot of EPOCH", 0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli reset_cli = {
	.tool = "smlrun",
	.command = "reset",
	.what = "go back to an earlier commit, for a reprocessing",
	.operands = "dir",
	.options = options,
};

/*
 * Forgets what a topic's group has committed, by another group; and the snapshots, which would
 * say that its offsets are lost.
 */
static int
forget_group(const char *folder, struct commit *c, struct err *err)
{
	char *states;

	if (asprintf(&states, "%s/state", folder) == -1)
		return err_memory(err);
	leftovers_remove_all(states);
	free(states);
	c->group = NULL;
	return 0;
}

/* Takes back what was committed after an epoch that has a snapshot: 0, or the last one. */
static int
go_back(const char *folder, struct commit *c, const char *to, struct err *err)
{
	int64_t epoch = 0;

	if (strcmp(to, "BEGINNING") != 0 && num_read_i64(to, strlen(to), &epoch) == -1)
		return err_set(err, NULL, "--to is BEGINNING or an epoch, not \"%s\"", to);
	if (c->group != NULL && epoch != 0)
		return err_set(err, NULL,
		    "what is in a topic cannot be taken back: --to is BEGINNING");
	if (c->group != NULL && !commit_names_group(c))
		return err_set(err, NULL,
		    "the offsets of group %s are its own: set them by smlkafka offsets --to "
		    "beginning, and go on by smlrun --adopt",
		    c->group);
	if (c->group != NULL && forget_group(folder, c, err) == -1)
		return -1;
	if (epoch != 0 && epoch != c->id)
		return err_set(err, NULL,
		    "there is no snapshot of epoch %s: --to is BEGINNING or %lld", to,
		    (long long)c->id);
	if (epoch == 0) {
		c->snapshot = c->begin;
		c->nonce[0] = '\0';
	}
	c->epoch = c->id = epoch;
	c->last = c->snapshot;
	c->ended = false;
	return 0;
}

static int
reset(const char *folder, const char *to, struct err *err)
{
	struct commit commit = { 0 };
	int lock = -1, result = -1;
	char *path = NULL;

	if (asprintf(&path, "%s/commit", folder) == -1)
		return err_memory(err);
	lock = lock_beside(path, "the state", err);
	if (lock != -1)
		result = commit_read(folder, &commit, err);
	if (result == 0)
		result = err_set(err, NULL, "%s: nothing is committed there", folder);
	else if (result == 1)
		result = go_back(folder, &commit, to, err) == -1 ?
		    -1 :
		    commit_write(folder, &commit, err);
	commit_free(&commit);
	if (lock != -1)
		(void)close(lock);
	free(path);
	return result;
}

int
reset_main(int argc, char **argv)
{
	struct reset_options o = { 0 };
	int status = EXIT_OK;
	struct err err;

	opt_parse(&reset_cli, &o, argc, argv);
	if (o.common.operands[0] == NULL || o.common.operands[1] != NULL)
		opt_usage(&o.common, "needs one folder");
	if (reset(o.common.operands[0], o.to, &err) == -1) {
		diag_error(o.common.diag, NULL, "%s", err.text);
		status = EXIT_FAILED;
	}
	opt_free(&reset_cli, &o);
	return status;
}
