/*
 * smlwindow: features of a key's recent past, over windows of event time.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/stream/append.h"
#include "job.h"
#include "kinds/closing.h"
#include "numbers/span.h"

enum { FORMAT = 1 }; /* of the snapshots */

static const struct opt opts[] = {
	{ 'w', "window", "WINDOW", OPT_TEXT, offsetof(struct options, window),
	    OPT_NEEDED | OPT_SHAPES,
	    "sliding:DUR, tumbling:DUR, hopping:DUR/DUR, session:DUR, count:N or global", 0,
	    0 },
	{ 'a', "aggregate", "LIST", OPT_LIST, offsetof(struct options, functions),
	    OPT_NEEDED | OPT_SHAPES,
	    "[NAME=]FUNC(FIELD[,ARG]), ...: count sum mean min max var std first last "
	    "distinct median quantile lag",
	    0, 0 },
	{ 0, "lateness", "DUR", OPT_DURATION, offsetof(struct options, lateness), OPT_SHAPES,
	    "wait this long, in event time, for records that are out of order", 0, 0 },
	{ 0, "exclude-current", NULL, OPT_FLAG, offsetof(struct options, exclude_current),
	    OPT_SHAPES, "leave the record itself out of its features (sliding)", 0, 0 },
	{ 0, "max-events", "N", OPT_COUNT, offsetof(struct options, max_events), 0,
	    "most events, panes and values held in windows", 1, 0 },
	{ 0, "max-held", "N", OPT_COUNT, offsetof(struct options, max_held), 0,
	    "most records that wait for the lateness", 1, 0 },
	{ 0 }
};

static const struct face face = {
	.tool = "smlwindow",
	.what = "features of a key's recent past, over windows of event time",
	.operands = "[file ...]",
	.options = opts,
	.common = COMMON_INPUT | COMMON_REJECTS | COMMON_KEY | COMMON_TIME | COMMON_LATE |
	    COMMON_KEYS | COMMON_STATE | COMMON_APPEND | COMMON_DEFAULT,
};

/* By the words of --time-unit. */
static const enum unit units[] = { UNIT_S, UNIT_MS, UNIT_US, UNIT_NS };

static const struct windowing *const windowings[] = {
	[WINDOW_SLIDING] = &sliding_windows,
	[WINDOW_TUMBLING] = &pane_windows,
	[WINDOW_HOPPING] = &pane_windows,
	[WINDOW_SESSION] = &session_windows,
	[WINDOW_COUNT] = &tally_windows,
	[WINDOW_GLOBAL] = &tally_windows,
};

_Noreturn static void
die_of_memory(const struct options *options)
{
	diag_die(options->common.diag, EXIT_FAILED, "out of memory");
}

/* What is wrong in an option's text, with the place in it. */
_Noreturn static void
usage(const struct options *options, const char *option, const struct err *err)
{
	if (err->at != NULL && *err->at != '\0')
		opt_usage(&options->common, "%s: at \"%s\": %s", option, err->at, err->text);
	opt_usage(&options->common, "%s: %s", option, err->text);
}

/* What the texts of options say. */
static void
read_options(struct job *job)
{
	const struct options *options = job->options;
	const struct common *common = &options->common;
	struct err err = { 0 };
	size_t i;

	if (window_read(options->window, &job->window, &err) == -1)
		usage(options, "-w", &err);
	if (common->key != NULL && keys_read(&job->keys, job->fields, common->key, &err) == -1)
		usage(options, "-k", &err);
	for (i = 0; i < options->functions.count; i++)
		if (functions_read(&job->functions, job->fields, options->functions.text[i],
			&err) == -1)
			usage(options, "-a", &err);
	job->time_slot = -1;
	if (common->time != NULL &&
	    (job->time_slot = fields_add(job->fields, common->time, NULL, &err)) == -1)
		usage(options, "-t", &err);
	job->unit = units[common->time_unit];
}

/* A field with a default must be one that is read. */
static void
read_defaults(struct job *job)
{
	const struct texts *defaults = &job->options->common.defaults;
	int fields = fields_count(job->fields);
	struct err err = { 0 };
	size_t i;

	for (i = 0; i < defaults->count; i++) {
		if (record_default(job->fields, defaults->text[i], &err) == -1)
			usage(job->options, "--default", &err);
		if (fields_count(job->fields) > fields)
			opt_usage(&job->options->common,
			    "--default %s: neither -k, -t nor -a reads this field",
			    defaults->text[i]);
	}
}

/* What of the options does not go together. */
static void
check_options(const struct job *job)
{
	const struct common *common = &job->options->common;
	enum window_kind kind = job->window.kind;
	const char *only = NULL;
	size_t i;

	if (job->time_slot == -1 && kind != WINDOW_COUNT && kind != WINDOW_GLOBAL)
		opt_usage(common, "-t is missing: -w %s needs the field that holds the time",
		    job->options->window);
	if (kind == WINDOW_SLIDING)
		return;
	for (i = 0; i < job->functions.count; i++)
		if (job->functions.at[i].kind == FUNCTION_LAG)
			opt_usage(common,
			    "lag looks back from each record: it needs -w sliding");
	if (job->options->exclude_current)
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

/* The members of what goes out, in their order. */
static void
open_edit(struct job *job)
{
	const struct common *common = &job->options->common;
	struct fields *fields = job->window.kind == WINDOW_SLIDING ? job->fields : NULL;
	size_t n = job->functions.count, i;
	int k;

	job->edit = append_open(common, NULL);
	job->members = calloc(n, sizeof *job->members);
	if (job->members == NULL)
		die_of_memory(job->options);
	if (fields == NULL) {
		for (k = 0; k < job->keys.count; k++)
			job->keys.at[k].member =
			    append_name(common, job->edit, NULL, job->keys.at[k].name);
		if (job->time_slot != -1) {
			job->start_member =
			    append_name(common, job->edit, NULL, "window_start");
			job->end_member = append_name(common, job->edit, NULL, "window_end");
		}
	}
	for (i = 0; i < n; i++)
		job->members[i] =
		    append_name(common, job->edit, fields, job->functions.at[i].name);
	if (job->window.kind == WINDOW_COUNT)
		job->partial_member = append_name(common, job->edit, NULL, "partial");
	append_named(common, job->edit);
}

static void
job_open(struct job *job, const struct options *options)
{
	struct err err = { 0 };

	*job = (struct job){ .options = options, .fields = fields_new() };
	if (job->fields == NULL)
		die_of_memory(options);
	read_options(job);
	read_defaults(job);
	check_options(job);
	open_edit(job);
	job->windowing = windowings[job->window.kind];
	if (columns_make(&job->columns, &job->functions) == -1 ||
	    reading_open(&job->reading, job) == -1)
		die_of_memory(options);
	if (job->windowing->open(job, &err) == -1)
		diag_die(options->common.diag, EXIT_FAILED, "%s", err.text);
}

static void
job_close(struct job *job)
{
	job->windowing->close(job);
	table_free(job->table);
	reading_close(&job->reading, job);
	columns_free(&job->columns);
	functions_free(&job->functions);
	edit_free(job->edit);
	fields_free(job->fields);
	free(job->closing);
	keys_free(&job->keys);
	free(job->members);
	pool_free(&job->pool);
}

/* The watermark that a record makes, INSTANT_NONE where that is before all time. */
static int64_t
watermark_of(const struct job *job, const struct reading *reading)
{
	if (reading->time < INSTANT_NONE + 1 + job->options->lateness)
		return INSTANT_NONE;
	return reading->time - job->options->lateness;
}

/* A first time that is a number of another unit, most likely, is warned of. */
static void
look_at_unit(struct job *job, const struct reading *reading)
{
	enum unit guess;

	if (job->unit_seen || job->time_slot == -1)
		return;
	job->unit_seen = true;
	guess = reading->time_is_number ? instant_guess(reading->time, job->unit) : 0;
	if (guess != 0)
		stream_warn(job->stream,
		    "the first time looks as if it counted %s: see --time-unit",
		    unit_name(guess));
}

/* One record; whatever can be wrong with it comes before anything changes. */
static void
take(struct job *job)
{
	const struct windowing *windowing = job->windowing;
	struct reading *reading = &job->reading;
	struct record *record = stream_record(job->stream);
	int64_t watermark = stream_watermark(job->stream), by;
	struct err err = { 0 };
	bool late;

	errno = 0;
	if (reading_take(reading, job, record, &err) == -1 ||
	    (job->window.kind == WINDOW_SLIDING &&
		edit_check(job->edit, record, &err) == -1) ||
	    (windowing->check != NULL && windowing->check(job, reading, &err) == -1)) {
		/* It is not the record's fault where there was no room to read it. */
		(errno == ENOMEM ? stream_fail : stream_reject)(job->stream, &err);
		return;
	}
	look_at_unit(job, reading);
	late = windowing->is_late != NULL && windowing->is_late(job, reading);
	if (late) {
		by = span_between(reading->time, watermark);
		stream_late(job->stream, by, span_after(by, job->options->lateness));
		if (!stream_takes_late(job->stream))
			return;
	}
	watermark = watermark_of(job, reading);
	if (windowing->advance != NULL && watermark > stream_watermark(job->stream)) {
		if (windowing->advance(job, watermark, &err) == -1) {
			stream_fail(job->stream, &err);
			return;
		}
		stream_advance(job->stream, watermark);
	}
	if (windowing->take(job, record, reading, late, &err) == -1)
		stream_fail(job->stream, &err);
}

static void
move_time(struct job *job)
{
	const struct windowing *windowing = job->windowing;
	struct err err = { 0 };

	if (windowing->advance != NULL &&
	    windowing->advance(job, stream_watermark(job->stream), &err) == -1)
		stream_fail(job->stream, &err);
	stream_hold(job->stream, windowing->earliest(job));
}

static void
finish(struct job *job)
{
	struct err err = { 0 };

	if (job->windowing->finish(job, &err) == -1)
		stream_fail(job->stream, &err);
}

static void
load(struct job *job)
{
	struct err err = { 0 };

	if (job->windowing->load(job, stream_section(job->stream), stream_object(job->stream),
		&err) == -1)
		stream_fail(job->stream, &err);
}

static void
loaded(struct job *job)
{
	struct err err = { 0 };

	if (job->windowing->loaded != NULL && job->windowing->loaded(job, &err) == -1)
		stream_fail(job->stream, &err);
}

static void
save(struct job *job)
{
	struct err err = { 0 };

	if (job->windowing->save(job, stream_snap(job->stream), &err) == -1)
		stream_fail(job->stream, &err);
}

int
main(int argc, char **argv)
{
	struct options options = { .max_events = 100000000, .max_held = 10000000 };
	enum stream_event event;
	struct job job;
	int status;

	opt_parse(&face, &options, argc, argv);
	job_open(&job, &options);
	const struct stat_row rows[] = { { "results", STAT_COUNT, &job.results,
					     "Results put out", NULL },
		{ "evicted", STAT_COUNT, &job.evicted, "Keys dropped by --evict", NULL },
		{ "overflows", STAT_COUNT, &job.overflows, "Results beyond a double's range",
		    NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL } };
	job.stream = stream_open(&options, job.fields, FORMAT, rows);
	if (job.stream == NULL)
		return EXIT_FAILED;
	while (!job.short_of_memory && (event = stream_next(job.stream)) != STREAM_OVER)
		switch (event) {
		case STREAM_LOAD:
			load(&job);
			break;
		case STREAM_RECORD:
			take(&job);
			break;
		case STREAM_TIME:
			move_time(&job);
			break;
		case STREAM_SAVE:
			save(&job);
			break;
		case STREAM_FINISH:
			finish(&job);
			break;
		case STREAM_LOADED:
			loaded(&job);
			break;
		default: /* nothing is pending here */
			break;
		}
	job.overflows = edit_not_finite(job.edit);
	append_tell(&options.common, job.edit);
	status = stream_close(job.stream);
	job_close(&job);
	opt_free(&face, &options);
	return status;
}
