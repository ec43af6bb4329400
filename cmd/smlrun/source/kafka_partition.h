#ifndef SML_KAFKA_PARTITION_H
#define SML_KAFKA_PARTITION_H

#include "base/out.h"
#include "source/kafka_reader.h"
#include "source/source_event.h"
#include "source/source_place.h"

/* A partition, read as lines in the same format as by smlkafka consume. */
struct kafka_partition {
	struct kafka_reader *reader; /* borrowed */
	int32_t number;
	struct source_place place; /* of the next line */

	/* The first offsets that must not be read; INT64_MAX: none. */
	int64_t end;   /* by -e */
	int64_t limit; /* in a search for a bad record, and after it */
	int64_t again; /* up to where messages are read again (kafka_merged.h) */

	/* The rest is private to kafka_partition.c. */
	rd_kafka_topic_t *handle;
	rd_kafka_queue_t *queue;
	struct out lines;	  /* handed out last; never written to a descriptor */
	rd_kafka_message_t *head; /* the next message */
	rd_kafka_message_t *last, *bad;
	struct err why;	 /* of the bad message */
	size_t bad_byte; /* in its value, from 1; 0: not known */
	size_t queued;	 /* most messages fetched ahead since librdkafka was woken */
	int64_t seen;	 /* all messages before this offset have come */
};

int kafka_partition_open(struct kafka_partition *, struct kafka_reader *, int32_t number,
    struct err *);
void kafka_partition_close(struct kafka_partition *);

/* The same for a partition without lines of its own, for kafka_partition_take. */
void kafka_partition_begin(struct kafka_partition *, struct kafka_reader *, int32_t number);

/*
 * Begins to read at a place, the first time or again.  In a group, kafka_reader_answer must
 * follow, with this place's offset in its list.
 */
int kafka_partition_start(struct kafka_partition *, const struct source_place *, struct err *);
void kafka_partition_stop(struct kafka_partition *);

/* Sets the limit to what was read; with_bad: and to the bad message that is next. */
void kafka_partition_limit(struct kafka_partition *, bool with_bad);

/*
 * Checks, with a reader of peek.h, that the partition still is the one of these places: the
 * message before last is the same, and none after snapshot was deleted.
 */
int kafka_partition_check(struct client *reader, const char *topic, int32_t partition,
    const struct source_place *snapshot, const struct source_place *last, struct err *);

/* Has the partition an end?  Has reading reached it? */
bool kafka_partition_has_end(const struct kafka_partition *);
bool kafka_partition_is_over(const struct kafka_partition *);

/*
 * Looks for the next message, and waits up to ms for it.  Returns 1: head is that message; 0:
 * there is none now, or the partition is over; -1 with err.
 */
int kafka_partition_fetch(struct kafka_partition *, int ms, struct err *);

/*
 * Appends the message that fetch has found to lines, or keeps it as the bad message.  Returns -1
 * with err if memory is short.
 */
int kafka_partition_take(struct kafka_partition *, struct out *lines, struct err *);

/* Notes the offset, time and hash of the message that was taken last, and frees it. */
void kafka_partition_remember(struct kafka_partition *);

/* Wakes librdkafka to fetch more: call it after some messages have been taken. */
void kafka_partition_fetch_on(struct kafka_partition *);

/* Hands out the bad message that is next: SOURCE_BAD. */
enum source_event kafka_partition_bad(const struct kafka_partition *, const char **text,
    size_t *n, struct err *);

/* These do what task_source.h says. */
enum source_event kafka_partition_next(struct kafka_partition *, uint64_t most,
    const char **lines, size_t *n, struct err *);
void kafka_partition_mark(struct kafka_partition *, struct source_place *);

/*
 * Sets the place to the offset of the next message, which was read once: transactions leave
 * offsets without a message.  The message is not handed out, and afterwards nothing can be read.
 */
void kafka_partition_find_next(struct kafka_partition *);

/* Handles the bad message that is next: appends its envelope with the reason; skips it. */
void kafka_partition_reject(struct kafka_partition *, struct out *);
void kafka_partition_skip(struct kafka_partition *);

#endif
