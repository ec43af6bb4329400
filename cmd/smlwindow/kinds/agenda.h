/*
 * agenda: things to be done at a time, the earliest first. A thing embeds an agenda_item,
 * which knows its place, so that it can be taken off before its time.
 *
 * A struct of zero bytes is an empty agenda.
 */
#ifndef SML_AGENDA_H
#define SML_AGENDA_H

#include <stddef.h>
#include <stdint.h>

struct agenda_item {
	size_t place; /* in the heap, from 1; 0: on no agenda */
};

struct agenda_entry {
	int64_t time;
	struct agenda_item *item;
};

struct agenda {
	struct agenda_entry *heap;
	size_t count, capacity;
};

/*
 * Puts an item on, or moves it to another time. Returns 0, or -1 (ENOMEM) with nothing
 * changed.
 */
int agenda_set(struct agenda *agenda, struct agenda_item *item, int64_t time);

/*
 * Takes an item off; one that is on no agenda stays so.
 */
void agenda_drop(struct agenda *agenda, struct agenda_item *item);

/*
 * The earliest entry, or NULL. Borrowed until the agenda is changed.
 */
const struct agenda_entry *agenda_first(const struct agenda *agenda);

void agenda_free(struct agenda *agenda);

#endif
