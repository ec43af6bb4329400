#ifndef SML_KAFKA_MERGED_H
#define SML_KAFKA_MERGED_H

#include "kafka/merge.h"
#include "source/kafka_partition.h"

/*
 * Several partitions, read as one in the order of (time, partition, offset), as smlkafka consume
 * --merge writes them.
 *
 * A partition that has an end is waited for until that is reached: then the order is that of
 * the messages, and the same each time.  One without an end is waited for at most so long, and
 * the order depends on when messages come.
 *
 * With names_copies a line {"$sml":"copy","id":N} says that the Nth partition, from 0, has those
 * that follow.
 *
 * What is read again has the same order, whatever has come since: each partition then ends where
 * it was committed, and to leave out of a merge what comes after its first n changes nothing
 * in those.
 */
struct kafka_merged {
	struct kafka_reader *reader;   /* borrowed */
	int64_t wait;		       /* ns: for a partition without an end */
	bool names_copies;	       /* say in the lines which partition they are of */
	struct merged_partition *part; /* ascending by number; malloc'ed */
	size_t count;
	struct source_place place; /* of the next line; in each: kafka_merged_mark */
	struct partition_places
	    *places; /* those made here, and by whoever sets where to begin */

	/* What follows is kafka_merged.c's own. */
	struct merge merge;
	uint64_t again; /* records before this one are read again */
	uint32_t copy;	/* the number of the partition that was said last, from 0 */
	struct out lines;
	struct kafka_partition *bad; /* whose next message is; NULL: none */
};

struct merged_partition {
	struct kafka_partition partition;
	int64_t since; /* monotonic ns: without a message */
	bool idle;     /* for so long that it is waited for no more */
};

int kafka_merged_open(struct kafka_merged *, struct kafka_reader *, const int32_t *numbers,
    size_t count, int64_t wait, struct err *);
void kafka_merged_close(struct kafka_merged *);

/*
 * Begins to read at a place, in each partition.  last: where what is read again ends; the place
 * itself if nothing is.
 */
int kafka_merged_start(struct kafka_merged *, const struct source_place *,
    const struct source_place *last, struct err *);

/* These do what task_source.h says. */
enum source_event kafka_merged_next(struct kafka_merged *, uint64_t most, const char **lines,
    size_t *n, struct err *);
int kafka_merged_mark(struct kafka_merged *, struct source_place *, struct err *);
void kafka_merged_reject(struct kafka_merged *, struct out *);
void kafka_merged_skip(struct kafka_merged *);

/* Returns whether places are after the same messages. */
bool kafka_merged_is_at(const struct source_place *a, const struct source_place *b);

/* Finds the message that is next, and its partition; NULL: none came.  Nothing is read after. */
const struct kafka_partition *kafka_merged_find_next(struct kafka_merged *);

#endif
