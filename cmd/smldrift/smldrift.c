/*
 * smldrift: watches one number in a stream.  A detector compares recent values with earlier
 * values, and writes an alarm when they no longer agree.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/stream/append.h"
#include "cli/stream/stream.h"
#include "ks.h"

struct drift_options {
	struct common common;
	const char *reference;
	uint64_t window, min;
	double alpha;
	int detector, after;
	bool annotate;
};

#define IN(member) offsetof(struct drift_options, member)

/*
 * To add a detector:
 *
 *	1. its word here and in opts
 *	2. a file like ks.h: a step that gives a verdict, members for the state
 *	3. take, load and save, which call ks, choose by options.detector
 *	4. a section in man/smldrift.1
 */
static const char *const detectors[] = { "ks" };

static const struct opt opts[] = {
	{ 'f', "fields", "FIELD", OPT_TEXT, IN(common.fields), OPT_NEEDED | OPT_COMPARED,
	    "number to watch", 0, 0 },
	{ 'd', "detector", "ks", OPT_CHOICE, IN(detector), OPT_NEEDED | OPT_COMPARED,
	    "how to watch it", 0, 0 },
	{ 0, "reference", "FILE", OPT_TEXT, IN(reference), OPT_COMPARED | OPT_IS_FILE,
	    "compare with these records, not the first window", 0, 0 },
	{ 0, "window", "N", OPT_COUNT, IN(window), OPT_COMPARED, "how many values to compare",
	    1, KS_MOST },
	{ 0, "min", "N", OPT_COUNT, IN(min), OPT_COMPARED,
	    "do not test fewer values (at most --window)", 1, KS_MOST },
	{ 0, "alpha", "P", OPT_REAL, IN(alpha), OPT_COMPARED, "drift is a p-value below P", 0,
	    1 },
	{ 0, "after", "keep|reset", OPT_CHOICE, IN(after), OPT_COMPARED,
	    "keep the reference after an alarm, or renew it", 0, 0 },
	{ 0, "annotate", NULL, OPT_FLAG, IN(annotate), OPT_COMPARED,
	    "pass records on with the result of the test", 0, 0 },
	{ 't', "time", "FIELD", OPT_TEXT, IN(common.time), OPT_COMPARED,
	    "field that an alarm copies from its record", 0, 0 },
	{ 0 },
};

static const struct cli cli = {
	.tool = "smldrift",
	.what = "raise an alarm when a number's distribution changes",
	.operands = "[file ...]",
	.options = opts,
	.common = COMMON_INPUT | COMMON_REJECTS | COMMON_STATE | COMMON_OUTPUT |
	    COMMON_APPEND | COMMON_DEFAULT | COMMON_EXIT_CODE,
};

/* The format of snapshots, and how many values a line of a snapshot has. */
enum { FORMAT = 1, PIECE = 1000 };

/* Values as they are in snapshots; with their rests (drift_value.h) only if any is not 0. */
struct values_part {
	double *values;
	uint64_t count;
	int64_t *rests;
	uint64_t rest_count;
};

#define VALUES \
	{ \
		"values", M_F64S, offsetof(struct values_part, values), \
		    offsetof(struct values_part, count) \
	}
static const struct member double_members[] = {
	VALUES,
	{ NULL, M_BOOL, 0, 0 },
};
static const struct member decimal_members[] = {
	VALUES,
	{ "rests", M_I64S, offsetof(struct values_part, rests),
	    offsetof(struct values_part, rest_count) },
	{ NULL, M_BOOL, 0, 0 },
};

/* The names of the sections with values. */
enum { REFERENCE, CURRENT };
static const char *const double_section[] = { "reference", "current" };
static const char *const decimal_section[] = { "reference_decimals", "current_decimals" };

enum { DRIFT, STATISTIC, P_VALUE, DETECTOR, FIELD, INDEX, TIME, MEMBERS };
static const char *const names[] = { "drift", "statistic", "p_value", "detector", "field",
	"index", "time" };

struct drift {
	struct drift_options options;
	struct fields *fields;
	int field, time; /* slots; time is -1 without -t */
	struct edit *edit;
	int member[MEMBERS];
	struct ks ks;
	bool loading;
	struct stream *stream;
	uint64_t tests, drifts, alarms;
};

/* Reads the number.  Returns 0 if it is missing or null: then there is no test. */
static int
read_number(const struct drift *d, const struct record *record, struct drift_value *x,
    struct err *err)
{
	struct value value = record_at(record, d->field);
	double nearest;

	if (value_none(value))
		return 0;
	if (value_f64(value, &nearest, err) == -1)
		return -1;
	*x = drift_value_of(value.p, value.len, nearest);
	return 1;
}

/* Says why the detector returned -1. */
static int
explain(struct err *err)
{
	if (errno == EOVERFLOW)
		return err_set(err, NULL, "a reference has at most %d values", KS_MOST);
	if (errno == EINVAL)
		return err_set(err, NULL, "the parts of the state do not go together");
	return err_memory(err);
}

static int
refer(void *tool, struct record *record, struct err *err)
{
	struct drift *d = tool;
	struct drift_value x;
	int found = read_number(d, record, &x, err);

	if (found == 1 && ks_add_reference(&d->ks, x) == -1)
		return explain(err);
	return found;
}

/* Reads --reference.  Call it after stream_open, so that --default applies there, too. */
static void
read_reference(struct drift *d)
{
	const struct common *common = &d->options.common;
	const char *path = d->options.reference;
	struct err err;

	if (stream_read_file(path, common, d->fields, refer, d, &err) == -1)
		diag_die(common->diag, EXIT_FAILED, "%s", err.text);
	if (d->ks.references == 0)
		diag_die(common->diag, EXIT_FAILED,
		    "%s has no value of %s: name the field that its records have", path,
		    common->fields);
	if (ks_complete(&d->ks) == -1)
		diag_die(common->diag, EXIT_FAILED, "out of memory");
}

/* Declares the members, in the order in which they are written. */
static void
name_members(struct drift *d)
{
	static const int noted[] = { DRIFT, STATISTIC, P_VALUE, MEMBERS };
	static const int alarm[] = { DRIFT, DETECTOR, FIELD, INDEX, TIME, STATISTIC, P_VALUE,
		MEMBERS };
	const struct drift_options *o = &d->options;

	d->edit = append_open(&o->common, o->annotate ? "drift" : NULL);
	for (const int *m = o->annotate ? noted : alarm; *m != MEMBERS; m++)
		if (*m != TIME || d->time != -1)
			d->member[*m] = append_name(&o->common, d->edit,
			    o->annotate ? d->fields : NULL, names[*m]);
	append_named(&o->common, d->edit);
}

static void
start(struct drift *d)
{
	const struct drift_options *o = &d->options;
	struct err err;

	d->fields = fields_new();
	if (d->fields == NULL)
		diag_die(o->common.diag, EXIT_FAILED, "out of memory");
	d->field = fields_add(d->fields, o->common.fields, NULL, &err);
	d->time = -1;
	if (d->field == -1 ||
	    (o->common.time != NULL &&
		(d->time = fields_add(d->fields, o->common.time, NULL, &err)) == -1))
		opt_refuse(&o->common, &err);
	name_members(d);
	d->ks.window = o->window;
	d->ks.min = o->min < o->window ? o->min : o->window;
	d->ks.alpha = o->alpha;
	d->ks.reset = o->after == 1;
	if (ks_open(&d->ks) == -1)
		diag_die(o->common.diag, EXIT_FAILED, "out of memory: --window is too large");
}

static void
set_numbers(struct drift *d, const struct ks_verdict *v)
{
	if (v->tested)
		edit_f64(d->edit, d->member[STATISTIC], v->statistic);
	else
		edit_null(d->edit, d->member[STATISTIC]);
	edit_f64(d->edit, d->member[P_VALUE], v->p);
}

static void
set_alarm(struct drift *d, const struct record *record, const struct ks_verdict *v)
{
	const char *path = d->options.common.fields;
	const char *detector = detectors[d->options.detector];

	edit_bool(d->edit, d->member[DRIFT], true);
	edit_string(d->edit, d->member[DETECTOR], detector, strlen(detector));
	edit_string(d->edit, d->member[FIELD], path, strlen(path));
	edit_i64(d->edit, d->member[INDEX], (int64_t)stream_count(d->stream) - 1);
	if (d->time != -1)
		edit_raw(d->edit, d->member[TIME], record_at(record, d->time));
	set_numbers(d, v);
}

static void
count(struct drift *d, const struct ks_verdict *v)
{
	d->tests += v->tested;
	d->drifts += v->drift;
	d->alarms += v->alarm;
	if (v->alarm)
		stream_found(d->stream);
}

/*
 * Handles a record.  Everything that can be wrong with it is checked before the detector gets
 * it.
 */
static void
take(struct drift *d, const struct record *record)
{
	bool annotate = d->options.annotate;
	struct ks_verdict v = { .p = 1 };
	struct err err;
	struct drift_value x;
	int found = read_number(d, record, &x, &err);

	if (found == -1 || (annotate && edit_check(d->edit, record, &err) == -1)) {
		stream_reject(d->stream, &err);
		return;
	}
	if (found == 1 && ks_step(&d->ks, x, annotate, &v) == -1) {
		explain(&err);
		stream_fail(d->stream, &err);
		return;
	}
	count(d, &v);
	if (annotate) {
		edit_bool(d->edit, d->member[DRIFT], v.drift);
		set_numbers(d, &v);
	} else if (v.alarm) {
		set_alarm(d, record, &v);
	} else {
		return;
	}
	if (edit_write(d->edit, annotate ? record : NULL, stream_out(d->stream), &err) == -1)
		stream_fail(d->stream, &err);
}

static int
load_part(struct drift *d, int which, const struct values_part *part, struct err *err)
{
	struct drift_value x;

	if (part->rests != NULL && part->rest_count != part->count)
		return err_set(err, NULL, "values and rests differ in number");
	for (uint64_t i = 0; i < part->count; i++) {
		x.x = part->values[i];
		x.rest = part->rests != NULL ? part->rests[i] : 0;
		if (!isfinite(x.x))
			return err_set(err, NULL, "a value that is no number");
		if ((which == REFERENCE ? ks_add_reference(&d->ks, x) : ks_load(&d->ks, x)) ==
		    -1)
			return explain(err);
	}
	return 0;
}

static int
load_values(struct drift *d, int which, const struct member *members, struct value object,
    struct err *err)
{
	struct values_part part = { 0 };
	int result = snap_get(object, members, &part, err);

	if (result == 0)
		result = load_part(d, which, &part, err);
	free(part.values);
	free(part.rests);
	return result;
}

static int
load(struct drift *d, const char *section, struct value object, struct err *err)
{
	if (!d->loading)
		ks_clear(&d->ks);
	d->loading = true;
	for (int which = REFERENCE; which <= CURRENT; which++) {
		if (strcmp(section, double_section[which]) == 0)
			return load_values(d, which, double_members, object, err);
		if (strcmp(section, decimal_section[which]) == 0)
			return load_values(d, which, decimal_members, object, err);
	}
	return snap_get(object, ks_members, &d->ks, err);
}

static void
save_values(struct snap *snap, int which, const struct drift_value *x, uint64_t n)
{
	double values[PIECE];
	int64_t rests[PIECE];

	while (n > 0) {
		struct values_part part = { values, n < PIECE ? n : PIECE, rests, 0 };
		bool any = false;

		part.rest_count = part.count;
		for (uint64_t i = 0; i < part.count; i++) {
			values[i] = x[i].x;
			rests[i] = x[i].rest;
			any = any || rests[i] != 0;
		}
		if (any)
			snap_put(snap, decimal_section[which], decimal_members, &part);
		else
			snap_put(snap, double_section[which], double_members, &part);
		x += part.count;
		n -= part.count;
	}
}

static void
save(const struct drift *d, struct snap *snap)
{
	const struct ks *ks = &d->ks;

	save_values(snap, REFERENCE, ks->reference, ks->references);
	save_values(snap, CURRENT, ks->current, ks->currents);
	snap_put(snap, "ks", ks_members, ks);
}

static int
run(struct drift *d)
{
	struct stream *s = d->stream;
	enum stream_event event;
	struct err err;

	while ((event = stream_next(s)) != STREAM_OVER) {
		switch (event) {
		case STREAM_LOAD:
			if (load(d, stream_section(s), stream_object(s), &err) == -1)
				stream_fail(s, &err);
			break;
		case STREAM_LOADED:
			if (ks_resume(&d->ks) == -1) {
				explain(&err);
				stream_fail(s, &err);
			}
			break;
		case STREAM_RECORD:
			take(d, stream_record(s));
			break;
		case STREAM_SAVE:
			save(d, stream_snap(s));
			break;
		default: /* nothing here waits for a watermark line or the end */
			break;
		}
	}
	/* An earlier run may have read this field, though this run has none of it. */
	if (!d->loading)
		stream_need(s, d->field);
	return stream_close(s);
}

int
main(int argc, char **argv)
{
	struct drift d = { .options = { .window = 1000, .min = 100, .alpha = 0.05 } };
	const struct stat_row rows[] = {
		{ "tests", STAT_COUNT, &d.tests, "Tests made", NULL },
		{ "drifts", STAT_COUNT, &d.drifts, "Tests whose p-value was below alpha",
		    NULL },
		{ "alarms", STAT_COUNT, &d.alarms, "Alarms given", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	int status = EXIT_FAILED;

	opt_parse(&cli, &d.options, argc, argv);
	start(&d);
	d.stream = stream_open(&d.options, d.fields, FORMAT, rows);
	if (d.stream != NULL && d.options.reference != NULL)
		read_reference(&d);
	if (d.stream != NULL)
		status = run(&d);
	ks_close(&d.ks);
	edit_free(d.edit);
	fields_free(d.fields);
	opt_free(&cli, &d.options);
	return status;
}
