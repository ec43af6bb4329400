#ifndef SML_HEAP_H
#define SML_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A binary heap of items with ranks, the lowest rank first.  All zeroes is an empty heap that
 * is not placed (see below) and takes items of equal rank in any order.
 */
struct heap_entry {
	int64_t rank;
	void *item; /* borrowed: the heap only hands it back */
};

/*
 * An item of a placed heap begins with this, so that the heap can find it.  place is its place
 * in the heap, from 1; 0: it is in no heap.
 */
struct heap_item {
	size_t place;
};

struct heap {
	/* the first is p[0]; the children of p[i] are p[2i+1] and p[2i+2] */
	struct heap_entry *p;
	size_t count, capacity;
	bool placed; /* each item begins with a struct heap_item; set before any push */
	/* If set: returns whether item a comes before item b of the same rank. */
	bool (*before)(const void *a, const void *b);
};

/*
 * Makes room for one more item, so that the next heap_push cannot fail.  Returns 0, or -1 with
 * errno ENOMEM and the heap unchanged.
 */
int heap_reserve(struct heap *heap);

/*
 * Adds an item; in a placed heap it must not be there yet.  O(log n); O(1) if it comes after
 * all others.  Returns 0, or -1 with errno ENOMEM and the heap unchanged.
 */
int heap_push(struct heap *heap, int64_t rank, void *item);

/* Returns the first entry, or NULL; valid until the heap changes. */
static inline const struct heap_entry *
heap_first(const struct heap *heap)
{
	return heap->count == 0 ? NULL : heap->p;
}

/* Changes the rank of the first entry; the heap must not be empty.  O(log n). */
void heap_renew_first(struct heap *heap, int64_t rank);

/* Removes the first entry; the heap must not be empty.  O(log n). */
void heap_pop(struct heap *heap);

/*
 * Add and remove items of a placed heap.  heap_set adds the item, or changes its rank if it is
 * already in the heap; returns 0, or -1 with errno ENOMEM and the heap unchanged.  heap_drop
 * removes the item if it is in the heap.  O(log n).
 */
int heap_set(struct heap *heap, int64_t rank, struct heap_item *item);
void heap_drop(struct heap *heap, struct heap_item *item);

/*
 * Sorts the entries by rank (and `before`).  After any changes of ranks this makes p[0..count)
 * a heap again.  O(n log n).
 */
void heap_sort(struct heap *heap);

/* Frees the entries, not the items, and leaves the heap empty. */
void heap_free(struct heap *heap);

#endif
