#ifndef SML_TRANSACTIONS_H
#define SML_TRANSACTIONS_H

#include "kafka/late_answers.h"
#include "kafka/message.h"
#include "kafka/settings.h"

/*
 * The transactions of one transactional.id, one after another.  Each holds messages to topics
 * and the offsets of a consumer group; either all of it is committed, or nothing.
 *
 *	struct client settings = { .timeout = …, … };
 *	client_configure(&settings, &sources, transactions_settings, &err);
 *	transactions_open(&t, &settings, "sml-group-1", timeout, &err);
 *	transactions_send(&t, &message, &err);			(begins one)
 *	transactions_offsets(&t, offsets, group, &err);
 *	transactions_commit(&t, &err);
 *
 * A call waits up to the client's timeout, but ends when the client's stopped returns true.
 *
 * What the caller must do after an answer:
 *
 *	DONE		nothing
 *	ABORTED		nothing of the transaction was committed: call transactions_renew,
 *			and continue from the offsets that the broker has (committed.h)
 *	AWAY		the same; but after a commit, all of it may have been committed:
 *			the broker's offsets show that.  err->unreachable is set, unless
 *			stopped ended the wait
 *	TIMED_OUT	the same as for ABORTED: the broker itself ended the transaction,
 *			because it was open for longer than its time-out.  A member of a
 *			group must first make sure that it is still a member
 *	FENCED		end: a newer producer has this transactional.id, or the group has
 *			given our partitions to another member
 *	FATAL		end: a setting, a right, or the broker is wrong
 *
 * err says why in all cases but DONE.
 */
enum transaction_answer {
	TRANSACTION_DONE,
	TRANSACTION_ABORTED,
	TRANSACTION_AWAY,
	TRANSACTION_TIMED_OUT,
	TRANSACTION_FENCED,
	TRANSACTION_FATAL
};

enum { TRANSACTIONS_TOPICS = 64, OFFSET_METADATA_MOST = 4096 };

struct transactions {
	/* Callers may read these. */
	bool begun;	   /* a transaction is open */
	uint64_t messages; /* messages in the transaction */
	uint32_t waiting;  /* how many messages are not acknowledged */
	int64_t waited;	   /* ns: how long calls have waited for room; callers may reset it */
	uint64_t late;	   /* how many producers were replaced because an answer was late */
	struct client client; /* the producer */

	/* For a test: keeps a producer even if its requests may still arrive. */
	bool unguarded;

	/* The rest is private to transactions.c. */
	struct client settings; /* each producer gets a copy of it */
	int64_t timeout;	/* ns: how long a transaction may be open */
	int64_t since;		/* monotonic ns: when the transaction was begun */
	int64_t heard;		/* monotonic ns: when a broker last acknowledged something */
	uint64_t waiting_bytes;
	struct err refused; /* why the first refused message was refused; no text: none was */
	rd_kafka_topic_t *topic[TRANSACTIONS_TOPICS];
	size_t topics;
	struct late_answers answers;
};

/* The settings of librdkafka that the configured client must have. */
extern const struct client_setting transactions_settings[];

/*
 * Makes the producer, and waits until it owns the transactional.id: if an earlier producer
 * left a transaction open, it is aborted; if that producer had begun to commit it, it is
 * committed. settings must be configured and not started; they are copied.  timeout: ns, how
 * long a transaction may be open, at least 1 s; the broker refuses more than its
 * transaction.max.timeout.ms (15 min).  Call transactions_close after any answer; it accepts
 * all zeroes, and aborts an open transaction.
 */
enum transaction_answer transactions_open(struct transactions *, const struct client *settings,
    const char *id, int64_t timeout, struct err *);
void transactions_close(struct transactions *);

/*
 * Frees the producer, and with it an open transaction; makes a new one as transactions_open
 * does.
 */
enum transaction_answer transactions_renew(struct transactions *, struct err *);

/*
 * Sends a copy of a message; the first message begins a transaction.  Waits while 40,000
 * messages or 4 MiB are not acknowledged.  If a broker refuses a message, this or a later call
 * answers ABORTED; err has the message's number in the transaction, from 1.  Brokers refuse
 * whole batches, so another message of the batch may be at fault.
 */
enum transaction_answer transactions_send(struct transactions *, const struct message *,
    struct err *);

/*
 * Adds to the transaction offsets to commit for the group, each with up to
 * OFFSET_METADATA_MOST bytes of metadata; begins a transaction if none is open.  group: for a
 * member of the group from rd_kafka_consumer_group_metadata, for a group without members from
 * rd_kafka_consumer_group_metadata_new.  Both arguments are borrowed.
 */
enum transaction_answer transactions_offsets(struct transactions *,
    const rd_kafka_topic_partition_list_t *, const rd_kafka_consumer_group_metadata_t *group,
    struct err *);

/*
 * Commit the transaction; abort it (but after any answer other than DONE, call
 * transactions_renew instead).  If no transaction is open they answer DONE.
 *
 * librdkafka repeats a request that was not answered in time.  The first request may still be
 * under way, and could then end the next transaction half-way (KIP-890).  So if an answer is
 * missing, the next transaction gets a new producer: brokers refuse late requests of the old
 * one.
 */
enum transaction_answer transactions_commit(struct transactions *, struct err *);
enum transaction_answer transactions_abort(struct transactions *, struct err *);

/* Takes acknowledgements that have come, and waits up to ms for one.  Call it regularly. */
void transactions_serve(struct transactions *, int ms);

#endif
