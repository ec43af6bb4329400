#ifndef SML_KAFKA_PARTITION_H
#define SML_KAFKA_PARTITION_H

#include "base/out.h"
#include "source/kafka_reader.h"
#include "source/source_event.h"
#include "source/source_place.h"

/* A partition, read as lines in the format of smlkafka consume. */
struct kafka_partition {
	struct kafka_reader *reader; /* borrowed */
	int32_t number;
	struct source_place place; /* of the next line */

	/* Reading stops before both of these offsets; INT64_MAX: no limit. */
	int64_t end;   /* set by -e */
	int64_t limit; /* set by a search for a bad record; also valid after it */
	int64_t again; /* messages before this offset are read again (kafka_merged.h) */

	/* The members below are private to kafka_partition.c. */
	rd_kafka_topic_t *handle;
	rd_kafka_queue_t *queue;
	struct out lines; /* the lines handed out last; never written to a descriptor */
	rd_kafka_message_t *head; /* the next message */
	rd_kafka_message_t *last, *bad;
	struct err why;	 /* why the bad message is bad */
	size_t bad_byte; /* where: a byte of its value, from 1; 0: not known */
	size_t queued;	 /* most messages fetched ahead since librdkafka was last woken */
	int64_t seen;	 /* all messages before this offset have come */
};

int kafka_partition_open(struct kafka_partition *, struct kafka_reader *, int32_t number,
    struct err *);
void kafka_partition_close(struct kafka_partition *);

/*
 * As kafka_partition_open, but without lines: the caller passes some to kafka_partition_take.
 */
void kafka_partition_begin(struct kafka_partition *, struct kafka_reader *, int32_t number);

/*
 * Starts to read at a place, for the first time or again.  In a group, call
 * kafka_reader_answer next, with this place's offset in asked_of.
 */
int kafka_partition_start(struct kafka_partition *, const struct source_place *, struct err *);
void kafka_partition_stop(struct kafka_partition *);

/*
 * Sets the limit to the messages read so far and, if with_bad is true, the bad message that is
 * next.
 */
void kafka_partition_limit(struct kafka_partition *, bool with_bad);

/*
 * Checks, with a reader of peek.h, that this is still the partition in which these places are:
 * the message before last is the same, and no message after snapshot has been deleted.
 */
int kafka_partition_check(struct client *reader, const char *topic, int32_t partition,
    const struct source_place *snapshot, const struct source_place *last, struct err *);

/*
 * The first returns whether the partition has an end; the second, whether reading has reached
 * it.
 */
bool kafka_partition_has_end(const struct kafka_partition *);
bool kafka_partition_is_over(const struct kafka_partition *);

/*
 * Looks for the next message, and waits up to ms for it.  Returns 1 if head is that message, 0
 * if there is none now or reading has reached the end, or -1 with err.
 */
int kafka_partition_fetch(struct kafka_partition *, int ms, struct err *);

/*
 * Appends the message in head to lines or, if it is bad, makes it the bad message that is
 * next.  Returns -1 with err if memory is short.
 */
int kafka_partition_take(struct kafka_partition *, struct out *lines, struct err *);

/* Notes the offset, time and hash of the message that was taken last, and frees it. */
void kafka_partition_remember(struct kafka_partition *);

/* Wakes librdkafka to fetch more: call it after some messages have been taken. */
void kafka_partition_fetch_on(struct kafka_partition *);

/* Hands out the bad message that is next.  Returns SOURCE_BAD. */
enum source_event kafka_partition_bad(const struct kafka_partition *, const char **text,
    size_t *n, struct err *);

/* These do the same as their namesakes in task_source.h. */
enum source_event kafka_partition_next(struct kafka_partition *, uint64_t most,
    const char **lines, size_t *n, struct err *);
void kafka_partition_mark(struct kafka_partition *, struct source_place *);

/*
 * Moves the place to the offset of the next message, which was read once before: transactions
 * leave offsets without a message.  The message is not handed out, and nothing can be read
 * after this.
 */
void kafka_partition_find_next(struct kafka_partition *);

/*
 * The first appends the envelope of the bad message that is next, with the reason; the second
 * skips that message.
 */
void kafka_partition_reject(struct kafka_partition *, struct out *);
void kafka_partition_skip(struct kafka_partition *);

#endif
