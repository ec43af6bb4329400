#ifndef SML_KAFKA_READER_H
#define SML_KAFKA_READER_H

#include "kafka/client.h"
#include "kafka/message.h"
#include "kafka/payload.h"
#include "kafka/settings.h"

/*
 * The consumer of a run: it reads given partitions (kafka_partition.h), or is a member of a
 * group, which assigns partitions from time to time.
 */
struct kafka_reader {
	const struct client *settings; /* configured, not started; borrowed */
	const char *topic;	       /* borrowed */
	enum message_format format;    /* the format of the lines */
	const char *group;	       /* NULL: none; borrowed */

	struct client client; /* the consumer */
	struct payload payload;
	int wake; /* an eventfd: readable when something has come */

	/*
	 * What the group asks for (RD_KAFKA_RESP_ERR_NO_ERROR: nothing), and for which
	 * partitions.
	 */
	rd_kafka_resp_err_t asked;
	rd_kafka_topic_partition_list_t *asked_of;
	bool subscribed;
};

/* The settings of librdkafka that the configured client must have. */
extern const struct client_setting kafka_reader_settings[];

/*
 * Starts the consumer, and asks to join the group if there is one.  partitions: how many will be
 * read.  Returns -1 with err; kafka_reader_close in any case.
 */
int kafka_reader_open(struct kafka_reader *, int partitions, struct err *);

/* Leaves the group, which may take some seconds.  Close the partitions first. */
void kafka_reader_close(struct kafka_reader *);

/*
 * Serves brokers and the group: call it often.  Returns -1 with err if they refuse us, or if
 * brokers have been unreachable for too long.
 */
int kafka_reader_serve(struct kafka_reader *, struct err *);

/*
 * Does what the group asked for: takes the partitions in asked_of, which the caller must have
 * started, or gives up all partitions, which the caller must have stopped.
 */
int kafka_reader_answer(struct kafka_reader *, struct err *);

/* Makes wake unreadable.  Call this before you look at queues. */
void kafka_reader_awake(struct kafka_reader *);

#endif
