/*
 * smlwindow: features of a key's recent past, over windows of event time.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "append.h"
#include "closing.h"
#include "job.h"
#include "span.h"

enum { FORMAT = 1 }; /* of the snapshots */

static const struct opt opts[] = {
	{ 'w', "window", "WINDOW", OPT_TEXT, offsetof(struct options, window),
	    OPT_NEEDED | OPT_SHAPES,
	    "sliding:DUR, tumbling:DUR, hopping:DUR/DUR, session:DUR, count:N or global", 0,
	    0 },
	{ 'a', "aggregate", "LIST", OPT_LIST, offsetof(struct options, functions),
	    OPT_NEEDED | OPT_SHAPES,
	    "[NAME=]FUNC(FIELD[,ARG]), ...: count sum mean min max var std first last "
	    "distinct "
	    "median quantile lag",
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

static const struct face face = { .tool = "smlwindow",
	.what = "features of a key's recent past, over windows of event time",
	.operands = "[file ...]",
	.options = opts,
	.common = COMMON_KEY | COMMON_TIME | COMMON_LATE | COMMON_KEYS | COMMON_STATE |
	    COMMON_APPEND | COMMON_DEFAULT };

static const struct windowing *const windowings[] = { [WINDOW_SLIDING] = &sliding_windows,
	[WINDOW_TUMBLING] = &pane_windows,
	[WINDOW_HOPPING] = &pane_windows,
	[WINDOW_SESSION] = &session_windows,
	[WINDOW_COUNT] = &tally_windows,
	[WINDOW_GLOBAL] = &tally_windows };

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

/* Where NAME ends in NAME=PATH, or NULL. */
static const char *
equals_sign(const char *item)
{
	const char *p;

	for (p = item; *p != '\0' && *p != ','; p++)
		if (*p == '=')
			return p;
		else if (*p == '\\' && p[1] != '\0')
			p++;
	return NULL;
}

/* -k: PATH or NAME=PATH, each; the names are those of the members of a result. */
static void
open_keys(struct job *job, char ***names)
{
	const struct options *options = job->options;
	const char *p = options->common.key, *name, *equals;
	struct err err = { 0 };
	int i;

	*names = NULL;
	while (p != NULL) {
		i = job->keys++;
		job->key_slots =
		    realloc(job->key_slots, (size_t)job->keys * sizeof *job->key_slots);
		*names = realloc(*names, (size_t)job->keys * sizeof **names);
		if (job->key_slots == NULL || *names == NULL)
			die_of_memory(options);
		name = p;
		if ((equals = equals_sign(p)) != NULL)
			p = equals + 1;
		job->key_slots[i] = fields_add(job->fields, p, &p, &err);
		if (job->key_slots[i] != -1 && *p != ',' && *p != '\0')
			err_set(&err, p, "a comma is expected between two fields");
		else if (equals == name)
			err_set(&err, p, "a name is expected before the equals sign");
		if (err.text[0] != '\0')
			usage(options, "-k", &err);
		(*names)[i] = equals != NULL ?
		    strndup(name, (size_t)(equals - name)) :
		    strdup(fields_path(job->fields, job->key_slots[i]));
		if ((*names)[i] == NULL)
			die_of_memory(options);
		p = *p == ',' ? p + 1 : NULL;
	}
}

static void
read_options(struct job *job)
{
	const struct options *options = job->options;
	struct err err = { 0 };
	enum window_kind kind;
	size_t i;

	if (window_read(options->window, &job->window, &err) == -1)
		usage(options, "-w", &err);
	kind = job->window.kind;
	for (i = 0; i < options->functions.count; i++)
		if (functions_read(&job->functions, job->fields, options->functions.text[i],
			&err) == -1)
			usage(options, "-a", &err);
	for (i = 0; i < options->common.defaults.count; i++)
		if (record_default(job->fields, options->common.defaults.text[i], &err) == -1)
			usage(options, "--default", &err);
	for (i = 0; i < job->functions.count; i++)
		if (job->functions.at[i].kind == FUNCTION_LAG && kind != WINDOW_SLIDING)
			opt_usage(&options->common,
			    "lag looks back from each record: it needs a "
			    "sliding window, as in -w sliding:7d");
	if (options->common.time == NULL && kind != WINDOW_COUNT && kind != WINDOW_GLOBAL)
		opt_usage(&options->common,
		    "-t is missing: the windows of -w %s need the field that "
		    "holds the time",
		    options->window);
	if (kind != WINDOW_SLIDING &&
	    (options->exclude_current || options->common.nest != NULL ||
		options->common.as.count > 0 || options->common.overwrite))
		opt_usage(&options->common,
		    "%s is for windows that put out records: it needs "
		    "-w sliding",
		    options->exclude_current	     ? "--exclude-current" :
			options->common.nest != NULL ? "--nest" :
			options->common.overwrite    ? "--overwrite" :
						       "--as");
	job->time_slot = -1;
	if (options->common.time != NULL &&
	    (job->time_slot = fields_add(job->fields, options->common.time, NULL, &err)) == -1)
		usage(options, "-t", &err);
	job->unit = (const enum unit[]){ UNIT_S, UNIT_MS, UNIT_US,
		UNIT_NS }[options->common.time_unit];
}

/* The members of what goes out, in their order. */
static void
open_edit(struct job *job, char **names)
{
	const struct common *common = &job->options->common;
	struct fields *fields = job->window.kind == WINDOW_SLIDING ? job->fields : NULL;
	size_t n = job->functions.count, i;

	job->edit = append_open(common, NULL);
	job->members = calloc(n, sizeof *job->members);
	job->key_members = calloc((size_t)job->keys + 1, sizeof *job->key_members);
	if (job->members == NULL || job->key_members == NULL)
		die_of_memory(job->options);
	if (fields == NULL) {
		for (i = 0; i < (size_t)job->keys; i++)
			job->key_members[i] = append_name(common, job->edit, NULL, names[i]);
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
	char **names;
	int i;

	*job = (struct job){ .options = options, .fields = fields_new() };
	if (job->fields == NULL)
		die_of_memory(options);
	open_keys(job, &names);
	read_options(job);
	open_edit(job, names);
	for (i = 0; i < job->keys; i++)
		free(names[i]);
	free(names);
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
	free(job->key_slots);
	free(job->key_members);
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
	late = windowing->is_late != NULL && windowing->is_late(job, reading);
	if (late) {
		by = watermark - reading->time;
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
					     "Results put out" },
		{ "evicted", STAT_COUNT, &job.evicted, "Keys dropped by --evict" },
		{ "overflows", STAT_COUNT, &job.overflows, "Results beyond a double's range" },
		{ NULL, STAT_COUNT, NULL, NULL } };
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
		case STREAM_OVER:
			break;
		}
	job.overflows = edit_not_finite(job.edit);
	if (job.overflows > 0)
		diag_warn(options.common.diag, NULL,
		    "results beyond a double's range, which "
		    "went out as null: %" PRIu64,
		    job.overflows);
	status = stream_close(job.stream);
	job_close(&job);
	opt_free(&face, &options);
	return status;
}
