/*
 * closing: windows that close together. They are gathered, put in the order of end, start and
 * key, and then written.
 */
#ifndef SML_CLOSING_H
#define SML_CLOSING_H

#include <stdint.h>

#include "kinds/frame.h"

struct closing {
	int64_t end, start;
	uint64_t prefix; /* the first bytes of the key, as a number that sorts as they do */
	struct lane *lane;
	const struct frame *frame;
};

/*
 * The prefix of a lane's key.
 */
uint64_t closing_prefix(const struct job *job, const struct lane *lane);

/*
 * Whether one lane's key comes before another's, as memcmp says it.
 */
int closing_compare_keys(const struct job *job, const struct lane *a, const struct lane *b);

/*
 * Gathers one. Returns 0, or -1 (ENOMEM).
 */
int closing_add(struct job *job, struct closing closing);

/*
 * Puts those that job has gathered in order. Returns 0, or -1 (ENOMEM).
 */
int closing_sort(struct job *job);

/*
 * Writes a result; partial as {"partial":true}. Returns 0, or -1 with err (memory).
 */
int closing_write(struct job *job, const struct closing *closing, bool partial,
    struct err *err);

#endif
