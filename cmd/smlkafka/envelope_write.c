#include <stdbool.h>
#include <string.h>

#include "envelope_write.h"
#include "num.h"
#include "text.h"

enum {
	FRAME = 512,	   /* names, numbers, brackets, and a topic's longest name, 249 */
	HEADER_FRAME = 32, /* ["…",{"base64":"…"}], */
	WIDEST = 6	   /* bytes that one byte can become: \u0000 */
};

static void
put(struct out *o, const char *text)
{
	out_write(o, text, strlen(text));
}

static void
put_number(struct out *o, int64_t n)
{
	char text[NUM_MAX];

	out_write(o, text, num_i64(text, n));
}

/* Null is told from empty by its pointer alone. */
static void
put_bytes(struct out *o, const void *p, size_t n)
{
	if (p == NULL)
		put(o, "null");
	else
		text_write_bytes(o, p, n);
}

size_t
envelope_size(const rd_kafka_message_t *m, const char *error)
{
	size_t size = m->len + m->key_len + (error != NULL ? strlen(error) : 0), n, i;
	rd_kafka_headers_t *headers;
	const char *name;
	const void *value;

	size = WIDEST * size + FRAME;
	if (rd_kafka_message_headers(m, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
		for (i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &n) ==
		     RD_KAFKA_RESP_ERR_NO_ERROR;
		     i++)
			size += WIDEST * (strlen(name) + n) + HEADER_FRAME;
	return size;
}

static void
put_headers(struct out *o, const rd_kafka_message_t *m)
{
	rd_kafka_headers_t *headers;
	const char *name;
	const void *value;
	size_t n, i;

	if (rd_kafka_message_headers(m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	for (i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &n) ==
	     RD_KAFKA_RESP_ERR_NO_ERROR;
	     i++) {
		put(o, i == 0 ? "[" : ",[");
		put_bytes(o, name, strlen(name));
		put(o, ",");
		put_bytes(o, value, n);
		put(o, "]");
	}
}

/* Before message format 1 there was no timestamp. */
static void
put_timestamp(struct out *o, const rd_kafka_message_t *m)
{
	rd_kafka_timestamp_type_t type;
	int64_t ms = rd_kafka_message_timestamp(m, &type);

	put(o, ",\"timestamp\":");
	if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) {
		put(o, "null,\"timestamp_type\":null");
		return;
	}
	put_number(o, ms);
	put(o, ",\"timestamp_type\":");
	put(o, type == RD_KAFKA_TIMESTAMP_CREATE_TIME ? "\"create\"" : "\"log_append\"");
}

void
envelope_join(char *json, size_t n)
{
	char *p;

	for (p = json; (p = memchr(p, '\n', (size_t)(json + n - p))) != NULL; p++)
		*p = ' ';
	for (p = json; (p = memchr(p, '\r', (size_t)(json + n - p))) != NULL; p++)
		*p = ' ';
}

static void
put_json(struct out *o, const char *json, size_t n)
{
	char *at = out_room(o, n);

	memcpy(at, json, n);
	envelope_join(at, n);
	out_advance(o, n);
}

void
envelope_write(struct out *o, const rd_kafka_message_t *m, const char *error, bool json)
{
	if (error != NULL) {
		put(o, "{\"error\":");
		text_write_json(o, error, strlen(error));
	}
	put(o, error != NULL ? ",\"topic\":" : "{\"topic\":");
	put_bytes(o, rd_kafka_topic_name(m->rkt), strlen(rd_kafka_topic_name(m->rkt)));
	put(o, ",\"partition\":");
	put_number(o, m->partition);
	put(o, ",\"offset\":");
	put_number(o, m->offset);
	put_timestamp(o, m);
	put(o, ",\"key\":");
	put_bytes(o, m->key, m->key_len);
	put(o, ",\"value\":");
	if (json && m->payload != NULL)
		put_json(o, m->payload, m->len);
	else
		put_bytes(o, m->payload, m->len);
	put(o, ",\"headers\":[");
	put_headers(o, m);
	put(o, "]}\n");
}
