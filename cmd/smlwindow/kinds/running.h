/*
 * running: the hopping window of a key as it runs on over its panes: those that enter are
 * merged in, those that leave are taken off, so that a result costs the same whatever size and
 * slide are.
 */
#ifndef SML_RUNNING_H
#define SML_RUNNING_H

#include "kinds/frame.h"
#include "numbers/deque.h"

struct pane_lane;

/* The records of a key in one pane. */
struct pane {
	struct pane *next, *previous; /* in the same row */
	struct pane_lane *lane;
	int64_t number; /* times of [number, number + 1) * width */
	struct frame frame;
};

struct pane_lane {
	struct lane lane;
	struct deque panes;    /* by number */
	uint32_t merged;       /* the first so many are in the running window */
	struct frame *running; /* NULL where none is; it owns no words */
};

/*
 * Merges the first pane that is not merged. Returns 0, or -1 (ENOMEM).
 */
int running_enter(struct job *job, struct pane_lane *lane);

/*
 * Takes off the first pane, which stays the lane's first, merged no more. Returns 0, or -1
 * (ENOMEM).
 */
int running_leave(struct job *job, struct pane_lane *lane);

/*
 * A record has come late to a pane that is merged: counts it in the running window too, once
 * the pane has it. Returns 0, or -1 (ENOMEM).
 */
int running_add(struct job *job, struct pane_lane *lane, const struct pane *pane,
    const struct reading *reading);

/*
 * A new pane has been put among the merged ones, with nothing in it yet. Returns 0, or -1
 * (ENOMEM).
 */
int running_insert(struct job *job, struct pane_lane *lane);

/*
 * The running window brought up to date, ready for its result.
 */
const struct frame *running_settle(struct job *job, struct pane_lane *lane);

void running_end(struct job *job, struct pane_lane *lane);

#endif
