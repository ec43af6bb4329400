/*
 * timers: things to be done at a time, the earliest first. A thing embeds a timer, which knows
 * its place, so that it can be taken off before its time.
 *
 * A struct of zero bytes is an empty set.
 */
#ifndef SML_TIMERS_H
#define SML_TIMERS_H

#include <stddef.h>
#include <stdint.h>

struct timer {
	size_t place; /* in the heap, from 1; 0: not set */
};

struct timers_entry {
	int64_t time;
	struct timer *item;
};

struct timers {
	struct timers_entry *heap;
	size_t count, capacity;
};

/*
 * Sets a timer, or moves it to another time. Returns 0, or -1 (ENOMEM) with nothing
 * changed.
 */
int timers_set(struct timers *timers, struct timer *item, int64_t time);

/*
 * Takes a timer off, if it is set.
 */
void timers_drop(struct timers *timers, struct timer *item);

/*
 * The earliest entry, or NULL. Borrowed until a timer is set or taken off.
 */
const struct timers_entry *timers_first(const struct timers *timers);

void timers_free(struct timers *timers);

#endif
