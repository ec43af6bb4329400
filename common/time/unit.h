#ifndef SML_UNIT_H
#define SML_UNIT_H

#include <stddef.h>
#include <stdint.h>

/* The unit of a number in a time field: its value is its length in nanoseconds. */
enum unit { UNIT_NS = 1, UNIT_US = 1000, UNIT_MS = 1000000, UNIT_S = 1000000000 };

/* Returns "s", "ms", "us" or "ns". */
const char *unit_name(enum unit);

/* Returns how many decimals of a second the unit is: 0, 3, 6 or 9. */
int unit_digits(enum unit);

/*
 * Returns the unit in which a number would be a time from 1990-01-01 to 2100-01-01,
 * or 0.  There is at most one.
 */
enum unit unit_likely(int64_t number);

/*
 * The units of durations are those above, m, h and d.  unit_length returns the length in ns of
 * the unit named by the n bytes at p, or 0.  unit_whole returns the length of the largest unit
 * that divides ns, and sets *name to its name.
 */
int64_t unit_length(const char *p, size_t n);
int64_t unit_whole(int64_t ns, const char **name);

#endif
