/* Records that wait for the watermark: a heap by time and arrival. */
#include "kinds/reorder.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool
before(const struct reorder_item *a, const struct reorder_item *b)
{
	return a->time != b->time ? a->time < b->time : a->arrival < b->arrival;
}

int
reorder_push(struct reorder *reorder, int64_t time, const char *bytes, size_t size,
    struct pool *pool)
{
	struct reorder_item *heap,
	    held = { .time = time, .arrival = reorder->arrivals, .size = size };
	size_t capacity, i, above;

	if (reorder->count == reorder->capacity) {
		capacity = reorder->capacity == 0 ? 64 : reorder->capacity * 2;
		if ((heap = realloc(reorder->heap, capacity * sizeof *heap)) == NULL)
			return -1;
		reorder->heap = heap;
		reorder->capacity = capacity;
	}
	if ((held.bytes = pool_get(pool, size)) == NULL)
		return -1;
	memcpy(held.bytes, bytes, size);
	reorder->arrivals++;
	for (i = reorder->count++; i > 0; i = above) {
		above = (i - 1) / 2;
		if (before(&reorder->heap[above], &held))
			break;
		reorder->heap[i] = reorder->heap[above];
	}
	reorder->heap[i] = held;
	return 0;
}

const struct reorder_item *
reorder_top(const struct reorder *reorder)
{
	return reorder->count == 0 ? NULL : &reorder->heap[0];
}

void
reorder_pop(struct reorder *reorder, struct pool *pool)
{
	struct reorder_item *heap = reorder->heap, last;
	size_t i, below;

	pool_put(pool, heap[0].bytes, heap[0].size);
	last = heap[--reorder->count];
	for (i = 0; (below = 2 * i + 1) < reorder->count; i = below) {
		if (below + 1 < reorder->count && before(&heap[below + 1], &heap[below]))
			below++;
		if (before(&last, &heap[below]))
			break;
		heap[i] = heap[below];
	}
	heap[i] = last;
}

static int
compare(const void *a, const void *b)
{
	return before(a, b) ? -1 : 1;
}

/* Sorted, it is a heap. */
void
reorder_sort(struct reorder *reorder)
{
	if (reorder->count > 1)
		qsort(reorder->heap, reorder->count, sizeof *reorder->heap, compare);
}

void
reorder_free(struct reorder *reorder, struct pool *pool)
{
	size_t i;

	for (i = 0; i < reorder->count; i++)
		pool_put(pool, reorder->heap[i].bytes, reorder->heap[i].size);
	free(reorder->heap);
	*reorder = (struct reorder){ 0 };
}
