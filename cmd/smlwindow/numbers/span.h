/*
 * span: arithmetic with instants and durations; it saturates instead of overflowing.
 */
#ifndef SML_SPAN_H
#define SML_SPAN_H

#include <stdint.h>

#include "time/instant.h"

/*
 * These return the instant a duration after or before another instant.  If that is out of
 * range, they return the last or the first instant.
 */
static inline int64_t
span_after(int64_t time, int64_t duration)
{
	return time > INT64_MAX - duration ? INT64_MAX : time + duration;
}

static inline int64_t
span_before(int64_t time, int64_t duration)
{
	return time < INSTANT_NONE + 1 + duration ? INSTANT_NONE + 1 : time - duration;
}

/*
 * Returns the time between two instants, at most INT64_MAX.
 */
static inline int64_t
span_between(int64_t earlier, int64_t later)
{
	int64_t span;

	return __builtin_sub_overflow(later, earlier, &span) ? INT64_MAX : span;
}

/* Returns a / b, rounded down; b must be above 0.  For -1 and 60 this is -1. */
static inline int64_t
span_floor(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

#endif
