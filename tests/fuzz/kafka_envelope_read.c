/*
 * Envelopes of any bytes, read in all their forms.  What jansson makes of the
 * same text must be what the message holds.
 */
#include <jansson.h>

#include "kafka/envelope_read.h"
#include "json/record.h"

#include "fuzz.h"

enum { MAX_DEPTH = 100 };

/*
 * Returns whether the bytes are the text of this string, or null as it is.  Of base64 only
 * its presence is checked.
 */
static bool
same(struct bytes bytes, const json_t *json)
{
	if (json == NULL || json_is_null(json))
		return bytes.p == NULL;
	if (bytes.p == NULL)
		return false;
	if (!json_is_string(json))
		return json_is_string(json_object_get(json, "base64"));
	return bytes.n == json_string_length(json) &&
	    (bytes.n == 0 || memcmp(bytes.p, json_string_value(json), bytes.n) == 0);
}

static void
check_headers(const struct envelope *e, bool kcat, const json_t *list)
{
	size_t width = kcat ? 2 : 1;

	need(e->headers == json_array_size(list) / width);
	for (size_t i = 0; i < e->headers; i++) {
		const json_t *pair = json_array_get(list, i);

		need(same(e->header[i].name,
		    kcat ? json_array_get(list, 2 * i) : json_array_get(pair, 0)));
		need(same(e->header[i].value,
		    kcat ? json_array_get(list, 2 * i + 1) : json_array_get(pair, 1)));
	}
}

static void
check(struct envelope *e, enum envelope_form form, struct value object, const json_t *json)
{
	bool kcat = form == ENVELOPE_KCAT;
	struct err err;

	if (envelope_read(e, form, object, &err) == -1) {
		need(err.memory || (err.at >= object.p && err.at <= object.p + object.len));
		return;
	}
	need(e->partition >= -1 && e->offset >= -1);
	need(e->timestamp >= -1 || e->timestamp == INSTANT_NONE);
	if (json == NULL)
		return;
	need(same(e->topic, json_object_get(json, "topic")));
	need(same(e->key, json_object_get(json, "key")));
	if (form == ENVELOPE_JSON)
		need((e->value.p == NULL) == json_is_null(json_object_get(json, "value")));
	else
		need(same(e->value, json_object_get(json, kcat ? "payload" : "value")));
	check_headers(e, kcat, json_object_get(json, "headers"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fields *fields = fields_new();
	struct envelope envelope = { 0 };
	const char *text = (const char *)data;
	struct record record;
	json_t *json = NULL;

	need(fields != NULL && record_open(&record, fields, MAX_DEPTH, NULL) == 0);
	if (record_parse_text(&record, fields, text, size, NULL) == 0) {
		json = json_loadb(text, size, JSON_ALLOW_NUL, NULL);
		(void)envelope_form(record.object);
		check(&envelope, ENVELOPE_BYTES, record.object, json);
		check(&envelope, ENVELOPE_JSON, record.object, json);
		check(&envelope, ENVELOPE_KCAT, record.object, json);
	}
	json_decref(json);
	envelope_free(&envelope);
	record_close(&record);
	fields_free(fields);
	return 0;
}
