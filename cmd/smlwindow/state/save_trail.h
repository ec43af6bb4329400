/*
 * save_trail: the events of a key in a snapshot. What the functions know of them is made of
 * them again: sums are exact, so that this shows nowhere.
 */
#ifndef SML_SAVE_TRAIL_H
#define SML_SAVE_TRAIL_H

#include "kinds/trail.h"
#include "state/save.h"

/* Events come in lines of some of them: first their times, then the values of each column. */
struct trail_loading {
	struct trail *trail;
	int64_t *times;
	uint64_t count;
	size_t column;		   /* the one whose values come next */
	struct saved_cells *cells; /* by column */
	size_t columns;
};

/*
 * Writes a key with its events. Returns 0, or -1 (ENOMEM).
 */
int save_trail(struct job *job, struct snap *snap, const struct trail *trail);

/*
 * Takes a line of those that save_trail writes. Returns 0, or -1 with err.
 */
int load_trail(struct job *job, struct trail_loading *loading, const char *section,
    struct value object, struct err *err);

/*
 * Frees what the loading holds.
 */
void load_trail_end(struct trail_loading *loading);

#endif
