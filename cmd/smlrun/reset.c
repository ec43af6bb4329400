/* smlrun reset - goes back to an earlier commit */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/num.h"
#include "commit/commit_file.h"
#include "inspect.h"
#include "pipeline/leftovers.h"
#include "reset_offsets.h"
#include "run_commands.h"

struct reset_options {
	/* the options that all programs share must come first */
	struct inspect_options inspect;
	const char *to, *partition;
};

static const struct opt options[] = {
	BROKER_OPTIONS(struct reset_options, inspect.brokers),
	{ 0, "to", "BEGINNING|EPOCH", OPT_TEXT, offsetof(struct reset_options, to), OPT_NEEDED,
	    "forget everything, or what was committed after the snapshot of EPOCH", 0, 0 },
	{ 0, "partition", "P", OPT_TEXT, offsetof(struct reset_options, partition), 0,
	    "take only this partition back to EPOCH", 0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli reset_cli = {
	.tool = "smlrun",
	.command = "reset",
	.what = "go back to an earlier commit, for a reprocessing",
	.operands = "dir",
	.options = options,
	.common = COMMON_TIMEOUT,
};

/*
 * Forgets what the group has committed: takes another group, and removes the snapshots,
 * because a run fails if it finds snapshots but no offsets.
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

/*
 * Takes back what was committed after an epoch, which is 0 or the epoch of the last snapshot.
 */
static int
go_back(const struct reset_options *o, struct commit *c, int64_t epoch, struct err *err)
{
	const char *folder = o->inspect.common.operands[0];

	if (o->partition != NULL)
		return err_set(err, NULL,
		    "--partition is for an epoch of a run from topic to topic without "
		    "--merge");
	if (c->group != NULL && !commit_names_group(c))
		return err_set(err, NULL,
		    "the offsets of group %s are its own: set them by smlkafka offsets --to "
		    "beginning, and go on by smlrun --adopt",
		    c->group);
	if (c->group != NULL) {
		diag_warn(o->inspect.common.diag, NULL,
		    "topics keep what was written: all results will come again");
		if (forget_group(folder, c, err) == -1)
			return -1;
	}
	if (epoch != 0 && epoch != c->id)
		return err_set(err, NULL,
		    "there is no snapshot of epoch %lld: --to is BEGINNING or %lld",
		    (long long)epoch, (long long)c->id);
	if (epoch != 0 && c->ended)
		return reset_refuse_ended(epoch, err);
	if (epoch == 0) {
		c->snapshot = c->begin;
		if (source_is_topic(c->begin.place.kind)) /* -o says where to begin */
			c->snapshot.place = (struct source_place){ 0 };
		c->nonce[0] = '\0';
	}
	c->epoch = c->id = epoch;
	c->last = c->snapshot;
	c->ended = false;
	return 0;
}

static int
read_number(const char *text, int64_t most, int64_t *number)
{
	if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0' ||
	    num_read_i64(text, strlen(text), number) == -1 || *number > most)
		return -1;
	return 0;
}

/* Goes back in DIR/commit, or in the offsets of the group that has the commits. */
static int
go(const struct reset_options *o, struct commit *c, struct err *err)
{
	int64_t epoch = 0, partition = -1;

	if (strcmp(o->to, "BEGINNING") != 0 && read_number(o->to, INT64_MAX, &epoch) == -1)
		return err_set(err, NULL, "--to is BEGINNING or an epoch, not \"%s\"", o->to);
	if (o->partition != NULL && read_number(o->partition, INT32_MAX, &partition) == -1)
		return err_set(err, NULL, "--partition is a number, not \"%s\"", o->partition);
	if (c->group != NULL && epoch != 0)
		return reset_offsets(&o->inspect, c, epoch, (int32_t)partition, err);
	if (go_back(o, c, epoch, err) == -1)
		return -1;
	return commit_write(o->inspect.common.operands[0], c, err);
}

static int
reset(const struct reset_options *o, struct err *err)
{
	const char *folder = o->inspect.common.operands[0];
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
		result = go(o, &commit, err);
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

	inspect_options_read(&reset_cli, &o.inspect, argc, argv);
	if (reset(&o, &err) == -1) {
		diag_error(o.inspect.common.diag, NULL, "%s", err.text);
		status = status_of_err(&err);
	}
	opt_free(&reset_cli, &o);
	return status;
}
