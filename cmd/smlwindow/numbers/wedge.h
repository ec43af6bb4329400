/*
 * wedge: the least or the greatest value of a sliding window, in amortised constant time.
 *
 * Only those entries are kept that can still become the extreme: each is more extreme than
 * all that came after it, so the front is the answer. A struct of zero bytes is an empty
 * window that keeps the least value; set `greatest` before the first push for the other
 * direction. Memory: 24 bytes, and 16 a kept entry in a ring that grows by doubling and is
 * never reallocated while the window keeps its size.
 */
#ifndef SML_WEDGE_H
#define SML_WEDGE_H

#include <stdbool.h>
#include <stdint.h>

struct wedge_entry {
	uint64_t sequence;
	double value;
};

struct wedge {
	struct wedge_entry *ring;
	uint32_t head;	   /* where in the ring the front stands */
	uint32_t count;	   /* entries kept */
	uint32_t capacity; /* a power of two, or 0 */
	bool greatest;	   /* keep the greatest value instead of the least */
};

/*
 * Adds a value that is no NaN. The sequence must be higher than that of every push before.
 * Returns 0, or -1 (ENOMEM) with the wedge as it was.
 */
int wedge_push(struct wedge *wedge, uint64_t sequence, double value);

/*
 * Adds a value that comes late: with a sequence that is not higher than all before it. Returns
 * 0, or -1 (ENOMEM) with the wedge as it was.
 */
int wedge_insert(struct wedge *wedge, uint64_t sequence, double value);

/*
 * Forgets every entry whose sequence is below the one given.
 */
void wedge_evict(struct wedge *wedge, uint64_t sequence);

/*
 * Returns the extreme of the window, or NULL where it is empty. Borrowed until the next
 * push, evict or free.
 */
const struct wedge_entry *wedge_front(const struct wedge *wedge);

/*
 * Returns the kept entry at index < count, the front being 0: for saving. Pushing the
 * entries in this order builds an equal wedge. Borrowed as that of wedge_front.
 */
const struct wedge_entry *wedge_at(const struct wedge *wedge, uint32_t index);

/*
 * Frees the entries; the wedge is empty, its direction stays.
 */
void wedge_free(struct wedge *wedge);

#endif
