#ifndef SML_CONSUME_H
#define SML_CONSUME_H

#include "cli/stream/output.h"
#include "cli/kafka/brokers.h"
#include "kafka/message.h"
#include "kafka/payload.h"
#include "consume/source.h"
#include "kafka/merge.h"
#include "kafka/position.h"
#include "kafka/statistics.h"

/*
 * smlkafka consume from within: what its files share, from the ground up.  A
 * file calls those above it in this list, and none below:
 *
 *	sink.c		what is written, and stored when it is; the run's failure
 *	fetch.c		how much librdkafka fetches ahead
 *	range.c		from where to where each partition is read
 *	partitions.c	partitions begin to be read, pause, and end
 *	take.c		a message becomes a line, or a reject
 *	merged.c	--merge: messages of several partitions in order
 *	membership.c	the group that shares the partitions
 *	counts.c	--stats and --metrics
 *	consume.c	options, the loop
 *
 * The order of effects is a promise: nothing is committed that was not written
 * ("written": write(2) took it; nothing is synced to disk).  It rests on
 * enable.auto.offset.store=false in fetch.c: librdkafka commits only positions
 * that we store.
 *
 *	1. take_message puts a line into the output's buffer, or a reject beside
 *	   it, and moves the position of its source.
 *	2. sink_push writes them.
 *	3. When all of them are written, and only then, it stores the positions in
 *	   librdkafka; nothing else does, but sink_forget takes some back.
 *	4. librdkafka commits the stored positions: every second, and when
 *	   membership.c asks, before partitions are given up and at the end.
 */

struct consume_options {
	struct common common;
	struct broker_options brokers;
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
	bool failed; /* the run is over, and its message is written */
	struct payload payload;
	struct sources sources;

	rd_kafka_queue_t *queue; /* where messages come, unless merged */
	size_t full;		 /* messages in a queue at which librdkafka stops fetching */
	size_t full_bytes;	 /* or bytes */
	size_t most;		 /* messages in it since librdkafka was woken */

	struct merge merge;
	struct lookahead *ahead; /* by source */
	uint32_t merged;	 /* how many sources these are */

	/*
	 * With a group: the group's offset in each partition when we joined.  Without a
	 * group: the number of partitions of each topic that is read whole.
	 */
	rd_kafka_topic_partition_list_t *known;
	int64_t watched; /* monotonic ns: when they were counted */
	int64_t watch;	 /* ns: how often they are */
	bool assigned;	 /* the group has said what is ours, perhaps nothing */
	bool leaving;	 /* we leave the group: everything is committed */
	/* What the group asks for; RD_KAFKA_RESP_ERR_NO_ERROR: nothing, or it is done. */
	rd_kafka_resp_err_t asked;
	rd_kafka_topic_partition_list_t *asked_of;

	uint64_t fetched, fetched_bytes; /* messages, bytes of their values */
	uint64_t records, bytes;
	double queued, lag; /* messages */
	struct statistics statistics;
	struct stat_row rows[CONSUME_COUNTS];
};

/* sink.c */

/* Ends the run, and reports why, once. */
void sink_fail(struct consume *, const struct err *);

/*
 * Writes as much of the output as the system takes without waiting.  Returns false if some is
 * left; if nothing is left, stores the positions of the sources.
 */
bool sink_push(struct consume *);

/*
 * Forgets the positions in a topic that was deleted, or replaced by a new one of its name, so
 * that none is committed into the new topic.
 */
void sink_forget(struct consume *, const char *topic);

/* fetch.c */

/* Fills own with the settings of librdkafka that consuming needs, ended by NULL. */
enum { CONSUME_SETTINGS = 24 };
void fetch_settings(const struct consume *, struct client_setting own[CONSUME_SETTINGS]);

/* Decides how much a queue may hold; call it after brokers_configure. */
void fetch_configure(struct consume *);

/*
 * Divides what all queues may hold among the partitions: with --merge each has a queue of its
 * own.  Asks the brokers; call it before client_start.
 */
int fetch_share(struct consume *, struct err *);

/*
 * Returns how many messages to take in one call: `most`, or as many as hold about `bytes`
 * bytes if that is less.  The messages taken, and their lines, need memory in addition to the
 * queues.
 */
size_t fetch_batch(const struct consume *, size_t most, size_t bytes);

/*
 * Has librdkafka go on fetching if it stopped because the queue was full; call it after
 * each batch.  source: whose queue it is, or NULL for the common one.  most: the most
 * messages in it since librdkafka was woken.
 */
void fetch_on(struct consume *, const struct source *, size_t *most);

/* range.c */

/*
 * Finds which partitions there are, and what the group has committed in them; call it
 * before the group is joined.  Partitions that appear later are read from their
 * beginning.
 */
int range_know(struct consume *, const rd_kafka_topic_partition_list_t *, struct err *);

/*
 * Begins the sources of these partitions (source_begin): from the offset in the list
 * (the group's, or that of -o) up to the end that -e and --until give.  Asks each
 * broker once, for all its partitions.
 */
int range_begin(struct consume *, rd_kafka_topic_partition_list_t *, struct err *);

/* partitions.c */

/* Start and stop fetching every source, without a group. */
int partitions_start(struct consume *, struct err *);
void partitions_stop(struct consume *);

/*
 * With a group: forwards its messages to our own queue, or with --merge to a queue for each
 * partition.  The group's queue then holds only events.
 */
void partitions_forward(struct consume *);

/* Pauses sources that are done, and resumes those that are not, after a rebalance. */
void partitions_pause(struct consume *);

/* Gives up all sources. */
void partitions_leave(struct consume *);

/*
 * Returns whether a topic is gone: deleted, or recreated and shorter than what was read
 * of it (librdkafka 2.0.2 knows topics only by name).  Reports it and forgets its
 * positions (sink_forget).  Asks the brokers, for up to a second.
 */
bool partitions_check(struct consume *);

/*
 * Warns, without a group, if a topic that is read whole has got new partitions; call it now
 * and then.
 */
void partitions_watch(struct consume *);

/* take.c */

/*
 * Handles what came from a queue, if it is an event, an error or a message that is not
 * wanted.  Returns false if it is a message to be written.
 */
bool take_event(struct consume *, const rd_kafka_message_t *);

/* Writes a message, or refuses it. */
void take_message(struct consume *, const rd_kafka_message_t *);

/* merged.c: --merge, in place of the one queue. */

/* Begin and end merging when partitions are assigned or revoked; what was read ahead is dropped. */
int merged_open(struct consume *, struct err *);
void merged_close(struct consume *);

/* Writes messages that are known to be first, up to a batch.  Returns how many. */
size_t merged_take(struct consume *);

/* Waits, at most ms, until more may be known. */
void merged_await(struct consume *, int ms);

/* membership.c */

/* Prepare and join the group, after brokers_configure. */
void membership_configure(struct consume *);
int membership_open(struct consume *, struct err *);

/*
 * Serves the group for up to ms, and does what it asks.  Returns anything else that came,
 * for take_event, or NULL; the caller destroys it.
 */
rd_kafka_message_t *membership_serve(struct consume *, int ms);

/* Commits and leaves the group, in bounded time even if no broker answers. */
void membership_close(struct consume *);

/* counts.c */

/* Makes the rows of --stats and --metrics; call it before client_start. */
void counts_configure(struct consume *);

/* Sets their last values. */
void counts_close(struct consume *);

#endif
