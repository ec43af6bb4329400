#ifndef SML_CONSUME_H
#define SML_CONSUME_H

#include "cli/stream/output.h"
#include "client/client.h"
#include "client/figures.h"
#include "client/position.h"
#include "consume/payload.h"
#include "consume/source.h"
#include "merge.h"

/*
 * smlkafka consume from within: what its files share.
 *
 *	consume.c	options, the loop
 *	intake.c	which partitions are read
 *	membership.c	the group that shares them
 *	bounds.c	from where to where
 *	take.c		a message becomes a line, or a reject
 *	merged.c	--merge
 *	counts.c	--stats and --metrics
 */

#define CONSUME_FORMATS "value|record|envelope"
enum consume_format { CONSUME_VALUE, CONSUME_RECORD, CONSUME_ENVELOPE };

struct consume_options {
	struct common common;
	struct client_options client;
	struct texts topics;
	const char *group, *instance, *from, *until;
	bool ends; /* -e */
	bool merge;
	int64_t merge_wait; /* ns */
	uint64_t count;	    /* 0: no limit */
	int format;
	int carried; /* of "model", -1: nothing */
};

enum { CONSUME_COUNTS = 12 };

struct consume {
	struct consume_options options;
	struct position from, until;
	struct client client;
	struct output output;
	struct payload payload;
	struct sources sources;
	rd_kafka_queue_t *queue; /* where messages come, unless merged */
	bool assigned;		 /* the group has said what is ours, if only nothing */
	bool leaving;		 /* the group: everything is committed */
	bool failed;		 /* and the message is written */
	size_t full;		 /* messages in a queue at which librdkafka stops fetching */
	size_t full_bytes;	 /* or bytes */
	size_t most;		 /* messages in it since librdkafka was woken */
	struct merge merge;
	struct lane *lane; /* by source */
	uint32_t lanes;
	uint64_t fetched, fetched_bytes; /* messages, bytes of their values */
	uint64_t records, bytes;
	double queued, lag; /* messages */
	struct figures figures;
	struct stat_row rows[CONSUME_COUNTS];
};

/* intake.c */

/*
 * How many messages to take at once: most, or as few as hold so many bytes.
 * What was taken, and the lines it becomes, are beside what a queue may hold.
 */
size_t intake_batch(const struct consume *, size_t most, size_t bytes);

/* The settings of librdkafka that consuming needs, in own (ended by NULL). */
enum { CONSUME_SETTINGS = 24 };
void intake_settings(const struct consume *, struct client_setting own[CONSUME_SETTINGS]);

/* After client_configure, before client_start. */
void intake_configure(struct consume *);

/*
 * Before client_start: with --merge each partition has a queue of its own, and
 * gets its share of what all may hold.  Asks the brokers.
 */
int intake_share(struct consume *, struct err *);

/* Joins the group, or starts all partitions. */
int intake_open(struct consume *, struct err *);

/* What was written is what the group may store: call it when all is. */
void intake_store(struct consume *);

/* Partitions that are done need not be fetched; one that is not, after a rebalance, must. */
void intake_retire(struct consume *);

/*
 * After each batch: has librdkafka fetch on where it stopped because the queue
 * was full.  source: whose queue it is, or NULL for the one of all; most: the
 * messages in it since librdkafka was woken.
 */
void intake_refill(struct consume *, const struct source *, size_t *most);

/*
 * Messages come to our own queue, or when merged to one for each partition: the
 * group's holds only what is to be served at once.
 */
void intake_forward(struct consume *);

/* No partition is ours any longer. */
void intake_leave(struct consume *);

/* Commits, leaves the group, stops. */
void intake_close(struct consume *);

/* membership.c */
void membership_configure(struct consume *);
int membership_open(struct consume *, struct err *);

/* Commits and leaves, in bounded time whatever becomes of the brokers. */
void membership_close(struct consume *);

/* take.c */

/*
 * Takes what came off a queue, if it is an event, an error or a message that
 * is not wanted; false: it is one to be written.
 */
bool take_event(struct consume *, const rd_kafka_message_t *);

/* Writes that one, or refuses it. */
void take_message(struct consume *, const rd_kafka_message_t *);

/* counts.c */

/* The rows of --stats and --metrics; before client_start. */
void counts_configure(struct consume *);

/* What stands still at the end. */
void counts_close(struct consume *);

/* merged.c: --merge, in place of the one queue. */

/* Partitions have become ours, or are no longer: what was read ahead is forgotten. */
int merged_open(struct consume *, struct err *);
void merged_close(struct consume *);

/* Writes what can be told to be first, up to a batch; how many messages. */
size_t merged_take(struct consume *);

/* Waits until more may be told, ms at most. */
void merged_await(struct consume *, int ms);

/* The run cannot go on. */
void consume_fail(struct consume *, const struct err *);

/*
 * Has standard output take what it takes at once.  True when nothing is left;
 * the offsets of what was written are stored then.
 */
bool consume_push(struct consume *);

#endif
