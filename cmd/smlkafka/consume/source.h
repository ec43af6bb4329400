#ifndef SML_SOURCE_H
#define SML_SOURCE_H

#include <librdkafka/rdkafka.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A partition that is read: where its reading ends, and how far its lines were written.
 *
 * The end (E of smlkafka(1)) is fixed when the partition is first assigned to us, and stays
 * the same through rebalances, so that a run against a busy topic ends.  Messages at the end
 * or later are not taken.  Once everything before the end was seen, the partition is done, and
 * the end itself is committed.  The end may be after the last message: transaction markers,
 * and messages that compaction removed, have offsets too.
 */
#define SOURCE_ENDLESS INT64_MAX

struct source {
	char *topic;
	int32_t partition;
	bool ours;	  /* assigned to us now */
	bool done;	  /* everything before end was taken */
	bool paused;	  /* in librdkafka, which remembers it through rebalances */
	bool dirty;	  /* position must be stored once all is written */
	bool gone;	  /* the topic was deleted: the position is never stored */
	int64_t position; /* after the last message that was taken */
	int64_t end;
	uint32_t number;	  /* among sources */
	rd_kafka_topic_t *handle; /* without a group */
	rd_kafka_queue_t *queue;  /* its own, when merged */
};

/* All zeroes: there are no sources.  Sources do not move in memory until they are freed. */
struct sources {
	struct source **source;
	uint32_t count, room;
	uint32_t open; /* ours and not done */
	uint32_t ours;
	/* The source found last, and its topic: messages of one source come in runs. */
	struct source *last;
	const rd_kafka_topic_t *last_topic;
};

/* Returns the source of a partition, and makes it if there is none.  NULL: memory is short. */
struct source *sources_get(struct sources *, const char *topic, int32_t partition);

/* Returns the source that a message is from, or NULL if nobody asked for it. */
struct source *sources_of(struct sources *, const rd_kafka_message_t *);

/* Returns whether the source is a partition of this topic. */
bool source_is_of(const struct source *, const char *topic);

void sources_free(struct sources *);

/*
 * Starts a source that was assigned to us: it is read from position to end (SOURCE_ENDLESS: no
 * end).  If the source had an end before, it keeps that.  stored: the group has this position
 * already.
 */
void source_begin(struct sources *, struct source *, int64_t position, int64_t end,
    bool stored);

/*
 * Ends a source that is no longer ours.  The next owner reads the messages after the stored
 * position.
 */
void source_leave(struct sources *, struct source *);

/*
 * Returns whether a message with this offset, delivered or refused, may be taken: whether the
 * source is ours, and the offset is not before its position and is before its end.  An offset
 * at the end or later marks the source as done.
 */
bool source_admits(struct sources *, struct source *, int64_t offset);

/* Moves the position past a message that was taken. */
void source_take(struct sources *, struct source *, int64_t offset);

/*
 * Moves the position to an offset before which no messages are left, so that offsets without a
 * message are not read again.
 */
void source_reach(struct sources *, struct source *, int64_t offset);

/* Ends the source at this offset. */
void source_cut(struct sources *, struct source *, int64_t offset);

#endif
