/*
 * span: instants and durations added and taken apart without overflow.
 */
#ifndef SML_SPAN_H
#define SML_SPAN_H

#include <stdint.h>

#include "time/instant.h"

/*
 * The instant a duration after another, or before it; beyond the limits it is the last or the
 * first one there is.
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
 * How far the later of two instants is from the earlier one, at most INT64_MAX.
 */
static inline int64_t
span_between(int64_t earlier, int64_t later)
{
	int64_t span;

	return __builtin_sub_overflow(later, earlier, &span) ? INT64_MAX : span;
}

/*
 * The whole part of a / b downwards, b > 0: -1 / 60 is -1.
 */
static inline int64_t
span_floor(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

#endif
