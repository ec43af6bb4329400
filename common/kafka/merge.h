/*
 * merge: several sources, each with an order of its own, become one in the order of time.
 *
 * A tournament over the first record of each source, by (time, topic, partition, offset).
 * Topics are compared by their bytes; if all four are equal, the source with the lower number
 * wins.  While a source is waited for, nothing is handed out, because its next record could be
 * the first.  A source that is not in the order of time keeps its own order: a record that
 * comes too late is handed out next.
 *
 * To hand out a record and find the next one costs log2(sources) comparisons.
 */
#ifndef SML_MERGE_H
#define SML_MERGE_H

#include <stddef.h>
#include <stdint.h>

struct merge_key {
	int64_t time;	   /* in any unit, the same for all sources */
	const char *topic; /* borrowed while the key is in use; NULL: none */
	size_t topic_len;
	int32_t partition;
	int64_t offset;
};

enum merge_event {
	MERGE_RECORD, /* *source has the first record of all */
	MERGE_WAIT,   /* *source must be waited for: the lowest such number */
	MERGE_NOTHING /* no source has a record or must be waited for */
};

/* All zeroes: a merge without sources. */
struct merge {
	struct merge_source *source;
	/* of the match at each node; the children of node n are 2n, 2n + 1 */
	uint32_t *winner;
	uint32_t count, leaves;
};

/*
 * Starts with sources 0 to count - 1, all of them waited for, and forgets earlier sources.
 * Returns 0, or -1 (ENOMEM) with no sources.
 */
int merge_open(struct merge *, uint32_t count);
void merge_free(struct merge *);

/*
 * Set the state of a source.  merge_put: its next record is known.  merge_wait: its next
 * record must be waited for.  merge_pass: it is not waited for, because it is at its end or
 * was idle for too long; a put or a wait brings it back.
 */
void merge_put(struct merge *, uint32_t source, const struct merge_key *);
void merge_wait(struct merge *, uint32_t source);
void merge_pass(struct merge *, uint32_t source);

/*
 * Finds the source that comes first.  After MERGE_RECORD, hand out its record, then call one
 * of the three functions above for its next record.
 */
enum merge_event merge_first(const struct merge *, uint32_t *source);

#endif
