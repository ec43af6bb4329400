/*
 * merge: several sources, each in an order of its own, become one in the order of time.
 *
 * A tournament over the first record of each source, by (time, topic, partition, offset): of
 * equal times the topic decides by its bytes, then the partition and the offset, and where all
 * are equal the lower number of the source. While a source is waited for, nothing goes out:
 * its next record could be the first. A source out of order keeps its order; a record of it
 * that comes too late goes out next.
 *
 * To hand out a record and know the next one costs log2(sources) comparisons.
 */
#ifndef SML_MERGE_H
#define SML_MERGE_H

#include <stddef.h>
#include <stdint.h>

struct merge_key {
	int64_t time;	   /* of any unit, the same for all sources */
	const char *topic; /* borrowed for as long as the key is in use; NULL: none */
	size_t topic_len;
	int32_t partition;
	int64_t offset;
};

enum merge_event {
	MERGE_RECORD, /* this source's record is the first of all */
	MERGE_WAIT,   /* this source is waited for, the lowest of those */
	MERGE_NOTHING /* no source has a record, none is waited for */
};

/* All zeroes is a merge of no sources. */
struct merge {
	struct merge_source *source;
	uint32_t *winner; /* of the match at each node; those of node n are 2n, 2n + 1 */
	uint32_t count, leaves;
};

/*
 * Starts with sources 0 to count - 1, each of which is waited for; whatever the merge was
 * before is gone. Returns 0, or -1 (ENOMEM) with no sources.
 */
int merge_open(struct merge *, uint32_t count);
void merge_free(struct merge *);

/*
 * Say what is known of a source now: merge_put, its next record; merge_wait, that its next
 * record is waited for; merge_pass, that nobody waits for it, because the source is at its end
 * or was idle for too long. It comes back by a put or a wait.
 */
void merge_put(struct merge *, uint32_t source, const struct merge_key *);
void merge_wait(struct merge *, uint32_t source);
void merge_pass(struct merge *, uint32_t source);

/*
 * Finds the first source. After MERGE_RECORD hand its record out, then call one of the three
 * above for what comes next in it.
 */
enum merge_event merge_first(const struct merge *, uint32_t *source);

#endif
