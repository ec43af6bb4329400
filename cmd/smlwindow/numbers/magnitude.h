/*
 * magnitude: large natural numbers, for computing results from exact sums, and their conversion
 * to a double.
 */
#ifndef SML_MAGNITUDE_H
#define SML_MAGNITUDE_H

#include <stdbool.h>
#include <stdint.h>

#include "numbers/exact.h"

__extension__ typedef unsigned __int128 uint128;

/* Enough for the square of the longest sum, and one limb more. */
#define MAGNITUDE_LIMBS (2 * (EXACT_HIGH - EXACT_LOW + 2) + 2)

/*
 * limbs[i] counts in units of 2^(64 (low + i)); the last limb is not 0.  If count is 0, the
 * number is zero.
 */
struct magnitude {
	uint64_t limbs[MAGNITUDE_LIMBS];
	int low;
	int count;
};

/*
 * A number: bits * 2^exponent; inexact: plus less than one unit of the lowest bit that is
 * computed. magnitude_scale computes 127 bits or more, scaled_root the upper 64 of bits;
 * scaled_round needs no more than 64.
 */
struct scaled {
	uint128 bits; /* 0 only for the number zero */
	int exponent;
	bool inexact;
};

/* Computes the square of a number, which needs twice as many limbs. */
void magnitude_square(const struct magnitude *number, struct magnitude *result);

/* Computes n a - b, or zero if that is negative. */
void magnitude_difference(const struct magnitude *a, uint64_t n, const struct magnitude *b,
    struct magnitude *result);

/*
 * Makes a number that is not zero exactly count limbs long, by adding zeros or dropping limbs
 * at its low end. Returns whether anything but zeros was dropped.
 */
bool magnitude_resize(struct magnitude *number, int count);

/*
 * These divide by a divisor that is not 0, down to whole units of the lowest limb.  The first
 * returns the remainder; the second, whether there is one.
 */
uint64_t magnitude_remainder(struct magnitude *number, uint64_t divisor);
bool magnitude_divide(struct magnitude *number, uint64_t divisor);

/*
 * Returns the highest 128 bits of a number that is not zero. inexact: the number has more below
 * its last limb.
 */
struct scaled magnitude_scale(const struct magnitude *number, bool inexact);

/*
 * Returns the square root to 64 bits, the upper half of bits.
 */
struct scaled scaled_root(struct scaled number);

/*
 * Returns the nearest double, ties to even (IEEE 754 roundTiesToEven), negated if negative.
 * Beyond a double's range it is infinite; a subnormal result is rounded only once.
 */
double scaled_round(struct scaled number, bool negative);

#endif
