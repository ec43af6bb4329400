/* smlkafka replay - writes dumps again, at their original pace or another */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/num.h"
#include "cli/report/sig.h"
#include "kafka/when.h"
#include "command/commands.h"
#include "replay/replay.h"

enum format { AS_IT_IS, VALUE };

#define AT(member) offsetof(struct replay_options, member)

static const struct opt options[] = {
	{ 0, "speed", "FACTOR|max", OPT_TEXT, AT(speed), 0,
	    "how many times as fast as the records came (default 1; max with --rate)", 0, 0 },
	{ 0, "rate", "N/s", OPT_TEXT, AT(rate), 0, "write at most so many records a second", 0,
	    0 },
	{ 0, "time", "FIELD", OPT_TEXT, AT(common.time), 0,
	    "field that holds the time (default the envelope's own)", 0, 0 },
	{ 0, "time-unit", "auto|s|ms|us|ns", OPT_CHOICE, AT(common.time_unit), 0,
	    "unit of a number there", 0, 0 },
	{ 0, "time-format", "FORMAT", OPT_TEXT, AT(common.time_format), 0,
	    "how times there are written: strptime(3), and %f", 0, 0 },
	{ 0, "from", "TIME", OPT_TEXT, AT(from), 0, "leave out earlier records", 0, 0 },
	{ 0, "until", "TIME", OPT_TEXT, AT(until), 0,
	    "leave out records of this time or later", 0, 0 },
	{ 0, "shift", "now", OPT_TEXT, AT(shift), 0,
	    "move all times so that the first one is now", 0, 0 },
	{ 0, "loop", NULL, OPT_FLAG, AT(loop), 0, "begin again after the end, until stopped",
	    0, 0 },
	{ 0, "format", "same|value", OPT_CHOICE, AT(format), 0,
	    "write records as they are, or the values in envelopes", 0, 0 },
	{ 0, "max-line", "SIZE", OPT_COUNT, AT(common.max_line), 0, "longest line, in bytes",
	    1, 1 << 30 },
	{ 0, "max-depth", "N", OPT_COUNT, AT(common.max_depth), 0,
	    "how deep arrays and objects may nest", 1, 10000 },
	{ 0, "progress", NULL, OPT_FLAG, AT(common.progress), 0, "show progress on a terminal",
	    0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli replay_cli = {
	.tool = "smlkafka",
	.command = "replay",
	.what = "write dumps again, at the pace of their times",
	.operands = "[file ...]",
	.options = options,
	.common = COMMON_REJECTS | COMMON_NOW | COMMON_MEMORY,
};

/* Reads a positive number up to end; exits with status 2 if there is none. */
static double
read_number(const struct common *c, const char *name, const char *text, const char *end)
{
	size_t n = strspn(text, "0123456789"), behind = 0;
	double x = 0;

	if (text[n] == '.')
		behind = 1 + strspn(text + n + 1, "0123456789");
	if (n == 0 || (n > 1 && *text == '0') || behind == 1 ||
	    strcmp(text + n + behind, end) != 0 || num_read_f64(text, n + behind, &x) == -1 ||
	    x <= 0)
		opt_usage(c, "--%s takes a number above 0%s%s, not \"%s\"", name,
		    *end != '\0' ? " and " : "", end, text);
	return x;
}

static int64_t
read_when(const struct common *c, const char *name, const char *text,
    const struct time_field *as)
{
	int64_t ns = 0;
	struct err err;

	if (when_read(text, as, &ns, &err) == -1)
		opt_usage(c, "--%s %s: %s", name, text, err.text);
	return ns;
}

/* Refuses a dump that cannot be read twice, if it is named twice or read in two passes. */
static void
check_files(const struct replay *r)
{
	const struct common *c = &r->options.common;
	bool standard = false;
	struct stat st;

	for (uint32_t i = 0; i < r->dumps; i++) {
		const char *path =
		    r->dumps == 1 && c->operands[0] == NULL ? "-" : c->operands[i];
		bool is_standard = strcmp(path, "-") == 0;

		if (is_standard && standard)
			opt_usage(c, "standard input (-) is named twice");
		standard |= is_standard;
		if (r->options.loop &&
		    (is_standard || (stat(path, &st) == 0 && !S_ISREG(st.st_mode))))
			opt_usage(c, "--loop reads its files again, which %s does not allow",
			    is_standard ? "standard input" : path);
	}
}

static int64_t
now(const struct replay *r)
{
	const struct common *c = &r->options.common;
	struct timespec time;

	if (c->now != NULL)
		return read_when(c, "now", c->now, WHEN_MS);
	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * UNIT_S + time.tv_nsec;
}

/* Reads the options; exits 2 if one is wrong. */
static void
settle(struct replay *r)
{
	const struct replay_options *o = &r->options;
	const struct common *c = &o->common;
	struct err err;

	if (o->speed == NULL)
		r->pace.speed = o->rate == NULL ? 1 : 0;
	else if (strcmp(o->speed, "max") != 0)
		r->pace.speed = read_number(c, "speed", o->speed, "");
	if (o->rate != NULL)
		r->pace.rate = read_number(c, "rate", o->rate, "/s");
	r->from = o->from != NULL ? read_when(c, "from", o->from, &c->times) : INT64_MIN;
	r->until = o->until != NULL ? read_when(c, "until", o->until, &c->times) : INT64_MAX;
	if (o->shift != NULL && strcmp(o->shift, "now") != 0)
		opt_usage(c, "--shift moves times to now, not to \"%s\"", o->shift);
	if (o->shift != NULL && o->format == VALUE && c->time == NULL)
		opt_usage(c,
		    "--shift rewrites a time that --format value leaves out: "
		    "name one in the value by --time");
	if (o->shift == NULL && c->now != NULL)
		opt_usage(c, "--now says when now is, for --shift now");
	r->latest = o->shift != NULL ? now(r) : 0;

	while (c->operands[r->dumps] != NULL)
		r->dumps++;
	r->dumps += r->dumps == 0;
	check_files(r);
	if (dump_fields_open(&r->fields, c->time, &err) == -1)
		opt_refuse(c, &err);
	r->fields.times = c->times;
	r->fields.unwrap = o->format == VALUE;
	r->fields.timed = r->pace.speed > 0 || r->dumps > 1 || o->from != NULL ||
	    o->until != NULL || o->shift != NULL;
}

/* Opens every file before anything is written. */
static int
open_dumps(struct replay *r, struct err *err)
{
	static char standard[] = "-";
	const struct common *c = &r->options.common;

	if (merge_open(&r->merge, r->dumps) == -1 ||
	    (r->dump = calloc(r->dumps, sizeof *r->dump)) == NULL)
		return err_memory(err);
	for (uint32_t i = 0; i < r->dumps; i++) {
		char *path = c->operands[0] == NULL ? standard : c->operands[i];

		if (dump_open(&r->dump[i], path, &r->fields, (size_t)c->max_line,
			(unsigned int)c->max_depth, err) == -1)
			return -1;
	}
	return 0;
}

static void
replay_free(struct replay *r)
{
	for (uint32_t i = 0; r->dump != NULL && i < r->dumps; i++)
		dump_close(&r->dump[i]);
	free(r->dump);
	merge_free(&r->merge);
	dump_fields_close(&r->fields);
	opt_free(&replay_cli, &r->options);
}

int
replay_main(int argc, char **argv)
{
	struct replay r = { .behind = (double)NAN };
	const struct stat_row rows[] = {
		{ "records", STAT_COUNT, &r.records, "Data records read", NULL },
		{ "written", STAT_COUNT, &r.written, "Records written", NULL },
		{ "skipped", STAT_COUNT, &r.skipped, "Records outside --from and --until",
		    NULL },
		{ "rejected", STAT_COUNT, &r.rejected, "Records that went to --rejects",
		    NULL },
		{ "passes", STAT_COUNT, &r.passes,
		    "Times that all files were read to their end", NULL },
		{ "behind_seconds", STAT_GAUGE, &r.behind,
		    "How late the last record was against its pace", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	const struct common *c = &r.options.common;
	int status = EXIT_FAILED;
	struct err err;

	opt_parse(&replay_cli, &r.options, argc, argv);
	settle(&r);
	output_hold();
	if (open_dumps(&r, &err) == -1 ||
	    output_open(&r.output, &r.options.common, rows, &err) == -1) {
		diag_error(c->diag, NULL, "%s", err.text);
	} else {
		if (c->progress)
			progress_start(&r.progress, c->diag);
		replay_run(&r);
		if (c->progress)
			progress_end(&r.progress);
		opt_warn_times(&r.options.common, &r.fields.times, NULL);
		status = output_close(&r.output);
	}
	replay_free(&r);
	return status;
}
