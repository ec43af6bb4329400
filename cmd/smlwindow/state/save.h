/*
 * save: saves and loads what the states of all kinds of windows have in common: keys,
 * summaries and windows.
 */
#ifndef SML_SAVE_H
#define SML_SAVE_H

#include <stdint.h>

#include "run/open_window.h"
#include "state/save_value.h"
#include "state/snap.h"

/* The summary to which the next lines belong, and how many of its columns have begun. */
struct summary_loading {
	struct summary *summary;
	size_t column;
};

/*
 * Adds the members of a key to the open line.
 */
void save_key(struct snap *snap, const struct key_slot *key);

/*
 * Reads the key of a line, which must be a new key, and makes its slot: a struct key_slot,
 * then zeroes.  Returns the slot, or NULL with err.
 */
void *load_key(struct run *run, struct value object, struct err *err);

/*
 * Writes a window: adds its members to the open line, ends this line, and writes the lines of
 * its columns.  Returns 0, or -1 with err if memory is short.
 */
int save_window(struct run *run, struct snap *snap, const struct open_window *window,
    struct err *err);

/*
 * Reads the line of a window into a window of this key, which open_window_begin must have
 * made.  Use load_part for the lines that follow.  Returns 0, or -1 with err.
 */
int load_window(struct run *run, struct summary_loading *loading, const struct key_slot *key,
    struct open_window *window, struct value object, struct err *err);

/*
 * Writes the columns of a summary; each has lines of its own.  Returns 0, or -1 (ENOMEM).
 */
int save_summary(const struct run *run, struct snap *snap, const struct summary *s);

/* Reads a line of a summary.  Returns 0, or -1 with err, also if it is another line. */
int load_part(struct run *run, struct summary_loading *loading, const char *section,
    struct value object, struct err *err);

/*
 * Checks that all columns of the summary have been read.  Call it before `at`, the next line,
 * is read.  Returns 0, or -1 with err.
 */
int load_complete(const struct run *run, const struct summary_loading *loading,
    struct value at, struct err *err);

#endif
