/*
 * save_history: saves and loads the events of a key.  Their summary is not saved but computed
 * again; the result is the same, because sums are exact.
 */
#ifndef SML_SAVE_HISTORY_H
#define SML_SAVE_HISTORY_H

#include "run/history.h"
#include "state/save.h"

/* A group of events takes several lines: one of their times, then one for each column. */
struct history_loading {
	struct history *history;
	int64_t *times;
	uint64_t count;
	int64_t latest;		   /* the time of the last event that was loaded */
	size_t column;		   /* the column of the next line */
	struct saved_cells *cells; /* by column */
	size_t columns;
};

/*
 * Writes a key with its events. Returns 0, or -1 (ENOMEM).
 */
int save_history(struct run *run, struct snap *snap, const struct history *history);

/* Reads a line that save_history wrote.  Returns 0, or -1 with err. */
int load_history(struct run *run, struct history_loading *loading, const char *section,
    struct value object, struct err *err);

/*
 * Checks that all values of the events have been read.  Returns 0, or -1 with err.
 */
int load_history_complete(const struct run *run, const struct history_loading *loading,
    struct err *err);

/* Frees what load_history has allocated. */
void load_history_end(struct history_loading *loading);

#endif
