#ifndef SML_SINK_TOPIC_H
#define SML_SINK_TOPIC_H

#include "base/buf.h"
#include "json/record.h"
#include "kafka/transactions.h"

/* Results as the messages of a topic, in transactions. */
struct sink_topic {
	const struct client *settings; /* configured, not started; borrowed */
	const char *topic, *key;       /* --to-key; NULL: none; both borrowed */

	int32_t partitions; /* of the topic; 0: the sink is none */
	struct transactions transactions;

	/* With a key: what a result is read with. */
	struct fields *fields;
	struct record record;
	int slot;
	struct buf text; /* of the key, with escapes resolved */
};

/*
 * Finds the topic, and opens transactions of this id; timeout in ns.  Any answer but DONE comes
 * with err; sink_topic_close in any case.
 */
enum transaction_answer sink_topic_open(struct sink_topic *, const char *id, int64_t timeout,
    struct err *);
void sink_topic_close(struct sink_topic *);

/*
 * Sends what a pipeline wrote, cut anywhere, as a message a line; line keeps what has no end
 * yet.  partition: of a message without a key.
 */
enum transaction_answer sink_topic_write(struct sink_topic *, struct buf *line,
    int32_t partition, const char *p, size_t n, struct err *);

#endif
