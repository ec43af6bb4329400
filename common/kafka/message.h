#ifndef SML_MESSAGE_H
#define SML_MESSAGE_H

#include <librdkafka/rdkafka.h>

#include "kafka/envelope_read.h"

/* The formats that convert records to messages and back (smlkafka(1)). */
#define MESSAGE_FORMATS "value|record|envelope"
enum message_format { MESSAGE_VALUE, MESSAGE_RECORD, MESSAGE_ENVELOPE };

/* A message to send; everything that it points to is borrowed. */
struct message {
	struct bytes topic;
	struct bytes key, value; /* null is not the same as empty */
	int32_t partition;	 /* -1: the partitioner chooses */
	int64_t timestamp;	 /* ms, 1 or more; 0: the time of sending; -1: no time */
	const struct header *header;
	size_t headers;
};

/*
 * Settings for sending messages.  A message arrives once and in order, and counts as sent when
 * all in-sync replicas have confirmed it.  The partitioner is that of Kafka's own clients.
 * The broker, not librdkafka, decides what is too large, and senders stay far below the limits
 * of the queue.
 */
#define MESSAGE_SETTINGS \
	{ "enable.idempotence", "true", true }, \
	    { "acks", "-1", true }, /* all, as librdkafka spells it */ \
	    { "delivery.report.only.error", "false", true }, \
	    { "partitioner", "murmur2_random", false }, \
	    { "message.max.bytes", "1000000000", false }, \
	    { "queue.buffering.max.messages", "100000", true }, \
	{ \
		"queue.buffering.max.kbytes", "2000000", true \
	}

/*
 * Gives librdkafka a copy of a message for this topic (message.topic is ignored).  opaque:
 * passed to the delivery report.  Returns the error if librdkafka refused the message.
 */
rd_kafka_resp_err_t message_send(rd_kafka_t *, rd_kafka_topic_t *, const struct message *,
    void *opaque);

#endif
