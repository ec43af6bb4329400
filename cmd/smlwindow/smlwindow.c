/*
 * smlwindow: features of a key's recent past, over windows of event time.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/stream/append.h"
#include "kinds/kinds.h"
#include "numbers/span.h"

enum { FORMAT = 2 }; /* of the snapshots */

static const struct opt opts[] = {
	{ 'w', "window", "WINDOW", OPT_TEXT, offsetof(struct window_options, window),
	    OPT_NEEDED | OPT_COMPARED,
	    "sliding:DUR, tumbling:DUR, hopping:DUR/DUR, session:DUR, count:N or global", 0,
	    0 },
	{ 'a', "aggregate", "LIST", OPT_LIST, offsetof(struct window_options, functions),
	    OPT_NEEDED | OPT_COMPARED,
	    "[NAME=]FUNC(FIELD[,ARG]), ...: count sum mean min max var std first last "
	    "distinct median quantile lag",
	    0, 0 },
	{ 0, "lateness", "DUR", OPT_DURATION, offsetof(struct window_options, lateness),
	    OPT_COMPARED, "how far records may be out of order, in event time", 0, 0 },
	{ 0, "exclude-current", NULL, OPT_FLAG,
	    offsetof(struct window_options, exclude_current), OPT_COMPARED,
	    "leave the record itself out of its features (sliding)", 0, 0 },
	{ 0, "max-events", "N", OPT_COUNT, offsetof(struct window_options, max_events), 0,
	    "most events, panes and values in windows", 1, 0 },
	{ 0, "max-held", "N", OPT_COUNT, offsetof(struct window_options, max_held), 0,
	    "most records that wait for the lateness", 1, 0 },
	{ 0 }
};

static const struct cli cli = {
	.tool = "smlwindow",
	.what = "features of a key's recent past, over windows of event time",
	.operands = "[file ...]",
	.options = opts,
	.common = COMMON_INPUT | COMMON_REJECTS | COMMON_KEY | COMMON_TIME | COMMON_LATE |
	    COMMON_AHEAD | COMMON_KEYS | COMMON_STATE | COMMON_OUTPUT | COMMON_APPEND |
	    COMMON_DEFAULT,
};

static const struct windowing *const windowings[] = {
	[WINDOW_SLIDING] = &sliding_windows,
	[WINDOW_TUMBLING] = &pane_windows,
	[WINDOW_HOPPING] = &pane_windows,
	[WINDOW_SESSION] = &session_windows,
	[WINDOW_COUNT] = &count_windows,
	[WINDOW_GLOBAL] = &count_windows,
};

_Noreturn static void
die_of_memory(const struct window_options *options)
{
	diag_die(options->common.diag, EXIT_FAILED, "out of memory");
}

/* Refuses an option's text, and shows the place in it. */
_Noreturn static void
usage(const struct window_options *options, const char *option, const struct err *err)
{
	if (err->at != NULL && *err->at != '\0')
		opt_usage(&options->common, "%s: at \"%s\": %s", option, err->at, err->text);
	opt_usage(&options->common, "%s: %s", option, err->text);
}

/* Reads the texts of options. */
static void
read_options(struct run *run)
{
	const struct window_options *options = run->options;
	const struct common *common = &options->common;
	struct err err = { 0 };
	size_t i;

	if (window_read(options->window, &run->window, &err) == -1)
		usage(options, "-w", &err);
	if (common->key != NULL && keys_read(&run->keys, run->fields, common->key, &err) == -1)
		usage(options, "-k", &err);
	for (i = 0; i < options->functions.count; i++)
		if (functions_read(&run->functions, run->fields, options->functions.text[i],
			&err) == -1)
			usage(options, "-a", &err);
	run->time_slot = -1;
	if (common->time != NULL &&
	    (run->time_slot = fields_add(run->fields, common->time, NULL, &err)) == -1)
		usage(options, "-t", &err);
}

/* Refuses options that do not go together. */
static void
check_options(const struct run *run)
{
	const struct common *common = &run->options->common;
	enum window_kind kind = run->window.kind;
	const char *only = NULL;
	size_t i;

	if (run->time_slot == -1 && kind != WINDOW_COUNT && kind != WINDOW_GLOBAL)
		opt_usage(common, "-t is missing: -w %s needs the field that holds the time",
		    run->options->window);
	if (kind == WINDOW_SLIDING)
		return;
	for (i = 0; i < run->functions.count; i++)
		if (run->functions.at[i].kind == FUNCTION_LAG)
			opt_usage(common,
			    "lag looks back from each record: it needs -w sliding");
	if (run->options->exclude_current)
		only = "--exclude-current";
	else if (common->as.count > 0)
		only = "--as";
	else if (common->nest != NULL)
		only = "--nest";
	else if (common->overwrite)
		only = "--overwrite";
	if (only != NULL)
		opt_usage(common,
		    "%s is for windows that pass records on: it needs -w sliding", only);
}

/* Declares the members of results, in order. */
static void
open_edit(struct run *run)
{
	const struct common *common = &run->options->common;
	struct fields *fields = run->window.kind == WINDOW_SLIDING ? run->fields : NULL;
	size_t n = run->functions.count, i;
	int k;

	run->edit = append_open(common, NULL);
	run->members = calloc(n, sizeof *run->members);
	if (run->members == NULL)
		die_of_memory(run->options);
	if (fields == NULL) {
		for (k = 0; k < run->keys.count; k++)
			run->keys.at[k].member =
			    append_name(common, run->edit, NULL, run->keys.at[k].name);
		if (run->time_slot != -1) {
			run->start_member =
			    append_name(common, run->edit, NULL, "window_start");
			run->end_member = append_name(common, run->edit, NULL, "window_end");
		}
	}
	for (i = 0; i < n; i++)
		run->members[i] =
		    append_name(common, run->edit, fields, run->functions.at[i].name);
	if (run->window.kind == WINDOW_COUNT)
		run->partial_member = append_name(common, run->edit, NULL, "partial");
	append_named(common, run->edit);
}

static void
run_open(struct run *run, struct window_options *options)
{
	struct err err = { 0 };

	*run = (struct run){ .options = options,
		.times = &options->common.times,
		.fields = fields_new() };
	if (run->fields == NULL)
		die_of_memory(options);
	read_options(run);
	check_options(run);
	open_edit(run);
	run->windowing = windowings[run->window.kind];
	if (columns_make(&run->columns, &run->functions) == -1 ||
	    event_open(&run->event, run) == -1)
		die_of_memory(options);
	if (run->windowing->open(run, &err) == -1)
		diag_die(options->common.diag, EXIT_FAILED, "%s", err.text);
}

static void
run_close(struct run *run)
{
	run->windowing->close(run);
	table_free(run->table);
	event_close(&run->event, run);
	columns_free(&run->columns);
	functions_free(&run->functions);
	edit_free(run->edit);
	fields_free(run->fields);
	free(run->closing);
	keys_free(&run->keys);
	free(run->members);
	pool_free(&run->pool);
}

/* Returns the watermark that a record makes; INSTANT_NONE if that is out of range. */
static int64_t
watermark_of(const struct run *run, const struct event *event)
{
	if (event->time < INSTANT_NONE + 1 + run->options->lateness)
		return INSTANT_NONE;
	return event->time - run->options->lateness;
}

/* Fails the run, unless the stream has ended it (stream_cut). */
static void
fail(struct run *run, const struct err *err)
{
	if (stream_cut(run->stream))
		return;
	if (run->blamed == NULL)
		stream_fail(run->stream, err);
	else
		stream_fail_at(run->stream, run->blamed, err);
}

/* Handles a record. All that can be wrong with it is checked before anything changes. */
static void
take(struct run *run)
{
	const struct windowing *windowing = run->windowing;
	struct event *event = &run->event;
	struct record *record = stream_record(run->stream);
	int64_t watermark = stream_watermark(run->stream), by;
	struct err err;
	bool late;

	err_clear(&err);
	errno = 0;
	if (event_take(event, run, record, &err) == -1 ||
	    (run->window.kind == WINDOW_SLIDING &&
		edit_check(run->edit, record, &err) == -1) ||
	    (windowing->check != NULL && windowing->check(run, event, &err) == -1)) {
		/* If memory was short, the record is not at fault. */
		(errno == ENOMEM ? stream_fail : stream_reject)(run->stream, &err);
		return;
	}
	if (run->options->common.max_ahead != 0 && run->time_slot != -1 &&
	    stream_time(run->stream, event->time, &err) == -1) {
		err.at = record_at(record, run->time_slot).p;
		stream_reject(run->stream, &err);
		return;
	}
	late = windowing->is_late != NULL && windowing->is_late(run, event);
	if (late) {
		by = span_between(event->time, watermark);
		stream_late(run->stream, by, span_after(by, run->options->lateness));
		if (!stream_takes_late(run->stream))
			return;
	}
	watermark = watermark_of(run, event);
	if (windowing->advance != NULL && watermark > stream_watermark(run->stream)) {
		if (windowing->advance(run, watermark, &err) == -1) {
			fail(run, &err);
			return;
		}
		stream_advance(run->stream, watermark);
	}
	if (windowing->take(run, record, event, late, &err) == -1)
		fail(run, &err);
}

static void
move_time(struct run *run)
{
	const struct windowing *windowing = run->windowing;
	struct err err = { 0 };

	if (windowing->advance != NULL &&
	    windowing->advance(run, stream_watermark(run->stream), &err) == -1)
		fail(run, &err);
	stream_hold(run->stream, windowing->earliest(run));
}

static void
finish(struct run *run)
{
	struct err err = { 0 };

	if (run->windowing->finish(run, &err) == -1)
		fail(run, &err);
}

static void
load(struct run *run)
{
	struct err err = { 0 };

	if (run->windowing->load(run, stream_section(run->stream), stream_object(run->stream),
		&err) == -1)
		fail(run, &err);
}

static void
loaded(struct run *run)
{
	struct err err = { 0 };

	if (run->windowing->loaded != NULL && run->windowing->loaded(run, &err) == -1)
		fail(run, &err);
}

static void
save(struct run *run)
{
	struct err err = { 0 };

	if (run->windowing->save(run, stream_snap(run->stream), &err) == -1)
		fail(run, &err);
}

int
main(int argc, char **argv)
{
	struct window_options options = { .max_events = 100000000, .max_held = 10000000 };
	enum stream_event event;
	struct run run;
	int status;

	opt_parse(&cli, &options, argc, argv);
	run_open(&run, &options);
	const struct stat_row rows[] = { { "results", STAT_COUNT, &run.results,
					     "Results put out", NULL },
		{ "evicted", STAT_COUNT, &run.evicted, "Keys dropped by --evict", NULL },
		{ "overflows", STAT_COUNT, &run.overflows, "Results beyond a double's range",
		    NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL } };
	run.stream = stream_open(&options, run.fields, FORMAT, rows);
	if (run.stream == NULL)
		return EXIT_FAILED;
	while (!run.short_of_memory && (event = stream_next(run.stream)) != STREAM_OVER)
		switch (event) {
		case STREAM_LOAD:
			load(&run);
			break;
		case STREAM_RECORD:
			take(&run);
			break;
		case STREAM_TIME:
			move_time(&run);
			break;
		case STREAM_SAVE:
			save(&run);
			break;
		case STREAM_FINISH:
			finish(&run);
			break;
		case STREAM_LOADED:
			loaded(&run);
			break;
		default: /* nothing is pending here */
			break;
		}
	run.overflows = edit_not_finite(run.edit);
	append_tell(&options.common, run.edit);
	status = stream_close(run.stream);
	run_close(&run);
	opt_free(&cli, &options);
	return status;
}
