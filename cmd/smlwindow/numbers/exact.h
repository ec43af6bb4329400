/*
 * exact: a sum of doubles that is never rounded.
 *
 * The sum is a two's-complement integer in limbs of 64 bits.  The unit of limb i is 2^(64 i),
 * so two sums need no alignment.  Only the limbs in use are stored: `count` limbs, from limb
 * `low` on.  Up to three of them are in the struct, which is enough for magnitudes from 2^-128
 * to 2^61 (values with a few decimals, and their squares).  More limbs are malloc'ed: at most
 * 70, which are 560 bytes.  Because the sum is exact, results do not depend on the order of
 * additions, evictions and merges, and subtracting a value undoes its addition.  If no double
 * equals an integer, total.h adds its limbs.
 *
 * A struct of zero bytes is an empty sum.  Values must be finite.  Functions that return -1
 * (errno ENOMEM) leave the sum as it was.
 */
#ifndef SML_EXACT_H
#define SML_EXACT_H

#include <stdbool.h>
#include <stdint.h>

#define EXACT_NEAR 3	/* limbs inside the struct */
#define EXACT_LOW (-34) /* the lowest limb: the square of the least double is 2^-2148 */
#define EXACT_HIGH 34	/* one past the highest limb of a sum of 2^63 squares of doubles */

struct exact {
	union {
		uint64_t near[EXACT_NEAR];
		uint64_t *far;
	} limbs;	  /* least significant first; in far if capacity > EXACT_NEAR */
	int8_t low;	  /* the first limb is limb `low` */
	uint8_t count;	  /* how many limbs are in use; 0: the sum is zero */
	uint8_t capacity; /* how many limbs are allocated at far; else 0 */
};

/*
 * A sum in the form in which it is saved: the fewest limbs that have its value, least
 * significant first.  The last limb is signed.  Equal sums have equal views.  A view is
 * borrowed: it is valid until the sum is changed or freed.
 */
struct exact_view {
	const int64_t *limbs;
	int low;   /* limbs[0] is limb `low`; 0 if count is 0 */
	int count; /* 0: zero */
};

/*
 * These add to a sum or, if negative is true, subtract from it: exact_add adds x, which must
 * be finite; exact_add_square adds x times x, with all its 106 bits; exact_merge adds another
 * sum, which does not change and must not be the same struct; exact_add_limbs adds a natural
 * number of `count` limbs, least significant first, followed by a zero limb.  They return 0,
 * or -1 (ENOMEM).
 */
int exact_add(struct exact *sum, double x, bool negative);
int exact_add_square(struct exact *sum, double x, bool negative);
int exact_merge(struct exact *sum, const struct exact *other, bool negative);
int exact_add_limbs(struct exact *sum, const uint64_t *limbs, int count, bool negative);

/*
 * Returns the view of a sum, so that it can be saved.
 */
struct exact_view exact_view(const struct exact *sum);

/*
 * Sets the sum to a view, and frees its old limbs.  Returns 0; or -1, and the sum is
 * unchanged.  errno is then ENOMEM, or EINVAL if exact_view never returns such a view (limbs
 * are out of range, or there are more than needed).
 */
int exact_restore(struct exact *sum, struct exact_view view);

/* Frees the limbs of the sum and makes it zero. */
void exact_free(struct exact *sum);

#endif
