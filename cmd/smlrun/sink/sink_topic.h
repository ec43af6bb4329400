#ifndef SML_SINK_TOPIC_H
#define SML_SINK_TOPIC_H

#include "kafka/transactions.h"
#include "sink/sink_names.h"

/* The number of the topic of --rejects comes after the numbers of the sinks. */
enum { REJECTS_TOPIC = SINKS_MOST, SINK_TOPICS };

/* The topics among the sinks; their messages are part of the same transactions. */
struct sink_topic {
	const struct client *settings;	/* configured, not started; borrowed */
	const char *topic[SINK_TOPICS]; /* of each sink; NULL: it is not a topic; borrowed */

	int32_t partitions[SINK_TOPICS]; /* the number of partitions of each topic */
	struct transactions transactions;
};

/* Sets the topics of the sinks, and the topic of --rejects (NULL: none). */
void sink_topic_name_all(struct sink_topic *, const struct sink_names *, const char *rejects);

/*
 * Finds the topics, and opens transactions with this transactional.id; timeout in ns.  Any
 * answer but TRANSACTION_DONE comes with err.  Call sink_topic_close in any case.
 */
enum transaction_answer sink_topic_open(struct sink_topic *, const char *id, int64_t timeout,
    struct err *);
void sink_topic_close(struct sink_topic *);

/*
 * Sends a result as a message to a sink that is a topic, after filling in the message's topic.
 */
enum transaction_answer sink_topic_send(struct sink_topic *, size_t sink, struct message *,
    struct err *);

#endif
