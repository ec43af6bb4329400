#ifndef SML_KAFKA_MERGED_H
#define SML_KAFKA_MERGED_H

#include "kafka/merge.h"
#include "source/kafka_partition.h"

/*
 * Several partitions, read as one in the order of (time, partition, offset), as by smlkafka
 * consume --merge.
 *
 * If partitions have ends (-e), the merge waits for each until its end is reached, so the
 * order depends on the messages alone.  For a partition without an end it waits only some
 * time, so the order also depends on when messages arrive.
 *
 * With names_copies, a line {"$sml":"copy","id":N} says that the lines after it are from the
 * Nth partition, counted from 0.
 *
 * Messages that are read again come in the same order, whatever has arrived since: until then
 * each partition ends at its committed place, and the order of the first n messages of a merge
 * does not depend on later ones.
 */
struct kafka_merged {
	struct kafka_reader *reader; /* borrowed */
	int64_t wait;		     /* ns: how long to wait for a partition without an end */
	bool names_copies; /* write lines that name the partition of the next lines */
	struct merged_partition *part; /* ascending by number; malloc'ed */
	size_t count;
	struct source_place place; /* of the next line; kafka_merged_mark fills in each */
	struct partition_places *places; /* the list that owns places in partitions */

	/* The members below are private to kafka_merged.c. */
	struct merge merge;
	uint64_t again; /* records before this one are read again */
	uint32_t copy;	/* the partition that was named last, from 0 */
	struct out lines;
	struct kafka_partition *bad; /* the partition whose next message is bad; NULL: none */
};

struct merged_partition {
	struct kafka_partition partition;
	int64_t since; /* since when no message has come, monotonic ns */
	bool idle;     /* for too long: no longer waited for */
};

int kafka_merged_open(struct kafka_merged *, struct kafka_reader *, const int32_t *numbers,
    size_t count, int64_t wait, struct err *);
void kafka_merged_close(struct kafka_merged *);

/*
 * Starts to read at a place, in each partition.  last: the place up to which messages were
 * read before; the place itself if none were read.
 */
int kafka_merged_start(struct kafka_merged *, const struct source_place *,
    const struct source_place *last, struct err *);

/* These do the same as their namesakes in task_source.h. */
enum source_event kafka_merged_next(struct kafka_merged *, uint64_t most, const char **lines,
    size_t *n, struct err *);
int kafka_merged_mark(struct kafka_merged *, struct source_place *, struct err *);
void kafka_merged_reject(struct kafka_merged *, struct out *);
void kafka_merged_skip(struct kafka_merged *);

/* Returns whether two places are after the same messages. */
bool kafka_merged_is_at(const struct source_place *a, const struct source_place *b);

/*
 * Returns the partition with the next message, or NULL if none came.  Nothing can be read
 * after this.
 */
const struct kafka_partition *kafka_merged_find_next(struct kafka_merged *);

#endif
