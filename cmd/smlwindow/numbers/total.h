/*
 * total: the exact sum of numbers, which knows whether it may come out with all its digits.
 *
 * An integer of any length counts with all its digits; any other number as its nearest
 * double. A struct of zero bytes is the sum of nothing.
 */
#ifndef SML_TOTAL_H
#define SML_TOTAL_H

#include "numbers/exact.h"

struct total {
	struct exact sum;
	uint64_t large; /* numbers of 2^53 and more that are not spelt as integers */
};

/*
 * Adds a number, or takes it off. Returns 0, or -1 (ENOMEM) with the total as it was.
 */
int total_add(struct total *total, double number);
int total_subtract(struct total *total, double number);

/*
 * Adds the square of a number to a sum of squares, or takes it off; exact for integers of any
 * length. Returns 0, or -1 (ENOMEM) with the sum as it was.
 */
int total_add_square(struct exact *squares, double number);
int total_subtract_square(struct exact *squares, double number);

/*
 * Adds another total, or takes it off. Returns 0, or -1 (ENOMEM).
 */
int total_merge(struct total *total, const struct total *other);
int total_unmerge(struct total *total, const struct total *other);

/*
 * Whether the total is an integer beyond what a double can hold, and none of its numbers is a
 * large one that is only known as a double.
 */
bool total_is_long(const struct total *total);

/*
 * The mean of the n >= 1 numbers of the total: where it is long the exact quotient, rounded
 * once (Python's statistics.mean); else the sum, rounded once, by n (statistics.fmean).
 */
double total_mean(const struct total *total, uint64_t n);

/*
 * The double nearest to the mean of two numbers.
 */
double total_middle(double a, double b);

#endif
