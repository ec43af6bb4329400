/* A binary heap. */
#include <stdlib.h>

#include "base/grow.h"
#include "base/heap.h"

static inline bool
precedes(const struct heap *heap, const struct heap_entry *a, const struct heap_entry *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	return heap->before != NULL && heap->before(a->item, b->item);
}

static inline void
put_at(const struct heap_entry *p, struct heap_entry *at, struct heap_entry entry, bool placed)
{
	*at = entry;
	if (placed)
		((struct heap_item *)entry.item)->place = (size_t)(at - p) + 1;
}

static inline void
put(struct heap *heap, size_t i, struct heap_entry entry)
{
	put_at(heap->p, heap->p + i, entry, heap->placed);
}

/* Puts an entry at the free place i, or above it. */
static void
rise(struct heap *heap, size_t i, struct heap_entry entry)
{
	size_t above;

	for (; i > 0; i = above) {
		above = (i - 1) / 2;
		if (!precedes(heap, &entry, &heap->p[above]))
			break;
		put(heap, i, heap->p[above]);
	}
	put(heap, i, entry);
}

/* Puts an entry at the free place i, or below it. */
static void
sink_by_order(struct heap *heap, size_t i, struct heap_entry entry)
{
	const struct heap_entry *p = heap->p;
	size_t below;

	for (; (below = 2 * i + 1) < heap->count; i = below) {
		if (below + 1 < heap->count && precedes(heap, &p[below + 1], &p[below]))
			below++;
		if (!precedes(heap, &p[below], &entry))
			break;
		put(heap, i, p[below]);
	}
	put(heap, i, entry);
}

/*
 * Does the same if only ranks count, as in large tables of keys.  The entry nearly always
 * belongs near the end, so the free place first moves all the way down, without looking at the
 * entry, and then up again (Wegener's bottom-up heapsort).
 */
static inline void
sink_by_rank(struct heap_entry *p, size_t count, size_t i, struct heap_entry entry,
    bool placed)
{
	struct heap_entry *top = p + i, *free = top, *above, *right;

	for (; (right = free + (free - p) + 2) < p + count; free = right) {
		right -= right[-1].rank <= right->rank;
		put_at(p, free, *right, placed);
	}
	if (right == p + count) {
		put_at(p, free, right[-1], placed);
		free = right - 1;
	}
	for (; free > top; free = above) {
		above = p + (free - p - 1) / 2;
		if (above->rank <= entry.rank)
			break;
		put_at(p, free, *above, placed);
	}
	put_at(p, free, entry, placed);
}

static void
sink(struct heap *heap, size_t i, struct heap_entry entry)
{
	if (heap->before != NULL)
		sink_by_order(heap, i, entry);
	else if (heap->placed)
		sink_by_rank(heap->p, heap->count, i, entry, true);
	else
		sink_by_rank(heap->p, heap->count, i, entry, false);
}

/* Puts an entry at the free place i, or moves it up or down to where it belongs. */
static void
settle(struct heap *heap, size_t i, struct heap_entry entry)
{
	if (i > 0 && precedes(heap, &entry, &heap->p[(i - 1) / 2]))
		rise(heap, i, entry);
	else
		sink(heap, i, entry);
}

int
heap_reserve(struct heap *heap)
{
	return grow(&heap->p, &heap->capacity, heap->count + 1, sizeof *heap->p);
}

int
heap_push(struct heap *heap, int64_t rank, void *item)
{
	if (heap->count == heap->capacity && heap_reserve(heap) == -1)
		return -1;
	rise(heap, heap->count++, (struct heap_entry){ rank, item });
	return 0;
}

void
heap_renew_first(struct heap *heap, int64_t rank)
{
	sink(heap, 0, (struct heap_entry){ rank, heap->p[0].item });
}

static void
take_off(struct heap *heap, size_t i)
{
	struct heap_entry last = heap->p[--heap->count];

	if (heap->placed)
		((struct heap_item *)heap->p[i].item)->place = 0;
	if (i < heap->count)
		settle(heap, i, last);
}

void
heap_pop(struct heap *heap)
{
	take_off(heap, 0);
}

int
heap_set(struct heap *heap, int64_t rank, struct heap_item *item)
{
	if (item->place == 0)
		return heap_push(heap, rank, item);
	settle(heap, item->place - 1, (struct heap_entry){ rank, item });
	return 0;
}

void
heap_drop(struct heap *heap, struct heap_item *item)
{
	if (item->place != 0)
		take_off(heap, item->place - 1);
}

static int
compare(const void *a, const void *b, void *heap)
{
	return precedes(heap, a, b) ? -1 : precedes(heap, b, a);
}

void
heap_sort(struct heap *heap)
{
	if (heap->count > 1)
		qsort_r(heap->p, heap->count, sizeof *heap->p, compare, heap);
	for (size_t i = 0; heap->placed && i < heap->count; i++)
		((struct heap_item *)heap->p[i].item)->place = i + 1;
}

void
heap_free(struct heap *heap)
{
	free(heap->p);
	heap->p = NULL;
	heap->count = heap->capacity = 0;
}
