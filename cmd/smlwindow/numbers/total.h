/*
 * total: the exact sum of numbers, which knows whether it can be written with all its digits.
 *
 * An integer of any length counts with all its digits; any other number counts as its nearest
 * double.  A struct of zero bytes is an empty total.
 */
#ifndef SML_TOTAL_H
#define SML_TOTAL_H

#include "numbers/exact.h"

struct total {
	struct exact sum;
	uint64_t large; /* count of numbers that are large (number_is_large) */
};

/*
 * These add a number, the square of a number (to a sum of squares), or another total; if
 * negative, they subtract it.  They return 0; or -1 (ENOMEM), and the total is unchanged.
 */
int total_add(struct total *total, double number, bool negative);
int total_add_square(struct exact *squares, double number, bool negative);
int total_merge(struct total *total, const struct total *other, bool negative);

/*
 * Returns whether the total is an integer too large for a double, and all of its large
 * numbers are known exactly, not only as doubles.
 */
bool total_is_long(const struct total *total);

/*
 * Returns the mean of the n >= 1 numbers of the total.  If the total is long, this is the
 * exact quotient, rounded once (Python's statistics.mean); otherwise the sum, rounded once,
 * divided by n (statistics.fmean).
 */
double total_mean(const struct total *total, uint64_t n);

/*
 * Returns the double nearest to the mean of two numbers.
 */
double total_middle(double a, double b);

#endif
