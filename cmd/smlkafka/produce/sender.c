/* Hands messages to librdkafka. */
#include <string.h>

#include "produce/sender.h"

char *
parcel_object(const struct parcel *parcel)
{
	return parcel->held.line.p + strspn(parcel->held.line.p, " \t\r");
}

/* Refuses a message that librdkafka does not take. */
static void
refuse(struct parcel *parcel, rd_kafka_topic_t *topic, int32_t partition,
    rd_kafka_resp_err_t code)
{
	struct err err;

	if (code != RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
		delivery_return(parcel, code);
		return;
	}
	err_set(&err, NULL, "topic %s has no partition %d", rd_kafka_topic_name(topic),
	    (int)partition);
	delivery_refuse(parcel, &err);
}

void
sender_flush(struct sender *s)
{
	rd_kafka_message_t *m;

	if (s->count == 0)
		return;
	(void)rd_kafka_produce_batch(s->topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_PARTITION,
	    s->message, s->count);
	for (m = s->message; m < s->message + s->count; m++) {
		if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR)
			refuse(m->_private, s->topic, m->partition, m->err);
	}
	s->count = 0;
}

/*
 * Adds a message whose value is the record itself.  A key that is part of the record's line
 * stays as long as the line.  Any other key (of --default, or with escapes) is overwritten by
 * the next record, so the message is sent now.
 */
static void
add_record(struct sender *s, rd_kafka_topic_t *topic, struct parcel *parcel,
    const struct message *m, struct value object)
{
	char *held = parcel_object(parcel), *key = (char *)(uintptr_t)m->key.p;
	bool stays = key == NULL;

	if (key >= object.p && key <= object.p + object.len) {
		key = held + (key - object.p);
		stays = true;
	}
	if (s->count == SENDER_MOST || topic != s->topic)
		sender_flush(s);
	s->topic = topic;
	s->message[s->count++] = (rd_kafka_message_t){ .partition = m->partition,
		.payload = held,
		.len = m->value.n,
		.key = key,
		.key_len = m->key.n,
		._private = parcel };
	if (!stays)
		sender_flush(s);
}

void
sender_send(struct sender *s, rd_kafka_topic_t *topic, struct parcel *parcel,
    const struct message *m, struct value object)
{
	rd_kafka_resp_err_t code;

	parcel->bytes = m->key.n + m->value.n;
	if (m->value.p == object.p && m->timestamp == 0 && m->headers == 0) {
		add_record(s, topic, parcel, m, object);
		return;
	}
	sender_flush(s);
	code = message_send(s->handle, topic, m, parcel);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		refuse(parcel, topic, m->partition, code);
}
