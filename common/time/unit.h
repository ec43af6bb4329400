#ifndef SML_UNIT_H
#define SML_UNIT_H

#include <stddef.h>
#include <stdint.h>

/* What a number in a time field counts; the value is its nanoseconds. */
enum unit { UNIT_NS = 1, UNIT_US = 1000, UNIT_MS = 1000000, UNIT_S = 1000000000 };

/* "s", "ms", "us" or "ns". */
const char *unit_name(enum unit);

/* How many decimals a second has in the unit: 0, 3, 6, 9. */
int unit_digits(enum unit);

/*
 * The unit in which a number would be a time from 1990-01-01 to 2100-01-01, or
 * 0.  There is at most one.
 */
enum unit unit_likely(int64_t number);

/*
 * The units that a duration is written in, in nanoseconds: those above and m,
 * h and d.  unit_length: of the name at p, n bytes long; 0 where it is none.
 * unit_whole: of the largest unit that ns is a multiple of; its name is put
 * into *name.
 */
int64_t unit_length(const char *p, size_t n);
int64_t unit_whole(int64_t ns, const char **name);

#endif
