/*
 * closing: windows that close together. They are collected, sorted by end, start and key, and
 * then written.
 */
#ifndef SML_CLOSING_H
#define SML_CLOSING_H

#include <stdint.h>

#include "run/open_window.h"

struct closing {
	int64_t end, start;
	uint64_t prefix; /* first bytes of the key, as a number that sorts like them */
	struct key_slot *key;
	const struct open_window *window;
};

/*
 * Returns the prefix of a key, for struct closing.
 */
uint64_t closing_prefix(const struct run *run, const struct key_slot *key);

/*
 * Compares two keys as memcmp does.
 */
int closing_compare_keys(const struct run *run, const struct key_slot *a,
    const struct key_slot *b);

/*
 * Adds a window to run->closing.  Returns 0; -1 with err if memory is short; or -1 without err
 * if the run must end now (run_cut).
 */
int closing_add(struct run *run, struct closing closing, struct err *err);

/*
 * Sorts the windows in run->closing.  Returns 0, or -1 (ENOMEM).
 */
int closing_sort(struct run *run);

/*
 * Writes the result of a window, with "partial":true if it is partial.  Returns 0; -1 with err
 * if memory is short; or -1 without err if the run must end now (stream_cut).
 */
int closing_write(struct run *run, const struct closing *closing, bool partial,
    struct err *err);

#endif
