/* Records that wait for the watermark: a heap by time and arrival. */
#include "kinds/reorder.h"

#include <string.h>

static bool
before(const void *a, const void *b)
{
	return ((const struct reorder_item *)a)->arrival <
	    ((const struct reorder_item *)b)->arrival;
}

int
reorder_push(struct reorder *reorder, int64_t time, const struct place *place,
    const char *bytes, size_t size, struct pool *pool)
{
	struct reorder_item *item;

	reorder->heap.before = before;
	if (heap_reserve(&reorder->heap) == -1 ||
	    (item = pool_get(pool, sizeof *item + size)) == NULL)
		return -1;
	item->time = time;
	item->arrival = reorder->arrivals++;
	item->place = *place;
	item->size = size;
	memcpy(item->bytes, bytes, size);
	return heap_push(&reorder->heap, time, item);
}

void
reorder_pop(struct reorder *reorder, struct pool *pool)
{
	struct reorder_item *item = reorder->heap.p[0].item;

	heap_pop(&reorder->heap);
	pool_put(pool, item, sizeof *item + item->size);
}

void
reorder_free(struct reorder *reorder, struct pool *pool)
{
	while (reorder->heap.count > 0)
		reorder_pop(reorder, pool);
	heap_free(&reorder->heap);
}
