/*
 * history: the events of one key in a sliding window, in order of time, and their summary.
 * Events enter at the end and leave at the front.
 *
 * The events are in a ring.  Each takes columns->event_words words: the time, then the words
 * of each column.  The ring grows by half, so that it takes at most 8 * event_words * 3/2
 * bytes per event; it shrinks to half when three quarters of it are empty.  A snapshot has
 * only the events; the summary is computed from them.
 */
#ifndef SML_HISTORY_H
#define SML_HISTORY_H

#include <stdint.h>

#include "run/key_slot.h"
#include "numbers/summary.h"

struct history {
	struct key_slot slot; /* the caller initialises and frees it */
	uint64_t *ring;
	uint32_t head, count, capacity; /* in events */
	uint64_t first; /* number of the event at head; event 0 was the first of the key */
	int64_t last;	/* time of the last result */
	struct summary summary; /* followed in memory by its queues and cursors */
};

/* Returns the size of a history, with all that follows it in memory. */
static inline size_t
history_size(const struct columns *columns)
{
	return offsetof(struct history, summary) + columns->history_size;
}

/* Makes an empty history.  Its memory may have any content before. */
void history_begin(const struct columns *columns, struct history *history);

/*
 * Removes events that are earlier than `oldest`, at most HISTORY_STEP of them.  Returns how
 * many it removed, or -1 (ENOMEM).
 */
enum { HISTORY_STEP = 1024 };
long history_evict(const struct columns *columns, struct history *history, int64_t oldest,
    struct pool *pool);

/*
 * Adds an event, which must not be earlier than the last one.  Returns 0; or -1 (ENOMEM), and
 * the history is unusable.
 */
int history_append(const struct columns *columns, struct history *history, int64_t time,
    const struct cell *cells, struct pool *pool);

/*
 * Returns the result of the function with this index, which must be a lag(): the n-th last
 * value of its field.  Call it before the current record is added.
 */
struct result history_lag(const struct columns *columns, struct history *history,
    size_t function);

/*
 * Updates the least, greatest, first and last values in the summary.  Adding and removing
 * events does not update them.
 */
void history_settle(const struct columns *columns, struct history *history);

/*
 * Returns the words of event i; word 0 is its time.  Event 0 is the oldest in the history.
 * The words are borrowed until an event is added or removed.
 */
const uint64_t *history_event(const struct columns *columns, const struct history *history,
    uint32_t i);

/* Frees what the history has allocated, but not the history itself. */
void history_end(const struct columns *columns, struct history *history, struct pool *pool);

#endif
