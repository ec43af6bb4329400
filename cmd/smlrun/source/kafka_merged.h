#ifndef SML_KAFKA_MERGED_H
#define SML_KAFKA_MERGED_H

#include "kafka/merge.h"
#include "source/kafka_partition.h"

/*
 * Several partitions, read as one in the order of (time, partition, offset), as by smlkafka
 * consume --merge.
 *
 * A partition with an end (-e) is waited for until that is reached: so the order depends on the
 * messages alone.  A partition without an end is waited for only for some time, so the order also
 * depends on when messages come.
 *
 * With names_copies a line {"$sml":"copy","id":N} says that the Nth partition, from 0, has those
 * that follow.
 *
 * Messages that are read again come in the same order, whatever has arrived since: each partition
 * then ends at its committed place, and what comes after the first n messages of a merge does not
 * change their order.
 */
struct kafka_merged {
	struct kafka_reader *reader; /* borrowed */
	int64_t wait;		     /* ns: how long to wait for a partition without an end */
	bool names_copies;	     /* say in the lines which partition they are of */
	struct merged_partition *part; /* ascending by number; malloc'ed */
	size_t count;
	struct source_place place; /* of the next line; kafka_merged_mark fills in each */
	struct partition_places *places; /* the list that owns places in partitions */

	/* The rest is private to kafka_merged.c. */
	struct merge merge;
	uint64_t again; /* records before this one are read again */
	uint32_t copy;	/* the number of the partition that was said last, from 0 */
	struct out lines;
	struct kafka_partition *bad; /* whose next message is bad; NULL: none */
};

struct merged_partition {
	struct kafka_partition partition;
	int64_t since; /* monotonic ns: no message since */
	bool idle;     /* for too long: no longer waited for */
};

int kafka_merged_open(struct kafka_merged *, struct kafka_reader *, const int32_t *numbers,
    size_t count, int64_t wait, struct err *);
void kafka_merged_close(struct kafka_merged *);

/*
 * Begins to read at a place, in each partition.  last: up to where messages were read before; the
 * place itself if none were.
 */
int kafka_merged_start(struct kafka_merged *, const struct source_place *,
    const struct source_place *last, struct err *);

/* These do what task_source.h says. */
enum source_event kafka_merged_next(struct kafka_merged *, uint64_t most, const char **lines,
    size_t *n, struct err *);
int kafka_merged_mark(struct kafka_merged *, struct source_place *, struct err *);
void kafka_merged_reject(struct kafka_merged *, struct out *);
void kafka_merged_skip(struct kafka_merged *);

/* Returns whether two places are after the same messages. */
bool kafka_merged_is_at(const struct source_place *a, const struct source_place *b);

/*
 * Returns the partition with the next message; NULL: none came.  Afterwards nothing can be read.
 */
const struct kafka_partition *kafka_merged_find_next(struct kafka_merged *);

#endif
