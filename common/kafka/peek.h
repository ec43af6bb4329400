#ifndef SML_PEEK_H
#define SML_PEEK_H

#include "kafka/settings.h"

/*
 * Reads the messages of a partition between two offsets.  There may be fewer messages than
 * offsets: transaction markers and aborted messages have offsets too, and compaction leaves
 * gaps.
 */
struct peek {
	const char *topic; /* borrowed */
	int32_t partition;
	int64_t from, end; /* end: the first offset not to read */
	/* Called with each message; returns false to stop. */
	bool (*take)(void *owner, const rd_kafka_message_t *);
	void *owner;

	/* The rest is private to peek.c. */
	rd_kafka_topic_t *handle;
	bool done;
};

/* The settings of librdkafka that peek_open adds to the client's. */
extern const struct client_setting peek_settings[];

/*
 * Starts a reader with the client's settings and peek_settings, but without a group.  Call
 * client_close for it even after -1.
 */
int peek_open(const struct client *, struct client *reader, struct err *);

/*
 * Reads n partitions, several at a time.  client must be a consumer used for nothing else; its
 * isolation level decides which messages come.  It is an error if a broker sends nothing until
 * the client's timeout is over.
 */
int peek_all(struct client *, struct peek *, size_t n, struct err *);

#endif
