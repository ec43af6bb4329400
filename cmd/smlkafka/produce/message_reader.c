/* Makes a message of a record. */
#include <stdlib.h>
#include <string.h>

#include "produce/message_reader.h"

/* Reads "NAME=FIELD", from which the name is borrowed. */
static int
open_header(struct message_field *field, const char *text, struct fields *fields,
    struct err *err)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL)
		return err_set(err, NULL, "--header %s: NAME=FIELD is needed", text);
	field->name = (struct bytes){ text, (size_t)(equals - text) };
	field->slot = fields_add(fields, equals + 1, NULL, err);
	return field->slot == -1 ? -1 : 0;
}

/* Returns the slot of a field that an option may name. */
static int
open_slot(int *slot, const char *path, struct fields *fields, struct err *err)
{
	*slot = -1;
	if (path == NULL)
		return 0;
	*slot = fields_add(fields, path, NULL, err);
	return *slot == -1 ? -1 : 0;
}

int
message_open(struct message_reader *r, const struct message_options *options,
    struct common *common, struct fields *fields, struct err *err)
{
	*r = (struct message_reader){ .options = options,
		.fields = fields,
		.times = &common->times };
	r->header = calloc(options->headers.count + 1, sizeof *r->header);
	if (r->header == NULL)
		return err_memory(err);
	r->headers = options->headers.count;
	for (size_t i = 0; i < r->headers; i++) {
		if (open_header(&r->header[i], options->headers.text[i], fields, err) == -1)
			return -1;
	}
	if (open_slot(&r->key.slot, common->key, fields, err) == -1 ||
	    open_slot(&r->time, common->time, fields, err) == -1 ||
	    open_slot(&r->partition, options->partition, fields, err) == -1 ||
	    open_slot(&r->topic.slot, options->topic_field, fields, err) == -1)
		return -1;
	if (options->topic == NULL && options->topic_field == NULL &&
	    options->format == MESSAGE_VALUE)
		return err_set(err, NULL, "-t TOPIC or --topic-field is needed");
	return 0;
}

void
message_close(struct message_reader *r)
{
	for (size_t i = 0; i < r->headers; i++)
		buf_free(&r->header[i].text);
	free(r->header);
	buf_free(&r->topic.text);
	buf_free(&r->key.text);
	envelope_free(&r->envelope);
	*r = (struct message_reader){ 0 };
}

/* Reads the text of a string, or the JSON of any other value; null if there is no value. */
static int
read_bytes(struct message_field *field, struct value v, struct bytes *bytes, struct err *err)
{
	*bytes = (struct bytes){ NULL, 0 };
	if (value_none(v))
		return 0;
	if (v.kind != V_STRING) {
		*bytes = (struct bytes){ v.p, v.len };
	} else if (memchr(v.p, '\\', v.len) == NULL) {
		*bytes = (struct bytes){ v.p + 1, v.len - 2 };
	} else {
		field->text.len = 0;
		if (buf_reserve(&field->text, v.len) == -1)
			return err_memory(err);
		if (value_text(v, &field->text, err) == -1)
			return -1;
		*bytes = (struct bytes){ field->text.p, field->text.len };
	}
	return 0;
}

static int
read_topic(struct message_reader *r, const struct record *record, struct message *m,
    struct err *err)
{
	const char *given = r->options->topic;

	if (given != NULL)
		m->topic = (struct bytes){ given, strlen(given) };
	if (r->topic.slot != -1 && !value_none(record_at(record, r->topic.slot)) &&
	    read_bytes(&r->topic, record_at(record, r->topic.slot), &m->topic, err) == -1)
		return -1;
	if (m->topic.p == NULL)
		return err_set(err, record->object.p,
		    "the record names no topic, nor does -t");
	return 0;
}

static int
read_partition(const struct message_reader *r, const struct record *record, struct message *m,
    struct err *err)
{
	struct value v = { 0 };
	int64_t number;

	if (r->partition != -1)
		v = record_at(record, r->partition);
	if (value_none(v))
		return 0;
	if (value_i64(v, &number, err) == -1)
		return -1;
	if (number < 0 || number > INT32_MAX)
		return err_set(err, v.p, "a partition is a number from 0 on");
	m->partition = (int32_t)number;
	return 0;
}

/* Refuses a time of 0 or less: librdkafka would replace 0 by the time of sending. */
static int
check_timestamp(const struct message *m, const char *at, struct err *err)
{
	if (m->timestamp > 0)
		return 0;
	return err_set(err, at,
	    "a timestamp is at least 1 ms after the beginning of 1970: for 0 librdkafka would "
	    "write the time of "
	    "sending");
}

static int
read_time(const struct message_reader *r, const struct record *record, struct message *m,
    struct err *err)
{
	int64_t ns;

	if (r->time == -1)
		return 0;
	if (record_time(record, r->time, fields_path(r->fields, r->time), r->times, &ns,
		err) == -1)
		return -1;
	m->timestamp = ns < 0 ? -1 : ns / UNIT_MS;
	return check_timestamp(m, record_at(record, r->time).p, err);
}

/*
 * Adds headers.  A missing field gives no header; a null field gives a header without a value.
 */
static int
read_headers(struct message_reader *r, const struct record *record, struct err *err)
{
	struct bytes bytes;
	struct value v;

	for (size_t i = 0; i < r->headers; i++) {
		v = record_at(record, r->header[i].slot);
		if (v.kind == V_MISSING)
			continue;
		if (read_bytes(&r->header[i], v, &bytes, err) == -1 ||
		    envelope_add(&r->envelope, r->header[i].name, bytes, err) == -1)
			return -1;
	}
	return 0;
}

static int
read_envelope(struct message_reader *r, const struct record *record, struct message *m,
    struct err *err)
{
	struct envelope *e = &r->envelope;

	if (envelope_read(e,
		r->options->format == MESSAGE_RECORD ? ENVELOPE_JSON : ENVELOPE_BYTES,
		record->object, err) == -1)
		return -1;
	*m = (struct message){ .topic = e->topic,
		.key = e->key,
		.value = e->value,
		.partition = e->partition };
	if (e->timestamp == INSTANT_NONE || r->time != -1)
		return 0;
	m->timestamp = e->timestamp;
	if (m->timestamp == -1)
		return 0;
	return check_timestamp(m, record->object.p, err);
}

int
message_read(struct message_reader *r, const struct record *record, struct message *m,
    struct err *err)
{
	if (r->options->format == MESSAGE_VALUE) {
		r->envelope.headers = 0;
		*m = (struct message){ .partition = -1,
			.value = { record->object.p, record->object.len } };
	} else if (read_envelope(r, record, m, err) == -1) {
		return -1;
	}
	if (r->key.slot != -1 &&
	    read_bytes(&r->key, record_at(record, r->key.slot), &m->key, err) == -1)
		return -1;
	if (read_topic(r, record, m, err) == -1 || read_partition(r, record, m, err) == -1 ||
	    read_time(r, record, m, err) == -1 || read_headers(r, record, err) == -1)
		return -1;
	m->header = r->envelope.header;
	m->headers = r->envelope.headers;
	return 0;
}
