#ifndef SML_TRANSACTIONS_H
#define SML_TRANSACTIONS_H

#include "kafka/late_answers.h"
#include "kafka/message.h"
#include "kafka/settings.h"

/*
 * The transactions of one transactional.id, one after another.  Each holds messages to
 * topics and the offsets of a consumer group; all of it is committed, or none.
 *
 *	struct client settings = { .timeout = …, … };
 *	client_configure(&settings, &sources, transactions_settings, &err);
 *	transactions_open(&t, &settings, "sml-group-1", timeout, &err);
 *	transactions_send(&t, &message, &err);			(begins one)
 *	transactions_offsets(&t, offsets, group, &err);
 *	transactions_commit(&t, &err);
 *
 * A call waits up to the client's timeout, and no longer than until its stopped says so.
 *
 * What an answer asks of the caller:
 *
 *	DONE		nothing
 *	ABORTED		nothing of the transaction is there.  transactions_renew, and go on from
 *			the offsets that the broker has (committed.h)
 *	AWAY		the same; but after a commit, all of it may be there: the broker's
 *			offsets tell.  err->unreachable is set, unless stopped ended the wait
 *	TIMED_OUT	the same as ABORTED: the broker itself ended the transaction, because it
 *			was open for longer than its time-out.  A member of a group first makes
 *			sure that it still is one
 *	FENCED		end: a newer producer has this transactional.id, or the group has given
 *			our partitions to another member
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
	/* May be read. */
	bool begun;	      /* there is a transaction that has not ended */
	uint64_t messages;    /* in it */
	uint32_t waiting;     /* how many of them are not acknowledged */
	uint64_t late;	      /* how many producers were replaced because of a late answer */
	struct client client; /* the producer */

	/* For a test: leaves a producer in use whose requests may still arrive. */
	bool unguarded;

	/* What follows is transactions.c's own. */
	struct client settings; /* every producer is a copy of it */
	int64_t timeout;	/* ns: of a transaction */
	int64_t since;		/* monotonic ns: when it was begun */
	int64_t heard;		/* monotonic ns: when a broker last acknowledged something */
	uint64_t waiting_bytes;
	struct err refused; /* why the first message of it was; no text: none was */
	rd_kafka_topic_t *topic[TRANSACTIONS_TOPICS];
	size_t topics;
	struct late_answers answers;
};

/* The settings of librdkafka that a configured client must have. */
extern const struct client_setting transactions_settings[];

/*
 * Makes the producer and waits until its transactional.id is its own: a transaction that an
 * earlier producer left open is aborted, one that it began to commit is committed.  settings
 * must be configured and not started; it is copied.  timeout: ns, how long a transaction may
 * be open, at least 1 s; the broker refuses what is more than its transaction.max.timeout.ms
 * (15 min).
 * transactions_close after any answer; it accepts all zeroes, and aborts what is open.
 */
enum transaction_answer transactions_open(struct transactions *, const struct client *settings,
    const char *id, int64_t timeout, struct err *);
void transactions_close(struct transactions *);

/*
 * Throws the producer away, with the transaction that it may be in, and makes a new one as
 * transactions_open does.
 */
enum transaction_answer transactions_renew(struct transactions *, struct err *);

/*
 * Sends a copy of a message, the first one in a new transaction.  Waits while 40,000
 * messages or 4 MiB are not acknowledged.  A message that a broker refuses makes this or a later
 * call answer ABORTED; err has its number in the transaction, from 1.  Brokers refuse a batch
 * as a whole, so that another one of it may be to blame.
 */
enum transaction_answer transactions_send(struct transactions *, const struct message *,
    struct err *);

/*
 * Adds the offsets that the group is to have if the transaction is committed, each with up to
 * OFFSET_METADATA_MOST bytes of metadata; begins a transaction if there is none.  group is
 * rd_kafka_consumer_group_metadata of a member, or rd_kafka_consumer_group_metadata_new of a
 * group without members; both are borrowed.
 */
enum transaction_answer transactions_offsets(struct transactions *,
    const rd_kafka_topic_partition_list_t *, const rd_kafka_consumer_group_metadata_t *group,
    struct err *);

/*
 * Commits the transaction, or aborts one that nothing is wrong with (after an answer that is
 * not DONE comes transactions_renew); DONE if there is none.
 *
 * librdkafka repeats a request that was not answered in time.  The first one may still be on
 * its way, and would end the next transaction half way (KIP-890).  If an answer is missing,
 * the next transaction therefore gets a new producer: brokers refuse what comes late from
 * the old one.
 */
enum transaction_answer transactions_commit(struct transactions *, struct err *);
enum transaction_answer transactions_abort(struct transactions *, struct err *);

/* Takes the acknowledgements that are there, and waits up to ms for one: call it now and then. */
void transactions_serve(struct transactions *, int ms);

#endif
