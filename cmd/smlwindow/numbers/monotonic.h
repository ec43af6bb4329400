/*
 * monotonic: the least or the greatest value of a sliding window, in amortised constant time,
 * by a monotonic queue.
 *
 * The queue has only entries that can still become the extreme: each is more extreme than all
 * that came after it, so the front is the result.  A struct of zero bytes is an empty window
 * that keeps the least value; set `greatest` before the first push to keep the greatest.
 * Memory: 32 bytes, and 16 for each entry.
 */
#ifndef SML_MONOTONIC_H
#define SML_MONOTONIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ring.h"

struct monotonic_entry {
	uint64_t sequence;
	double value; /* a number, held (number.h) */
};

struct monotonic {
	struct ring ring; /* struct monotonic_entry, the extreme first */
	bool greatest;	  /* keep the greatest value instead of the least */
};

/*
 * Adds a number (number.h).  The sequence must be higher than in every earlier push.  Returns
 * 0; or -1 (ENOMEM), and the queue is unchanged.
 */
int monotonic_push(struct monotonic *queue, uint64_t sequence, double value);

/*
 * Adds a value that comes late: its sequence may be lower than in earlier pushes.  Returns 0;
 * or -1 (ENOMEM), and the queue is unchanged.
 */
int monotonic_insert(struct monotonic *queue, uint64_t sequence, double value);

/*
 * Removes every entry whose sequence is below this one.
 */
void monotonic_evict(struct monotonic *queue, uint64_t sequence);

/*
 * Returns the extreme of the window, or NULL if it is empty.  It is borrowed until the next
 * push, evict or free.
 */
const struct monotonic_entry *monotonic_front(const struct monotonic *queue);

/* Frees the entries and leaves the queue empty; greatest does not change. */
void monotonic_free(struct monotonic *queue);

#endif
