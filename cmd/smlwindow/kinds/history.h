/*
 * history: the events of one key in a sliding window, in order of time, and what the functions
 * need to know of them. Events go in at the end and out at the front.
 *
 * The events stand in a ring of columns->event_words words each: the time, then the words of
 * each column. The ring grows by half, so that it holds at most 8 * event_words * 3/2 bytes
 * an event, and shrinks to half where three quarters stand empty. What must be remembered at
 * all stands in the events: parts that can be made of them again are not saved with them.
 */
#ifndef SML_HISTORY_H
#define SML_HISTORY_H

#include <stdint.h>

#include "kinds/key_slot.h"
#include "numbers/summary.h"

struct history {
	struct key_slot slot; /* whoever begins the history begins and ends it */
	uint64_t *ring;
	uint32_t head, count, capacity; /* in events */
	uint64_t first;		/* the number of the event at head, from 0 in its key's life */
	int64_t last;		/* time of the last result */
	struct summary summary; /* with its queues and cursors behind it */
};

/* How large a history is, all included. */
static inline size_t
history_size(const struct columns *columns)
{
	return offsetof(struct history, summary) + columns->history_size;
}

/*
 * Makes an empty one of bytes of any content.
 */
void history_begin(const struct columns *columns, struct history *history);

/*
 * Takes off the events before oldest. Returns how many, or -1 (ENOMEM).
 */
long history_evict(const struct columns *columns, struct history *history, int64_t oldest,
    struct pool *pool);

/*
 * Adds an event, which must not be before the last one. Returns 0, or -1 (ENOMEM) with the
 * history unfit for use.
 */
int history_append(const struct columns *columns, struct history *history, int64_t time,
    const struct cell *cells, struct pool *pool);

/*
 * The n-th last value of lag's field, of the function with this number; before the record's
 * own value is added.
 */
struct result history_lag(const struct columns *columns, struct history *history,
    size_t function);

/*
 * Brings the parts of the summary up to date that depend on places: least, most, first, last.
 */
void history_settle(const struct columns *columns, struct history *history);

/*
 * The words of the i-th event held.
 */
const uint64_t *history_event(const struct columns *columns, const struct history *history,
    uint32_t i);

/*
 * Frees what the history holds, but not its own bytes.
 */
void history_end(const struct columns *columns, struct history *history, struct pool *pool);

#endif
