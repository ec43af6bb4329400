/* smlfeat sweep: removes what has expired. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/report/sig.h"
#include "cli/stream/output.h"
#include "feat_options.h"
#include "line.h"

static const struct opt sweep_options[] = {
	{ 'q', "quiet", NULL, OPT_FLAG, OPTION(common.quiet), 0,
	    "do not write what was removed", 0, 0 },
	STORE_OPTIONS,
	LMDB_OPTIONS,
	EVENT_TIME_OPTIONS,
	NO_OPTIONS,
};

static void
write_swept(struct output *output, const struct store_swept *swept)
{
	char line[160];
	int n;

	n = snprintf(line, sizeof line,
	    "{\"entities\":%" PRIu64 ",\"features\":%" PRIu64 ",\"misplaced\":%" PRIu64 "}\n",
	    swept->entities, swept->features, swept->misplaced);
	out_write(&output->out, line, (size_t)n);
}

static int
sweep_run(struct feat_options *o)
{
	struct store_swept swept = { 0 };
	struct store_entry entry = { 0 };
	const struct stat_row rows[] = {
		{ "entities", STAT_COUNT, &swept.entities,
		    "Entities of which nothing is left.", NULL },
		{ "features", STAT_COUNT, &swept.features,
		    "Values and marks of deletions removed.", NULL },
		{ "misplaced", STAT_COUNT, &swept.misplaced,
		    "Entities removed because another store has them.", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	struct output output;
	struct store *store;
	struct err err;
	int64_t now = 0;
	int more, status;

	output_hold();
	o->store.writes = true;
	o->store.on_failure = FAILURE_STOP;
	store = options_store(o);
	if (output_open(&output, &o->common, rows, &err) == -1)
		diag_die(o->common.diag, EXIT_FAILED, "%s", err.text);
	more = options_store_now(o, store, &now, &err) == -1 ? -1 : 1;
	while (more == 1 && sig_came() == 0) {
		more = store_sweep(store, now, &swept, &entry, &err);
		if (more == STORE_FOREIGN)
			more = line_reject(&output, &entry, &err) == -1 ? -1 : 1;
		output_tick(&output);
	}
	output.signal = sig_came();
	if (more != -1 && store_sync(store, &err) == -1)
		more = -1;
	if (more == -1)
		output_fail(&output, &err);
	else if (!o->common.quiet)
		write_swept(&output, &swept);
	status = output_close(&output);
	(void)store_close(store, NULL);
	return status;
}

const struct feat_command sweep_command = {
	.cli = { .tool = "smlfeat",
	    .command = "sweep",
	    .what = "remove what has expired",
	    .operands = "",
	    .options = sweep_options,
	    .common = COMMON_NOW | COMMON_TIMEOUT | COMMON_REJECTS },
	.run = sweep_run,
};
