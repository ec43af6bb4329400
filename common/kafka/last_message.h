#ifndef SML_LAST_MESSAGE_H
#define SML_LAST_MESSAGE_H

#include "kafka/client.h"

/*
 * The message of a partition that was read last, as it is remembered: brokers show no
 * topic ids to librdkafka 2.0.2, so that this is how a topic that was deleted and made
 * anew is told from the one before.
 */
struct last_message {
	int64_t offset;
	int64_t timestamp; /* ms, -1: none */
	uint64_t xxh64;	   /* of key and value, and their lengths */
};

/* Remembers a message. */
void last_message_take(struct last_message *, const rd_kafka_message_t *);

enum last_message_found {
	LAST_MESSAGE_SAME,
	LAST_MESSAGE_GONE,  /* the partition has no message there any more: nobody knows */
	LAST_MESSAGE_OTHER, /* it is another topic; err says what differs */
	LAST_MESSAGE_FAILED /* the brokers could not be asked; err says why */
};

/* Reads the message again.  reader: of peek_open.  Waits up to the timeout of that client. */
enum last_message_found last_message_check(struct client *reader, const char *topic,
    int32_t partition, const struct last_message *, struct err *);

#endif
