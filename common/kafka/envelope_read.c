/* Reads envelopes: makes messages from JSON objects. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "kafka/envelope_read.h"

enum part {
	PART_TOPIC,
	PART_PARTITION,
	PART_OFFSET,
	PART_TIMESTAMP,
	PART_KEY,
	PART_VALUE,
	PART_HEADERS,
	PART_ASIDE, /* a known member, but not a part of a message */
	PART_NONE
};

static const struct {
	const char *name;
	enum part part, kcat; /* what the member means in our envelopes, and in kcat's */
} members[] = {
	{ "topic", PART_TOPIC, PART_TOPIC },
	{ "partition", PART_PARTITION, PART_PARTITION },
	{ "offset", PART_OFFSET, PART_OFFSET },
	{ "timestamp", PART_TIMESTAMP, PART_NONE },
	{ "timestamp_type", PART_ASIDE, PART_NONE },
	{ "key", PART_KEY, PART_KEY },
	{ "value", PART_VALUE, PART_NONE },
	{ "headers", PART_HEADERS, PART_HEADERS },
	{ "error", PART_ASIDE, PART_NONE },
	{ "ts", PART_NONE, PART_TIMESTAMP },
	{ "payload", PART_NONE, PART_VALUE },
};

static enum part
part_of(struct value name, enum envelope_form form)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		if (value_is(name, members[i].name, strlen(members[i].name)))
			return form == ENVELOPE_KCAT ? members[i].kcat : members[i].part;
	}
	return PART_NONE;
}

struct value
envelope_base64(struct value v)
{
	struct value name, item = { 0 }, text;

	if (v.kind != V_OBJECT || !value_next(v, &name, &item) || item.kind != V_STRING ||
	    !value_is(name, "base64", strlen("base64")))
		return (struct value){ 0 };
	text = item;
	if (value_next(v, &name, &item))
		text.kind = V_MISSING;
	return text;
}

/* There is room: text and decoded base64 are shorter than the object. */
static int
read_bytes(struct envelope *e, struct value v, struct bytes *bytes, struct err *err)
{
	struct value base64;
	size_t before = e->text.len;

	*bytes = (struct bytes){ NULL, 0 };
	if (value_none(v))
		return 0;
	base64 = envelope_base64(v);
	if (base64.kind == V_STRING) {
		if (base64_read(&e->text, base64.p + 1, base64.len - 2) == -1)
			return err_set(err, base64.p, "this is not base64");
	} else if (v.kind != V_STRING) {
		return err_set(err, v.p, "a string, null or {\"base64\":…} is needed, not %s",
		    kind_name(v.kind));
	} else if (memchr(v.p, '\\', v.len) == NULL) {
		*bytes = (struct bytes){ v.p + 1, v.len - 2 };
		return 0;
	} else if (value_text(v, &e->text, err) == -1) {
		return -1;
	}
	*bytes = (struct bytes){ e->text.p + before, e->text.len - before };
	return 0;
}

/* Reads a number; -1 means none, as in Kafka. */
static int
read_number(struct value v, int64_t max, int64_t none, int64_t *x, struct err *err)
{
	*x = none;
	if (value_none(v))
		return 0;
	if (value_i64(v, x, err) == -1)
		return -1;
	if (*x < -1 || *x > max)
		return err_set(err, v.p, "a number from 0 to %lld is needed", (long long)max);
	if (*x == -1)
		*x = none;
	return 0;
}

int
envelope_add(struct envelope *e, struct bytes name, struct bytes value, struct err *err)
{
	size_t room = e->room > 0 ? 2 * e->room : 8;
	struct header *more;

	if (e->headers == e->room) {
		more = realloc(e->header, room * sizeof *more);
		if (more == NULL)
			return err_memory(err);
		e->header = more;
		e->room = room;
	}
	e->header[e->headers++] = (struct header){ name, value };
	return 0;
}

static int
read_header(struct envelope *e, struct value name, struct value value, struct err *err)
{
	struct header header;

	if (read_bytes(e, name, &header.name, err) == -1 ||
	    read_bytes(e, value, &header.value, err) == -1)
		return -1;
	if (header.name.p == NULL)
		return err_set(err, name.p, "a header's name is null");
	return envelope_add(e, header.name, header.value, err);
}

/* Reads the next of our headers, [name, value]. Returns 1, 0 at the end, or -1. */
static int
next_pair(struct value list, struct value *at, struct value *name, struct value *value,
    struct err *err)
{
	struct value ignored, third;

	if (!value_next(list, &ignored, at))
		return 0;
	*name = (struct value){ 0 };
	if (at->kind != V_ARRAY || !value_next(*at, &ignored, name))
		return err_set(err, at->p, "a header is a pair: [name, value]");
	*value = *name;
	if (!value_next(*at, &ignored, value))
		return err_set(err, at->p, "a header is a pair: [name, value]");
	third = *value;
	if (value_next(*at, &ignored, &third))
		return err_set(err, at->p, "a header is a pair: [name, value]");
	return 1;
}

/* Does the same for kcat's list, in which names and values alternate. */
static int
next_two(struct value list, struct value *at, struct value *name, struct value *value,
    struct err *err)
{
	struct value ignored;

	if (!value_next(list, &ignored, at))
		return 0;
	*name = *at;
	if (!value_next(list, &ignored, at))
		return err_set(err, name->p, "a header without a value");
	*value = *at;
	return 1;
}

static int
read_headers(struct envelope *e, enum envelope_form form, struct value list, struct err *err)
{
	struct value at = { 0 }, name, value;
	int found;

	e->headers = 0;
	if (value_none(list))
		return 0;
	if (list.kind != V_ARRAY)
		return err_set(err, list.p, "headers are a list, not %s",
		    kind_name(list.kind));
	do {
		found = form == ENVELOPE_KCAT ? next_two(list, &at, &name, &value, err) :
						next_pair(list, &at, &name, &value, err);
		if (found == 1 && read_header(e, name, value, err) == -1)
			return -1;
	} while (found == 1);
	return found;
}

/* A JSON value is taken as it is, with its own bytes. */
static int
read_value(struct envelope *e, enum envelope_form form, struct value v, struct err *err)
{
	if (form != ENVELOPE_JSON)
		return read_bytes(e, v, &e->value, err);
	e->value = v.kind == V_NULL ? (struct bytes){ NULL, 0 } : (struct bytes){ v.p, v.len };
	return 0;
}

static int
read_part(struct envelope *e, enum envelope_form form, enum part part, struct value v,
    struct err *err)
{
	int64_t number;

	switch (part) {
	case PART_TOPIC:
		return read_bytes(e, v, &e->topic, err);
	case PART_PARTITION:
		if (read_number(v, INT32_MAX, -1, &number, err) == -1)
			return -1;
		e->partition = (int32_t)number;
		return 0;
	case PART_OFFSET:
		return read_number(v, INT64_MAX, -1, &e->offset, err);
	case PART_TIMESTAMP:
		/*
		 * A message without a time stays without one: its copy must not get the time
		 * of copying.
		 */
		return value_none(v) ? 0 : read_number(v, INT64_MAX, -1, &e->timestamp, err);
	case PART_KEY:
		return read_bytes(e, v, &e->key, err);
	case PART_VALUE:
		return read_value(e, form, v, err);
	case PART_HEADERS:
		return read_headers(e, form, v, err);
	case PART_ASIDE:
	case PART_NONE:
		break;
	}
	return 0;
}

int
envelope_read(struct envelope *e, enum envelope_form form, struct value object,
    struct err *err)
{
	struct value name, item = { 0 };
	bool has_value = false;
	enum part part;

	e->topic = e->key = e->value = (struct bytes){ NULL, 0 };
	e->partition = -1;
	e->offset = -1;
	e->timestamp = INSTANT_NONE;
	e->headers = 0;
	e->text.len = 0;
	/* Room for everything, so that the buffer never moves: parts of it are borrowed. */
	if (buf_reserve(&e->text, object.len) == -1)
		return err_memory(err);
	while (value_next(object, &name, &item)) {
		part = part_of(name, form);
		if (part == PART_NONE && form != ENVELOPE_KCAT)
			return err_set(err, name.p,
			    "%.*s is no member of an envelope, and would be lost",
			    (int)(name.len < 64 ? name.len : 64), name.p);
		if (read_part(e, form, part, item, err) == -1)
			return -1;
		has_value |= part == PART_VALUE;
	}
	if (!has_value)
		return err_set(err, object.p, "this envelope has no \"%s\"",
		    form == ENVELOPE_KCAT ? "payload" : "value");
	return 0;
}

enum envelope_form
envelope_form(struct value object)
{
	unsigned int ours = 0, kcat = 0;
	struct value name, item = { 0 }, value = { 0 };
	enum part part;

	while (value_next(object, &name, &item)) {
		part = part_of(name, ENVELOPE_BYTES);
		ours |= 1U << part;
		kcat |= 1U << part_of(name, ENVELOPE_KCAT);
		if (part == PART_VALUE)
			value = item;
	}
	if ((~kcat & (1U << PART_TOPIC | 1U << PART_TIMESTAMP | 1U << PART_VALUE)) == 0)
		return ENVELOPE_KCAT;
	if ((~ours &
		(1U << PART_TOPIC | 1U << PART_PARTITION | 1U << PART_OFFSET |
		    1U << PART_VALUE)) != 0)
		return ENVELOPE_NONE;
	return value.kind == V_NULL || value.kind == V_STRING ||
		envelope_base64(value).kind == V_STRING ?
	    ENVELOPE_BYTES :
	    ENVELOPE_JSON;
}

void
envelope_free(struct envelope *e)
{
	free(e->header);
	buf_free(&e->text);
	*e = (struct envelope){ 0 };
}
