/*
 * total: an exact sum of numbers that knows whether it can be written with all its digits.
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
 * total_add adds a number to a total, total_add_square the square of a number to a sum of
 * squares, and total_merge another total to a total.  If negative, they subtract it.  They
 * return 0; or -1 (ENOMEM), and the total is unchanged.
 */
int total_add(struct total *total, double number, bool negative);
int total_add_square(struct exact *squares, double number, bool negative);
int total_merge(struct total *total, const struct total *other, bool negative);

/*
 * Returns whether the total is an integer of 2^53 or more in magnitude, and all its large
 * numbers are spelt as integers, so that they are known exactly.
 */
bool total_is_long(const struct total *total);

/*
 * Returns the mean of the n >= 1 numbers of the total.  If total_is_long, this is the exact
 * quotient, rounded once, as from Python's statistics.mean.  Otherwise it is the sum, rounded
 * once, divided by n, as from statistics.fmean.
 */
double total_mean(const struct total *total, uint64_t n);

/*
 * Returns the double nearest to the mean of two numbers.
 */
double total_middle(double a, double b);

#endif
