/* Sends a message. */
#include "kafka/message.h"

static rd_kafka_headers_t *
make_headers(const struct message *m)
{
	rd_kafka_headers_t *headers = rd_kafka_headers_new(m->headers);

	for (size_t i = 0; i < m->headers; i++)
		rd_kafka_header_add(headers, m->header[i].name.p, (ssize_t)m->header[i].name.n,
		    m->header[i].value.p, (ssize_t)m->header[i].value.n);
	return headers;
}

rd_kafka_resp_err_t
message_send(rd_kafka_t *handle, rd_kafka_topic_t *topic, const struct message *m,
    void *opaque)
{
	void *key = (void *)(uintptr_t)m->key.p, *value = (void *)(uintptr_t)m->value.p;
	rd_kafka_vu_t parts[] = {
		{ .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic },
		{ .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = m->partition },
		{ .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { value, m->value.n } },
		{ .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { key, m->key.n } },
		{ .vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = m->timestamp },
		{ .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
		{ .vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = opaque },
		{ .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = NULL },
	};
	enum { PARTS = sizeof parts / sizeof parts[0] };
	rd_kafka_error_t *error;
	rd_kafka_resp_err_t code;

	if (m->headers > 0)
		parts[PARTS - 1].u.headers = make_headers(m);
	error = rd_kafka_produceva(handle, parts, m->headers > 0 ? PARTS : PARTS - 1);
	if (error == NULL)
		return RD_KAFKA_RESP_ERR_NO_ERROR;
	code = rd_kafka_error_code(error);
	rd_kafka_error_destroy(error);
	if (m->headers > 0)
		rd_kafka_headers_destroy(parts[PARTS - 1].u.headers);
	return code;
}
