#ifndef SML_SOURCE_H
#define SML_SOURCE_H

#include <librdkafka/rdkafka.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A partition that is read: where it ends, and how far it was written.
 *
 * The end (E of smlkafka(1)) is fixed when the partition is first ours and
 * stays through rebalances, so that a run against a busy topic ends.  Nothing
 * from it on is taken.  Whoever has seen everything before it is done with the
 * partition and commits the end itself, which may be after the last message:
 * transaction markers and what compaction removed have offsets too.
 */
#define SOURCE_ENDLESS INT64_MAX

struct source {
	char *topic;
	int32_t partition;
	bool ours;	  /* assigned to us now */
	bool done;	  /* everything before end was taken */
	bool paused;	  /* in librdkafka, which remembers it through rebalances */
	bool dirty;	  /* position is to be stored once all is written */
	bool gone;	  /* it is none of the partition's: never stored */
	int64_t position; /* after the last message that was taken */
	int64_t end;
	uint32_t number;	  /* among sources */
	rd_kafka_topic_t *handle; /* without a group */
	rd_kafka_queue_t *queue;  /* of its own, when merged */
};

/* All zeroes is none.  Sources stay where they are until they are freed. */
struct sources {
	struct source **source;
	uint32_t count, room;
	uint32_t open; /* ours and not done */
	uint32_t ours;
	/* The one that was found last, and of which topic: they come in runs. */
	struct source *last;
	const rd_kafka_topic_t *last_topic;
};

/* The source of a partition, made where there is none (NULL: out of memory). */
struct source *sources_get(struct sources *, const char *topic, int32_t partition);

/* The source that a message is from, or NULL: one that nobody asked for. */
struct source *sources_of(struct sources *, const rd_kafka_message_t *);

/* Is it a partition of this topic? */
bool source_is_of(const struct source *, const char *topic);

void sources_free(struct sources *);

/*
 * It is ours, read from position on to end (SOURCE_ENDLESS: no end).  An end
 * that it had before stays.  stored: the group has that position already.
 */
void source_begin(struct sources *, struct source *, int64_t position, int64_t end,
    bool stored);

/* It is no longer ours: what was not stored is the next owner's. */
void source_leave(struct sources *, struct source *);

/*
 * A message of this offset (whether delivered or refused is no matter): may it
 * be taken?  One at the end or after it may not, and shows that we are done.
 */
bool source_admits(struct sources *, struct source *, int64_t offset);

/* It was taken. */
void source_take(struct sources *, struct source *, int64_t offset);

/*
 * There is nothing before this offset that was not handed out: it is the
 * position now, so that what has no message is not read again.
 */
void source_reach(struct sources *, struct source *, int64_t offset);

/* Nothing from this offset on is wanted. */
void source_cut(struct sources *, struct source *, int64_t offset);

#endif
