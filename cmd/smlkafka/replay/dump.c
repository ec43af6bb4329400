/* Reads a file of records (values or envelopes) for a replay. */
#include <string.h>

#include "kafka/envelope_read.h"
#include "kafka/envelope_write.h"
#include "replay/dump.h"

int
dump_fields_open(struct dump_fields *f, const char *time, struct err *err)
{
	*f = (struct dump_fields){ .fields = fields_new(), .named = -1 };
	if (f->fields == NULL)
		return err_memory(err);
	if (envelope_place_add(&f->place, f->fields, err) == -1)
		return -1;
	if (time == NULL)
		return 0;
	f->named = fields_add(f->fields, time, NULL, err);
	return f->named == -1 ? -1 : 0;
}

void
dump_fields_close(struct dump_fields *f)
{
	fields_free(f->fields);
	f->fields = NULL;
}

int
dump_open(struct dump *d, char *path, const struct dump_fields *f, size_t max_line,
    unsigned int max_depth, struct err *err)
{
	*d = (struct dump){ 0 };
	d->operands[0] = path;
	if (record_open(&d->record, f->fields, max_depth, err) == -1 ||
	    record_open(&d->inner, f->fields, max_depth, err) == -1)
		return -1;
	return dump_rewind(d, max_line, err);
}

int
dump_rewind(struct dump *d, size_t max_line, struct err *err)
{
	input_close(d->input);
	d->line = (struct line){ 0 };
	d->input = input_open(d->operands, max_line, err);
	return d->input == NULL ? -1 : 0;
}

void
dump_close(struct dump *d)
{
	input_close(d->input);
	record_close(&d->record);
	record_close(&d->inner);
	buf_free(&d->text);
	*d = (struct dump){ 0 };
}

/* Parses a value that is a string with a record in its text; *holder is that record. */
static int
read_text(struct dump *d, const struct dump_fields *f, const char *text, size_t n,
    struct record **holder, struct err *err)
{
	struct err within;

	if (record_parse_text(&d->inner, f->fields, text, n, &within) == -1)
		return within.memory ?
		    err_memory(err) :
		    err_set(err, d->record.object.p, "its value: %s", within.text);
	envelope_join(d->inner.copy.p,
	    (size_t)(d->inner.object.p - d->inner.copy.p) + d->inner.object.len);
	*holder = &d->inner;
	return 0;
}

/*
 * Takes the value out of an envelope: sets d->object, and *holder to the record that has its
 * fields.
 */
static int
unwrap(struct dump *d, const struct dump_fields *f, int own, struct record **holder,
    struct err *err)
{
	struct value v =
	    record_at(&d->record, own == f->place.ts ? f->place.payload : f->place.value);

	if (v.kind == V_NULL)
		return err_set(err, v.p, "a tombstone has no value");
	if (v.kind == V_STRING) {
		d->text.len = 0;
		if (value_text(v, &d->text, err) == -1 ||
		    read_text(d, f, d->text.p, d->text.len, holder, err) == -1)
			return -1;
		d->object = d->inner.object;
		return 0;
	}
	if (v.kind != V_OBJECT || envelope_base64(v).kind == V_STRING)
		return err_set(err, v.p, "its value is no JSON object");
	d->object = v;
	if (f->named == -1)
		return 0;
	if (read_text(d, f, v.p, v.len, holder, err) == -1)
		return -1;
	d->object = d->inner.object;
	return 0;
}

static int
refuse_control(const struct dump *d, struct err *err)
{
	return err_set(err, d->record.object.p,
	    "a control line among data: nothing but the pipe itself may write one");
}

/* Finds the time of the record in holder; converts it to ns if times matter. */
static int
read_time(struct dump *d, struct dump_fields *f, const struct record *holder, int own,
    struct err *err)
{
	struct time_field own_times = { .unit = UNIT_MS };
	const char *at = d->record.object.p;

	d->time = (struct value){ 0 };
	if (f->named != -1)
		d->time = record_at(holder, f->named);
	else if (own != -1)
		d->time = record_at(&d->record, own);
	if (!f->timed)
		return 0;
	if (f->named == -1 && own == -1)
		return err_set(err, at,
		    "this is no envelope: name the field of its time by --time");
	if (value_none(d->time))
		return err_set(err, at, "the record has no time in \"%s\"",
		    fields_path(f->fields, f->named != -1 ? f->named : own));
	d->unit = UNIT_MS;
	if (value_time(d->time, f->named != -1 ? &f->times : &own_times, &d->key.time, err) ==
	    -1) {
		/* err->at points into a copy of the value, not into the line. */
		if (holder == &d->inner)
			err->at = at;
		return -1;
	}
	if (f->named != -1)
		d->unit = f->times.unit;
	/* librdkafka gives -1 to a message without a time. */
	if (f->named == -1 && d->key.time < 0)
		return err_set(err, d->time.p, "the message has no time");
	return 0;
}

int
dump_read(struct dump *d, struct dump_fields *f, struct err *err)
{
	struct record *holder = &d->record;
	int own;

	if (record_parse(&d->record, f->fields, &d->line, err) == -1)
		return -1;
	if (value_is_control(d->record.object))
		return refuse_control(d, err);
	own = envelope_place_time(&f->place, &d->record);
	d->object = d->record.object;
	if (f->unwrap && own != -1) {
		if (unwrap(d, f, own, &holder, err) == -1)
			return -1;
		if (value_is_control(d->object))
			return refuse_control(d, err);
	}
	d->key = (struct merge_key){ 0 };
	if (read_time(d, f, holder, own, err) == -1)
		return -1;
	if (own != -1)
		envelope_place_read(&f->place, &d->record, &d->key);
	return 0;
}
