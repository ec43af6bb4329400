/*
 * magnitude: the large natural numbers behind the results of exact sums, and their way back
 * to a double.
 */
#ifndef SML_MAGNITUDE_H
#define SML_MAGNITUDE_H

#include <stdbool.h>
#include <stdint.h>

#include "numbers/exact.h"

__extension__ typedef unsigned __int128 uint128;

/* What the square of the longest sum needs, and one limb more. */
#define MAGNITUDE_LIMBS (2 * (EXACT_HIGH - EXACT_LOW + 2) + 2)

/* limbs[i] counts in units of 2^(64 (low + i)); the last one is not 0. Count 0: zero. */
struct magnitude {
	uint64_t limbs[MAGNITUDE_LIMBS];
	int low;
	int count;
};

/* A number of at least 127 bits: bits * 2^exponent; inexact: and less than one bit more. */
struct scaled {
	uint128 bits; /* 0 only for the number zero */
	int exponent;
	bool inexact;
};

/*
 * Writes the square of a number, which needs twice its limbs.
 */
void magnitude_square(const struct magnitude *number, struct magnitude *result);

/*
 * Writes n a - b, or zero where that is negative.
 */
void magnitude_difference(const struct magnitude *a, uint64_t n, const struct magnitude *b,
    struct magnitude *result);

/*
 * Makes a number that is not zero exactly so many limbs long: zeros come in below, or limbs
 * go out there. Returns whether anything but zeros went out.
 */
bool magnitude_resize(struct magnitude *number, int count);

/*
 * Divides by a divisor that is not 0, down to whole units of the lowest limb. Returns what is
 * left, or whether anything is.
 */
uint64_t magnitude_remainder(struct magnitude *number, uint64_t divisor);
bool magnitude_divide(struct magnitude *number, uint64_t divisor);

/*
 * Returns the highest 128 bits of a number that is not zero; inexact says that it goes on
 * below its last limb.
 */
struct scaled magnitude_scale(const struct magnitude *number, bool inexact);

/*
 * Returns the square root.
 */
struct scaled scaled_root(struct scaled number);

/*
 * Returns the nearest double, of two as near the even one (IEEE 754 roundTiesToEven), made
 * negative or not. Beyond a double's range it is infinite; where it is subnormal it is
 * rounded once, to the bits that are left.
 */
double scaled_round(struct scaled number, bool negative);

#endif
