/* The options of smlrun. */
#include <stddef.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "run_commands.h"
#include "run_options.h"
#include "time/instant.h"

#define AT(member) offsetof(struct run_options, member)

static const struct opt options[] = {
	{ 0, "state", "DIR", OPT_TEXT, AT(folder), OPT_NEEDED | OPT_IS_FILE,
	    "keep what is committed, and the states of the stages, in DIR", 0, 0 },
	{ 0, "from", "FILE", OPT_LIST, AT(from), OPT_NEEDED | OPT_IS_FILE,
	    "read records from FILE; several are read in order", 0, 0 },
	{ 0, "follow", NULL, OPT_FLAG, AT(follow), 0,
	    "wait for the last FILE to grow, until a signal comes", 0, 0 },
	{ 0, "to", "FILE|-|null", OPT_TEXT, AT(to), OPT_NEEDED,
	    "append results to FILE, write them to standard output, or drop them", 0, 0 },
	{ 0, "every", "DUR|N", OPT_TEXT, AT(every), 0,
	    "commit after so long, or so many records (default 10s or 100000 records)", 0, 0 },
	{ 0, "snapshot-every", "N", OPT_COUNT, AT(snapshot_every), 0,
	    "save the states of the stages at every Nth commit only", 1, 0 },
	{ 0, "barrier-timeout", "DUR", OPT_DURATION, AT(barrier_timeout), 0,
	    "how long a barrier may be under way; 0: for ever", 0, 0 },
	{ 0, "retries", "N", OPT_COUNT, AT(retries), 0,
	    "how often to try again without a commit in between", 0, 0 },
	{ 0, "grace", "DUR", OPT_DURATION, AT(common.grace), 0,
	    "after SIGTERM, how long the last commit may take", 0, 0 },
	{ 0, "drain", NULL, OPT_FLAG, AT(common.drain), 0,
	    "close all windows at the end of the source", 0, 0 },
	{ 0, "max-line", "SIZE", OPT_COUNT, AT(common.max_line), 0,
	    "longest line of the source, in bytes", 1, 1 << 30 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli run_cli = {
	.tool = "smlrun",
	.what = "run a pipeline from source to sink, each record exactly once",
	.operands = "-- pipeline",
	.options = options,
	.common = COMMON_REJECTS,
	.program = &run_program,
};

static const struct cli *const commands[] = { &run_cli, &through_cli, &status_cli, &check_cli,
	&reset_cli, NULL };

const struct program run_program = {
	.tool = "smlrun",
	.what = "run a pipeline from source to sink, each record exactly once",
	.commands = commands,
};

static const int64_t default_every = 10000000000, default_timeout = 60000000000;
enum { DEFAULT_RECORDS = 100000, DEFAULT_RETRIES = 5 };

static void
read_every(struct run_options *o)
{
	const char *text = o->every;
	struct err err;
	int64_t n;

	o->every_ns = default_every;
	o->every_records = DEFAULT_RECORDS;
	if (text == NULL)
		return;
	if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0' &&
	    num_read_i64(text, strlen(text), &n) == 0 && n > 0) {
		o->every_ns = 0;
		o->every_records = (uint64_t)n;
	} else if (duration_read(text, NULL, &o->every_ns, &err) == 0) {
		o->every_records = 0;
	} else
		opt_usage(&o->common,
		    "--every takes a number of records above 0, or a duration, not \"%s\"",
		    text);
}

/* DIR/commit, which has these, is JSON. */
static void
check_text(const struct run_options *o, const char *what, const char *text)
{
	if (text != NULL && !text_is_utf8(text, strlen(text)))
		opt_usage(&o->common, "%s is no UTF-8", what);
}

static void
check_from(const struct run_options *o)
{
	for (size_t i = 0; i < o->from.count; i++) {
		if (strcmp(o->from.text[i], "-") == 0)
			opt_usage(&o->common,
			    "--from -: standard input cannot be read a second time after a "
			    "crash: write it to a file, and read that");
		opt_read(&o->common, "--from", o->from.text[i]);
	}
}

static void
check_to(const struct run_options *o)
{
	if (strcmp(o->to, "-") != 0 && strcmp(o->to, "null") != 0)
		opt_claim(&o->common, "--to", o->to);
	for (size_t i = 0; i < o->from.count; i++)
		opt_differ(&o->common, "--to", o->to, "--from", o->from.text[i]);
}

void
run_options_read(struct run_options *o, int argc, char **argv)
{
	*o = (struct run_options){ .barrier_timeout = default_timeout,
		.retries = DEFAULT_RETRIES,
		.snapshot_every = 1 };
	opt_parse(&run_cli, o, argc, argv);
	o->pipeline = o->common.operands[0];
	if (o->pipeline == NULL)
		opt_usage(&o->common, "needs a pipeline: -- 'smlwindow ... | smllearn ...'");
	if (o->common.operands[1] != NULL)
		opt_usage(&o->common,
		    "the pipeline is one operand, in quotes, but \"%s\" follows it",
		    o->common.operands[1]);
	check_text(o, "the pipeline", o->pipeline);
	check_text(o, "--rejects", o->common.rejects);
	for (size_t i = 0; i < o->from.count; i++)
		check_text(o, "--from", o->from.text[i]);
	if (o->follow && o->common.drain)
		opt_usage(&o->common, "--follow has no end that --drain could close");
	read_every(o);
	check_from(o);
	check_to(o);
}

void
run_options_free(struct run_options *o)
{
	opt_free(&run_cli, o);
}
