/*
 * save_history: the events of a key in a snapshot.  Their summary is not saved but computed
 * again: sums are exact, so it is the same.
 */
#ifndef SML_SAVE_HISTORY_H
#define SML_SAVE_HISTORY_H

#include "run/history.h"
#include "state/save.h"

/* A group of events is several lines: first their times, then the values of each column. */
struct history_loading {
	struct history *history;
	int64_t *times;
	uint64_t count;
	int64_t latest;		   /* the time of the last event that was loaded */
	size_t column;		   /* the column whose values come next */
	struct saved_cells *cells; /* by column */
	size_t columns;
};

/*
 * Writes a key with its events. Returns 0, or -1 (ENOMEM).
 */
int save_history(struct run *run, struct snap *snap, const struct history *history);

/* Takes a line that save_history wrote.  Returns 0, or -1 with err. */
int load_history(struct run *run, struct history_loading *loading, const char *section,
    struct value object, struct err *err);

/*
 * Checks that all values of the events have come. Returns 0, or -1 with err.
 */
int load_history_complete(const struct run *run, const struct history_loading *loading,
    struct err *err);

/* Frees what the loading has allocated. */
void load_history_end(struct history_loading *loading);

#endif
