#include "kinds/agenda.h"

#include <stdlib.h>

static void
set(struct agenda *agenda, size_t place, struct agenda_entry entry)
{
	agenda->heap[place - 1] = entry;
	entry.item->place = place;
}

/* Places count from 1, so that those below place p are 2p and 2p + 1. */
static void
rise(struct agenda *agenda, size_t place, struct agenda_entry entry)
{
	for (; place > 1; place /= 2) {
		if (agenda->heap[place / 2 - 1].time <= entry.time)
			break;
		set(agenda, place, agenda->heap[place / 2 - 1]);
	}
	set(agenda, place, entry);
}

static void
sink(struct agenda *agenda, size_t place, struct agenda_entry entry)
{
	size_t below;

	for (; (below = 2 * place) <= agenda->count; place = below) {
		if (below < agenda->count &&
		    agenda->heap[below].time < agenda->heap[below - 1].time)
			below++;
		if (entry.time <= agenda->heap[below - 1].time)
			break;
		set(agenda, place, agenda->heap[below - 1]);
	}
	rise(agenda, place, entry);
}

int
agenda_set(struct agenda *agenda, struct agenda_item *item, int64_t time)
{
	struct agenda_entry *heap, entry = { .time = time, .item = item };
	size_t capacity;

	if (item->place != 0) {
		sink(agenda, item->place, entry);
		return 0;
	}
	if (agenda->count == agenda->capacity) {
		capacity = agenda->capacity == 0 ? 64 : agenda->capacity * 2;
		if ((heap = realloc(agenda->heap, capacity * sizeof *heap)) == NULL)
			return -1;
		agenda->heap = heap;
		agenda->capacity = capacity;
	}
	rise(agenda, ++agenda->count, entry);
	return 0;
}

void
agenda_drop(struct agenda *agenda, struct agenda_item *item)
{
	size_t place = item->place;
	struct agenda_entry last;

	if (place == 0)
		return;
	item->place = 0;
	last = agenda->heap[--agenda->count];
	if (place <= agenda->count)
		sink(agenda, place, last);
}

const struct agenda_entry *
agenda_first(const struct agenda *agenda)
{
	return agenda->count == 0 ? NULL : &agenda->heap[0];
}

void
agenda_free(struct agenda *agenda)
{
	free(agenda->heap);
	*agenda = (struct agenda){ 0 };
}
