/*
 * open_window: one open window of one key, in all kinds but sliding: the records that count in
 * it, and of the first of them (by time, then arrival) how it spells its key and whether its
 * time is a number, which is how the result spells them.
 */
#ifndef SML_OPEN_WINDOW_H
#define SML_OPEN_WINDOW_H

#include <stdint.h>

#include "run.h"
#include "kinds/key_slot.h"
#include "numbers/summary.h"

struct open_window {
	int64_t first, last; /* the lowest and the highest time; 0 without -t */
	uint64_t spelt; /* a word: the key where it is spelt another way than in the slot */
	bool time_is_number;
	struct summary summary;
};

/* The bytes of an open window whose summary has this size. */
static inline size_t
open_window_size(size_t summary_size)
{
	return offsetof(struct open_window, summary) + summary_size;
}

/*
 * Makes an empty window of bytes of any content.
 */
void open_window_begin(const struct run *run, struct open_window *window);

/*
 * Adds a record. Returns 0, or -1 (ENOMEM) with the window unfit for use.
 */
int open_window_add(struct run *run, struct open_window *window, const struct key_slot *key,
    const struct event *event);

/*
 * How many entries an event may add to a window, beside the window itself.
 */
uint64_t open_window_growth(const struct run *run, const struct event *event);

/*
 * Moves all of another window of the same key, which lies wholly after this one, into it.
 * Returns 0, or -1 (ENOMEM).
 */
int open_window_absorb(struct run *run, struct open_window *window, struct open_window *later);

/*
 * Frees what a window holds, but not its own bytes; its entries are taken off.
 */
void open_window_end(struct run *run, struct open_window *window);

#endif
