#include "kinds/hold.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool
before(const struct waiting *a, const struct waiting *b)
{
	return a->time != b->time ? a->time < b->time : a->arrival < b->arrival;
}

int
hold_push(struct hold *hold, int64_t time, const char *bytes, size_t size, struct pool *pool)
{
	struct waiting *heap, held = { .time = time, .arrival = hold->arrivals, .size = size };
	size_t capacity, i, above;

	if (hold->count == hold->capacity) {
		capacity = hold->capacity == 0 ? 64 : hold->capacity * 2;
		if ((heap = realloc(hold->heap, capacity * sizeof *heap)) == NULL)
			return -1;
		hold->heap = heap;
		hold->capacity = capacity;
	}
	if ((held.bytes = pool_get(pool, size)) == NULL)
		return -1;
	memcpy(held.bytes, bytes, size);
	hold->arrivals++;
	for (i = hold->count++; i > 0; i = above) {
		above = (i - 1) / 2;
		if (before(&hold->heap[above], &held))
			break;
		hold->heap[i] = hold->heap[above];
	}
	hold->heap[i] = held;
	return 0;
}

const struct waiting *
hold_top(const struct hold *hold)
{
	return hold->count == 0 ? NULL : &hold->heap[0];
}

void
hold_pop(struct hold *hold, struct pool *pool)
{
	struct waiting *heap = hold->heap, last;
	size_t i, below;

	pool_put(pool, heap[0].bytes, heap[0].size);
	last = heap[--hold->count];
	for (i = 0; (below = 2 * i + 1) < hold->count; i = below) {
		if (below + 1 < hold->count && before(&heap[below + 1], &heap[below]))
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
hold_sort(struct hold *hold)
{
	if (hold->count > 1)
		qsort(hold->heap, hold->count, sizeof *hold->heap, compare);
}

void
hold_free(struct hold *hold, struct pool *pool)
{
	size_t i;

	for (i = 0; i < hold->count; i++)
		pool_put(pool, hold->heap[i].bytes, hold->heap[i].size);
	free(hold->heap);
	*hold = (struct hold){ 0 };
}
