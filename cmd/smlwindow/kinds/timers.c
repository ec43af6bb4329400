/* Things to be done at a time: a heap, the earliest first. */
#include "kinds/timers.h"

#include <stdlib.h>

static void
set(struct timers *timers, size_t place, struct timers_entry entry)
{
	timers->heap[place - 1] = entry;
	entry.item->place = place;
}

/* Places count from 1, so that those below place p are 2p and 2p + 1. */
static void
rise(struct timers *timers, size_t place, struct timers_entry entry)
{
	for (; place > 1; place /= 2) {
		if (timers->heap[place / 2 - 1].time <= entry.time)
			break;
		set(timers, place, timers->heap[place / 2 - 1]);
	}
	set(timers, place, entry);
}

static void
sink(struct timers *timers, size_t place, struct timers_entry entry)
{
	size_t below;

	for (; (below = 2 * place) <= timers->count; place = below) {
		if (below < timers->count &&
		    timers->heap[below].time < timers->heap[below - 1].time)
			below++;
		if (entry.time <= timers->heap[below - 1].time)
			break;
		set(timers, place, timers->heap[below - 1]);
	}
	rise(timers, place, entry);
}

int
timers_set(struct timers *timers, struct timer *item, int64_t time)
{
	struct timers_entry *heap, entry = { .time = time, .item = item };
	size_t capacity;

	if (item->place != 0) {
		sink(timers, item->place, entry);
		return 0;
	}
	if (timers->count == timers->capacity) {
		capacity = timers->capacity == 0 ? 64 : timers->capacity * 2;
		if ((heap = realloc(timers->heap, capacity * sizeof *heap)) == NULL)
			return -1;
		timers->heap = heap;
		timers->capacity = capacity;
	}
	rise(timers, ++timers->count, entry);
	return 0;
}

void
timers_drop(struct timers *timers, struct timer *item)
{
	size_t place = item->place;
	struct timers_entry last;

	if (place == 0)
		return;
	item->place = 0;
	last = timers->heap[--timers->count];
	if (place <= timers->count)
		sink(timers, place, last);
}

const struct timers_entry *
timers_first(const struct timers *timers)
{
	return timers->count == 0 ? NULL : &timers->heap[0];
}

void
timers_free(struct timers *timers)
{
	free(timers->heap);
	*timers = (struct timers){ 0 };
}
