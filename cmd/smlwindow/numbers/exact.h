/*
 * exact: a sum of doubles without any rounding.
 *
 * The sum is a two's-complement integer in limbs of 64 bits; limb i counts in units of 2^(64
 * i), so that two sums need no alignment.  Only the limbs in use, [low, low + count), are
 * stored: up to three in the struct, which is enough for magnitudes from 2^-128 to 2^61
 * (values with a few decimals, and their squares).  More limbs are malloc'ed, at most 70 (560
 * bytes).  Because the sum is exact, results do not depend on the order of additions,
 * evictions and merges, and subtracting a value undoes its addition.  Integers that are not
 * doubles are added as limbs, by total.h.
 *
 * A struct of zero bytes is an empty sum.  Values must be finite.  Functions that return -1
 * (errno ENOMEM) leave the sum as it was.
 */
#ifndef SML_EXACT_H
#define SML_EXACT_H

#include <stdbool.h>
#include <stdint.h>

#define EXACT_NEAR 3	/* limbs inside the struct */
#define EXACT_LOW (-34) /* lowest limb: the square of the least double is 2^-2148 */
#define EXACT_HIGH 34	/* one past the highest limb of 2^63 squares of the greatest double */

struct exact {
	union {
		uint64_t near[EXACT_NEAR];
		uint64_t *far;
	} limbs;	  /* least significant first; far if capacity > EXACT_NEAR */
	int8_t low;	  /* the power of 2^64 of the first limb */
	uint8_t count;	  /* limbs in use; 0: the sum is zero */
	uint8_t capacity; /* limbs allocated at far, 0 otherwise */
};

/*
 * A sum as it is saved: the fewest limbs that give its value, least significant first; the
 * last limb is signed.  Equal sums have equal views.  A view is borrowed: it is valid until
 * the sum is changed or freed.
 */
struct exact_view {
	const int64_t *limbs;
	int low;   /* the power of 2^64 of limbs[0]; 0 if count is 0 */
	int count; /* 0: zero */
};

/*
 * These add to a sum or, if negative is true, subtract from it.  exact_add: a finite double.
 * exact_add_square: x times x, with all its 106 bits.  exact_merge: another sum, which does
 * not change and must not be the same struct.  exact_add_limbs: a natural number of count
 * limbs, least significant first, followed by a limb that is 0.  They return 0, or -1
 * (ENOMEM).
 */
int exact_add(struct exact *sum, double x, bool negative);
int exact_add_square(struct exact *sum, double x, bool negative);
int exact_merge(struct exact *sum, const struct exact *other, bool negative);
int exact_add_limbs(struct exact *sum, const uint64_t *limbs, int count, bool negative);

/*
 * Returns the view of a sum, for saving.
 */
struct exact_view exact_view(const struct exact *sum);

/*
 * Sets the sum to a view, and frees its old limbs.  Returns 0; or -1, and the sum is
 * unchanged: ENOMEM, or EINVAL for a view that exact_view never returns (limbs out of range,
 * or more limbs than needed).
 */
int exact_restore(struct exact *sum, struct exact_view view);

/* Frees the limbs of the sum and makes it zero. */
void exact_free(struct exact *sum);

#endif
