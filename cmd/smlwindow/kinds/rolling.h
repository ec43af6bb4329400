/*
 * rolling: the hopping window of a key as it moves over its panes. Panes that enter are merged,
 * panes that leave are subtracted, so that a result costs the same whatever size and slide are.
 */
#ifndef SML_ROLLING_H
#define SML_ROLLING_H

#include "run/open_window.h"
#include "numbers/sorted.h"

struct pane_key;
struct row;

/* The records of a key in one pane, which has the times of [number, number + 1) * width. */
struct pane {
	int64_t number;
	struct row *row;
	struct pane *next, *previous; /* in the same row */
	struct pane_key *key;
	struct open_window window;
};

struct pane_key {
	struct key_slot slot;
	struct sorted panes;	     /* struct pane, by number */
	uint32_t merged;	     /* how many, from the first, are in the rolling window */
	struct open_window *rolling; /* NULL if no pane is merged; it owns no words */
};

/*
 * Merges the first pane of its key that is not merged. Returns 0, or -1 (ENOMEM).
 */
int rolling_enter(struct run *run, const struct pane *pane);

/*
 * Subtracts the first pane of its key, which stays the first but is no longer merged. Returns 0,
 * or -1 (ENOMEM).
 */
int rolling_leave(struct run *run, const struct pane *pane);

/*
 * Counts a record that came late to a merged pane in the rolling window, too.  Call it after
 * the record was added to the pane.  Returns 0, or -1 (ENOMEM).
 */
int rolling_add(struct run *run, const struct pane *pane, const struct event *event);

/*
 * Notes that a new, empty pane was put among the merged ones. Returns 0, or -1 (ENOMEM).
 */
int rolling_insert(struct run *run, struct pane_key *key);

/*
 * Updates the rolling window and returns it, ready for its result.
 */
const struct open_window *rolling_settle(struct run *run, struct pane_key *key);

void rolling_end(struct run *run, struct pane_key *key);

#endif
