#ifndef SML_LAST_MESSAGE_H
#define SML_LAST_MESSAGE_H

#include "kafka/client.h"

/*
 * What is remembered of the last message read from a partition.  It shows whether the topic
 * was deleted and recreated since; librdkafka 2.0.2 has no topic ids for that.
 */
struct last_message {
	int64_t offset;
	int64_t timestamp; /* ms; -1: the message has no time */
	uint64_t xxh64;	   /* hash of key and value, and their lengths */
};

/* Remembers a message. */
void last_message_take(struct last_message *, const rd_kafka_message_t *);

enum last_message_found {
	LAST_MESSAGE_SAME,
	LAST_MESSAGE_GONE,  /* the message was deleted: this cannot be known */
	LAST_MESSAGE_OTHER, /* it is another topic; err says what differs */
	LAST_MESSAGE_FAILED /* the brokers could not be asked; err says why */
};

/*
 * Reads the message again and compares it.  reader: from peek_open.  Waits up to that client's
 * timeout.
 */
enum last_message_found last_message_check(struct client *reader, const char *topic,
    int32_t partition, const struct last_message *, struct err *);

#endif
