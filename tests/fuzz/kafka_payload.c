/*
 * Values of messages, any bytes.  What jansson accepts as JSON can be put into an envelope.
 * What is put there is one member on one line, whatever it holds.  What is accepted as a
 * record is a record afterwards, and no control line.
 */
#include <jansson.h>

#include "cli/stream/control.h"
#include "kafka/payload.h"
#include "kafka/envelope_write.h"

#include "fuzz.h"

/* Checks the value with another member after it, on one line. */
static void
check_alone(struct payload *p, const char *value, size_t n)
{
	static const char before[] = "{\"v\":", after[] = ",\"w\":1}";
	struct buf line = { 0 };
	struct value name, item = { 0 };
	int members = 0;

	need(buf_put(&line, before, sizeof before - 1) == 0);
	need(buf_put(&line, value, n) == 0);
	need(buf_put(&line, after, sizeof after - 1) == 0);
	envelope_join(line.p, line.len);
	need(memchr(line.p, '\n', line.len) == NULL && memchr(line.p, '\r', line.len) == NULL);
	need(record_parse_text(&p->record, p->none, line.p, line.len, NULL) == 0);
	while (value_next(p->record.object, &name, &item))
		members++;
	need(members == 2);
	buf_free(&line);
}

/*
 * Returns whether the value is JSON that we may refuse only because it is null or a control
 * line.  jansson takes a zero byte for the end.
 */
static bool
is_json(const char *value, size_t n)
{
	json_t *json;
	bool is;

	if (memchr(value, '\0', n) != NULL)
		return false;
	json = json_loadb(value, n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	is = json != NULL && !json_is_null(json) && json_object_get(json, "$sml") == NULL;
	json_decref(json);
	return is;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct payload p;
	struct err err = { 0 };
	char *value = malloc(n + PAYLOAD_SLACK);
	size_t byte;
	bool json;

	need(value != NULL && payload_open(&p, NULL) == 0);
	memcpy(value, data, n);
	json = payload_check_json(&p, value, n, &byte, &err) == 0;
	need(json || byte <= n + 1);
	if (is_json(value, n) && n < 1000)
		need(json);
	if (json)
		check_alone(&p, value, n);
	if (payload_check_object(&p, value, n, false, &err) == 0) {
		need(json);
		envelope_join(value, n);
		need(payload_check_object(&p, value, n, false, &err) == 0);
		need(!value_is_control(p.record.object));
	}
	payload_close(&p);
	free(value);
	return 0;
}
