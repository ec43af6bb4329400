/*
 * smlgive: the smallest source.  Writes a number of records.  With --wait it then stays,
 * until its reader goes away or a signal comes.  The output of tools is tested with it.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "cli/report/sig.h"
#include "cli/stream/output.h"

struct options {
	struct common common;
	uint64_t count;
	bool wait;
};

static const struct opt opts[] = {
	{ 'n', "count", "N", OPT_COUNT, offsetof(struct options, count), 0, "how many", 0, 0 },
	{ 0, "wait", NULL, OPT_FLAG, offsetof(struct options, wait), 0, "do not end then", 0,
	    0 },
	{ 0 },
};

static const struct cli cli = { .tool = "smlgive",
	.what = "count",
	.operands = "",
	.options = opts };

static void
give(struct output *output, uint64_t n)
{
	char number[NUM_MAX];

	out_write(&output->out, "{\"n\":", 5);
	out_write(&output->out, number, num_write_i64(number, (int64_t)n));
	out_write(&output->out, "}\n", 2);
}

/* Flushes, and waits for what ends the run. */
static void
wait_on(struct output *output)
{
	struct pollfd fd = { .fd = STDOUT_FILENO };

	while (output_flush(output) == 0 && sig_came() == 0 && !output_gone(output))
		(void)sig_wait(&fd, 1, -1);
}

int
main(int argc, char **argv)
{
	struct options o = { .count = 1 };
	uint64_t given = 0;
	const struct stat_row rows[] = {
		{ "records", STAT_COUNT, &given, "Records written", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	struct output output;
	struct err err;

	opt_parse(&cli, &o, argc, argv);
	if (output_open(&output, &o.common, rows, &err) == -1)
		diag_die(o.common.diag, EXIT_FAILED, "%s", err.text);
	while (given < o.count && sig_came() == 0 && output.out.error == 0) {
		give(&output, given++);
		if (given % 4096 == 0)
			output_tick(&output);
	}
	if (o.wait)
		wait_on(&output);
	output.signal = sig_came();
	return output_close(&output);
}
