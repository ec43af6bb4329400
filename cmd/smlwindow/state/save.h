/*
 * save: writes and reads what the states of all kinds of windows have in common: keys,
 * summaries and windows.
 */
#ifndef SML_SAVE_H
#define SML_SAVE_H

#include <stdint.h>

#include "run/open_window.h"
#include "state/save_value.h"
#include "state/snap.h"

/* The summary, and the column of it, to which the next lines of a snapshot belong. */
struct summary_loading {
	struct summary *summary;
	size_t column;
};

/*
 * Adds the key's members to the line that is open.
 */
void save_key(struct snap *snap, const struct key_slot *key);

/*
 * Reads the key of a line and makes the slot of this key, which must be new: its struct
 * key_slot, then zeroes.  Returns NULL with err.
 */
void *load_key(struct run *run, struct value object, struct err *err);

/*
 * Writes a window: adds its members to the open line and ends that, then writes lines for its
 * columns.  Returns 0, or -1 with err (memory).
 */
int save_window(struct run *run, struct snap *snap, const struct open_window *window,
    struct err *err);

/*
 * Reads a window's line into a window of this key, on which open_window_begin must have been
 * called; load_part takes the lines after it.
 */
int load_window(struct run *run, struct summary_loading *loading, const struct key_slot *key,
    struct open_window *window, struct value object, struct err *err);

/*
 * Writes the columns of a summary, each in lines of its own. Returns 0, or -1 (ENOMEM).
 */
int save_summary(const struct run *run, struct snap *snap, const struct summary *s);

/* Takes a line of a summary.  Returns 0, or -1 with err, also if it is not such a line. */
int load_part(struct run *run, struct summary_loading *loading, const char *section,
    struct value object, struct err *err);

/*
 * Checks that all lines of a summary have come.  Call it before the line `at` is taken.
 * Returns 0, or -1 with err.
 */
int load_complete(const struct run *run, const struct summary_loading *loading,
    struct value at, struct err *err);

#endif
