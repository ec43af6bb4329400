#ifndef SML_PEEK_H
#define SML_PEEK_H

#include "kafka/settings.h"

/*
 * A look at what a partition holds from one offset to another.  Offsets alone
 * cannot say: markers of transactions and aborted messages have offsets too,
 * and compaction leaves gaps.
 */
struct peek {
	const char *topic; /* borrowed */
	int32_t partition;
	int64_t from, end; /* end: the first offset that is not looked at */
	/* Is given each message; false: that was enough. */
	bool (*take)(void *owner, const rd_kafka_message_t *);
	void *owner;

	/* What follows is peek.c's own. */
	rd_kafka_topic_t *handle;
	bool done;
};

/* The settings of librdkafka that it needs. */
extern const struct client_setting peek_settings[];

/*
 * Starts a reader with the settings of a client, and these, which reads beside
 * what that does and is in no group.  client_close it on -1, too.
 */
int peek_open(const struct client *, struct client *reader, struct err *);

/*
 * Looks at n of them, several at a time, by a consumer that reads nothing
 * else, at its isolation level.  One whose broker sends nothing for the
 * client's timeout is an error.
 */
int peek_all(struct client *, struct peek *, size_t n, struct err *);

#endif
