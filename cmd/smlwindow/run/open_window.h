/*
 * open_window: one open window of one key, for all kinds of windows except sliding.  Its
 * result spells key and time as its earliest record does.  Of records with equal times, this
 * is the one that came first.
 */
#ifndef SML_OPEN_WINDOW_H
#define SML_OPEN_WINDOW_H

#include <stdint.h>

#include "run/run.h"
#include "run/key_slot.h"
#include "numbers/summary.h"

struct open_window {
	int64_t first, last; /* the lowest and the highest time; 0 without -t */
	uint64_t spelt;	     /* a word: the key, if it is spelt differently than in the slot */
	bool time_is_number;
	struct summary summary;
};

/* Returns the size of an open window whose summary has this size. */
static inline size_t
open_window_size(size_t summary_size)
{
	return offsetof(struct open_window, summary) + summary_size;
}

/* Makes an empty window.  Its memory may have any content before. */
void open_window_begin(const struct run *run, struct open_window *window);

/* Adds a record.  Returns 0; or -1 (ENOMEM), and the window is unusable. */
int open_window_add(struct run *run, struct open_window *window, const struct key_slot *key,
    const struct event *event);

/*
 * Returns how many entries an event may add to a window, not counting the window itself.
 */
uint64_t open_window_growth(const struct run *run, const struct event *event);

/*
 * Moves everything from a later window of the same key into this window, which must end before
 * the later one begins.  Returns 0, or -1 (ENOMEM).
 */
int open_window_absorb(struct run *run, struct open_window *window, struct open_window *later);

/* Frees what a window has allocated, but not the window itself, and subtracts its entries. */
void open_window_end(struct run *run, struct open_window *window);

#endif
