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
 * What the files of smlkafka consume share, from the ground up.  A
 * file calls only files above it in this list:
 *
 *	sink.c		writes lines, and stores their positions; the run's failure
 *	fetch.c		how much librdkafka fetches ahead
 *	range.c		where reading of each partition starts and ends
 *	partitions.c	starts to read partitions, pauses them, and ends them
 *	take.c		makes a message a line, or a reject
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
	int carried; /* of "model"; -1: nothing is carried */
};

enum { CONSUME_COUNTS = 12 };

struct consume {
	struct consume_options options;
	struct position from, until;
	struct client client;
	struct output output;
	bool failed; /* the run is over, and the reason was reported */
	struct payload payload;
	struct sources sources;

	rd_kafka_queue_t *queue; /* where messages come, unless merged */
	size_t full;		 /* messages in a queue at which librdkafka stops fetching */
	size_t full_bytes;	 /* or bytes */
	size_t most;		 /* most messages in it since librdkafka was last woken */

	struct merge merge;
	struct lookahead *ahead; /* by source */
	uint32_t merged;	 /* how many sources are merged */

	/*
	 * With a group: the group's offset in each partition when we joined.  Without a
	 * group: the number of partitions of each topic that is read whole.
	 */
	rd_kafka_topic_partition_list_t *known;
	int64_t watched; /* monotonic ns: when these partitions were last counted */
	int64_t watch;	 /* ns: how often to count them */
	bool assigned;	 /* the group has said what is ours, perhaps nothing */
	bool leaving;	 /* we are leaving the group: everything is committed */
	/*
	 * What the group asks for (RD_KAFKA_RESP_ERR_NO_ERROR: nothing, or it is done), and
	 * for which partitions.
	 */
	rd_kafka_resp_err_t asked;
	rd_kafka_topic_partition_list_t *asked_of;

	uint64_t fetched, fetched_bytes; /* messages, bytes of their values */
	uint64_t records, bytes;
	double queued, lag; /* messages */
	struct statistics statistics;
	struct stat_row rows[CONSUME_COUNTS];
};

/* sink.c */

/* Ends the run, and reports why.  Only the first call reports. */
void sink_fail(struct consume *, const struct err *);

/*
 * Writes as much of the output as the system takes without waiting.  Returns false if some
 * output is left; if none is left, stores the positions of the sources.
 */
bool sink_push(struct consume *);

/*
 * Forgets the positions in a topic that was deleted, or replaced by a new topic of the same
 * name, so that they are not committed for the new topic.
 */
void sink_forget(struct consume *, const char *topic);

/* fetch.c */

/* Fills own with the settings of librdkafka that consuming needs, ended by NULL. */
enum { CONSUME_SETTINGS = 24 };
void fetch_settings(const struct consume *, struct client_setting own[CONSUME_SETTINGS]);

/* Decides how much a queue may hold.  Call it after brokers_configure. */
void fetch_configure(struct consume *);

/*
 * Divides the limit of all queues among the partitions: with --merge each partition has its
 * own queue.  Asks the brokers.  Call it before client_start.
 */
int fetch_share(struct consume *, struct err *);

/*
 * Returns how many messages to take in one call: `most`, or as many as hold about `bytes`
 * bytes if that is less.  The messages taken, and their lines, need memory in addition to the
 * queues.
 */
size_t fetch_batch(const struct consume *, size_t most, size_t bytes);

/*
 * Has librdkafka continue to fetch if it stopped because the queue was full.  Call it after
 * each batch.  source: the source that has the queue; NULL: the common queue.  most: the most
 * messages in the queue since librdkafka was last woken.
 */
void fetch_on(struct consume *, const struct source *, size_t *most);

/* range.c */

/*
 * Finds which partitions exist, and which offsets the group has committed in them.  Call it
 * before the group is joined.  Partitions that appear later are read from their beginning.
 */
int range_know(struct consume *, const rd_kafka_topic_partition_list_t *, struct err *);

/*
 * Starts the sources of these partitions (source_begin): from the offset in the list (the
 * group's offset, or the offset of -o) up to the end that -e and --until give.  Asks each
 * broker once, for all its partitions.
 */
int range_begin(struct consume *, rd_kafka_topic_partition_list_t *, struct err *);

/* partitions.c */

/* These start and stop the fetching of every source; only without a group. */
int partitions_start(struct consume *, struct err *);
void partitions_stop(struct consume *);

/*
 * With a group, forwards its messages to our own queue or, with --merge, to a queue for each
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
 * Without a group, warns if a topic that is read whole has got new partitions.  Call it from
 * time to time.
 */
void partitions_watch(struct consume *);

/* take.c */

/*
 * Handles what came from a queue if it is an event, an error or an unwanted message.  Returns
 * false if it is a message that must be written.
 */
bool take_event(struct consume *, const rd_kafka_message_t *);

/* Writes the line of a message, or refuses the message. */
void take_message(struct consume *, const rd_kafka_message_t *);

/* merged.c: --merge, in place of the one queue. */

/*
 * These start and end merging, when partitions are assigned or revoked.  What was read ahead
 * is dropped.
 */
int merged_open(struct consume *, struct err *);
void merged_close(struct consume *);

/*
 * Writes messages that are known to be next in the order, up to a batch.  Returns how many
 * were written.
 */
size_t merged_take(struct consume *);

/* Waits, at most ms, until more messages may have come. */
void merged_await(struct consume *, int ms);

/* membership.c */

/* The first prepares the group, after brokers_configure; the second joins it. */
void membership_configure(struct consume *);
int membership_open(struct consume *, struct err *);

/*
 * Serves the group for up to ms, and does what it asks.  Returns what else came, for
 * take_event, or NULL.  The caller destroys what is returned.
 */
rd_kafka_message_t *membership_serve(struct consume *, int ms);

/* Commits and leaves the group, in bounded time even if no broker answers. */
void membership_close(struct consume *);

/* counts.c */

/* Makes the rows of --stats and --metrics.  Call it before client_start. */
void counts_configure(struct consume *);

/* Sets the last values of these rows. */
void counts_close(struct consume *);

#endif
