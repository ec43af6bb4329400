/* Writes a message as one line of JSON. */
#include <stdbool.h>
#include <string.h>

#include "base/num.h"
#include "base/base64.h"
#include "base/text.h"
#include "kafka/envelope_write.h"

enum {
	FRAME = 512,	   /* names, numbers, brackets, and the longest name of a topic, 249 */
	HEADER_FRAME = 32, /* ["…",{"base64":"…"}], */
	WIDEST = 6	   /* the most bytes that one byte can become: \u0000 */
};

/* A literal. */
#define PUT(o, text) out_write(o, text, sizeof(text) - 1)

static void
put_number(struct out *o, int64_t n)
{
	char *at = out_room(o, NUM_MAX);

	out_advance(o, num_write_i64(at, n));
}

/* Only the pointer distinguishes null from empty.  Bytes are written in place if they fit. */
static void
put_bytes(struct out *o, const void *p, size_t n)
{
	char *at;

	if (p == NULL) {
		PUT(o, "null");
	} else if (text_is_utf8(p, n) && TEXT_JSON(n) <= o->cap) {
		at = out_room(o, TEXT_JSON(n));
		out_advance(o, (size_t)(text_put_json(at, p, n) - at));
	} else {
		text_write_bytes(o, p, n);
	}
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
		if (i > 0)
			PUT(o, ",");
		PUT(o, "[");
		put_bytes(o, name, strlen(name));
		PUT(o, ",");
		put_bytes(o, value, n);
		PUT(o, "]");
	}
}

/* Before message format 1 there was no timestamp. */
static void
put_timestamp(struct out *o, const rd_kafka_message_t *m)
{
	rd_kafka_timestamp_type_t type;
	int64_t ms = rd_kafka_message_timestamp(m, &type);

	PUT(o, ",\"timestamp\":");
	if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) {
		PUT(o, "-1,\"timestamp_type\":null");
		return;
	}
	put_number(o, ms);
	PUT(o, ",\"timestamp_type\":");
	if (type == RD_KAFKA_TIMESTAMP_CREATE_TIME)
		PUT(o, "\"create\"");
	else
		PUT(o, "\"log_append\"");
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
	char *at;

	for (size_t piece; n > 0; json += piece, n -= piece) {
		piece = n < o->cap ? n : o->cap;
		at = out_room(o, piece);
		memcpy(at, json, piece);
		envelope_join(at, piece);
		out_advance(o, piece);
	}
}

void
envelope_write(struct out *o, const rd_kafka_message_t *m, const char *error, bool json)
{
	if (error != NULL) {
		PUT(o, "{\"error\":");
		put_bytes(o, error, strlen(error));
		PUT(o, ",\"topic\":");
	} else {
		PUT(o, "{\"topic\":");
	}
	put_bytes(o, rd_kafka_topic_name(m->rkt), strlen(rd_kafka_topic_name(m->rkt)));
	PUT(o, ",\"partition\":");
	put_number(o, m->partition);
	PUT(o, ",\"offset\":");
	put_number(o, m->offset);
	put_timestamp(o, m);
	PUT(o, ",\"key\":");
	put_bytes(o, m->key, m->key_len);
	PUT(o, ",\"value\":");
	if (json && m->payload != NULL)
		put_json(o, m->payload, m->len);
	else
		put_bytes(o, m->payload, m->len);
	PUT(o, ",\"headers\":[");
	put_headers(o, m);
	PUT(o, "]}\n");
}
