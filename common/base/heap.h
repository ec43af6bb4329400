#ifndef SML_HEAP_H
#define SML_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Items in the order of a number, the lowest first: a binary heap.  All zeroes
 * is an empty heap whose items are not told their places, and where equal
 * numbers come in any order.
 */
struct heap_entry {
	int64_t rank;
	void *item; /* borrowed: the heap only hands it back */
};

/*
 * What an item of a placed heap begins with, so that it can be found in the
 * heap: its place, from 1; 0 where it is in none.
 */
struct heap_item {
	size_t place;
};

struct heap {
	struct heap_entry *p; /* p[0] is the first, below p[i] are p[2i+1] and p[2i+2] */
	size_t count, capacity;
	bool placed; /* each item is a struct heap_item; set before the first one */
	/* Where set: does item a come before item b of the same rank? */
	bool (*before)(const void *a, const void *b);
};

/*
 * Makes room for one more, so that the next heap_push cannot fail.  Returns 0,
 * or -1 with errno ENOMEM and the heap as it was.
 */
int heap_reserve(struct heap *heap);

/*
 * Adds an item, which must not be in a placed heap already.  O(log n); O(1)
 * where it comes after all others.  Returns 0, or -1 with errno ENOMEM and the
 * heap as it was.
 */
int heap_push(struct heap *heap, int64_t rank, void *item);

/* The first entry, or NULL where there is none; good until the heap changes. */
static inline const struct heap_entry *
heap_first(const struct heap *heap)
{
	return heap->count == 0 ? NULL : heap->p;
}

/* Gives the first entry, of which there must be one, another rank.  O(log n). */
void heap_renew_first(struct heap *heap, int64_t rank);

/* Takes the first entry off; there must be one.  O(log n). */
void heap_pop(struct heap *heap);

/*
 * For a placed heap.  heap_set adds the item, or gives it another rank where it
 * is there: 0, or -1 with errno ENOMEM and nothing changed.  heap_drop takes it
 * off; one that is in no heap stays so.  O(log n).
 */
int heap_set(struct heap *heap, int64_t rank, struct heap_item *item);
void heap_drop(struct heap *heap, struct heap_item *item);

/*
 * Sorts the entries by rank (and `before`), after any change of the ranks in
 * p[0..count): it is a heap again.  O(n log n).
 */
void heap_sort(struct heap *heap);

/* Frees the entries, not the items; the heap is empty. */
void heap_free(struct heap *heap);

#endif
