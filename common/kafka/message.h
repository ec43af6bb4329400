#ifndef SML_MESSAGE_H
#define SML_MESSAGE_H

#include <librdkafka/rdkafka.h>

#include "kafka/envelope_read.h"

/* The forms in which records and messages become each other (smlkafka(1)). */
#define MESSAGE_FORMATS "value|record|envelope"
enum message_format { MESSAGE_VALUE, MESSAGE_RECORD, MESSAGE_ENVELOPE };

/* A message to be sent; all that it points to is borrowed. */
struct message {
	struct bytes topic;
	struct bytes key, value; /* null is not the same as empty */
	int32_t partition;	 /* -1: the partitioner chooses */
	int64_t timestamp;	 /* ms, from 1 on; 0: when it is sent; -1: none */
	const struct header *header;
	size_t headers;
};

/*
 * The settings of whoever sends messages.  A message arrives once and in order, and counts as
 * sent when all in-sync replicas have confirmed it.  The partitioner is that of Kafka's own clients.  The broker, not
 * librdkafka, says what is too large, and senders keep far below the limits of the queue.
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
 * Gives librdkafka a copy of a message, whatever its member topic says.  opaque: for its
 * delivery report.  Returns the reason for which librdkafka refused it.
 */
rd_kafka_resp_err_t message_send(rd_kafka_t *, rd_kafka_topic_t *, const struct message *,
    void *opaque);

#endif
