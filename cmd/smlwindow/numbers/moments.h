/* moments: computes results from exact sums: sum, mean and variance, each rounded once. */
#ifndef SML_MOMENTS_H
#define SML_MOMENTS_H

#include <stddef.h>

#include "numbers/exact.h"

/* The most digits of a sum, its sign included: 64 * EXACT_HIGH bits have 656. */
#define EXACT_DIGITS 660

/*
 * Returns the double nearest to the sum, ties to even, as Python's math.fsum does.  A sum
 * beyond a double's range gives an infinity of the same sign (math.fsum raises an exception);
 * zero gives +0.
 */
double exact_round(const struct exact *sum);

/*
 * Returns the mean of n >= 1 values from their sum: exact_round(sum) / n, as Python's
 * statistics.fmean does; but if the sum is beyond a double's range, exact_quotient.
 */
double exact_mean(const struct exact *sum, uint64_t n);

/*
 * Returns the double nearest to the sum divided by n >= 1.
 */
double exact_quotient(const struct exact *sum, uint64_t n);

/*
 * Writes all digits of a sum that is an integer. Returns their number.
 */
size_t exact_digits(const struct exact *sum, char digits[EXACT_DIGITS]);

/*
 * Returns the sample variance of n >= 2 values from the sum of them and the sum of their
 * squares: (n S2 - S1^2) / (n (n - 1)) in integers, rounded once to the nearest double, as
 * Python's statistics.variance.  A result too large for a double is infinite; one too small is
 * 0.
 */
double exact_variance(const struct exact *sum, const struct exact *squares, uint64_t n);

/*
 * Returns the sample standard deviation of n >= 2 values: the double nearest to the root of
 * the exact ratio above, as Python's statistics.stdev, even if the variance itself is beyond a
 * double's range.
 */
double exact_deviation(const struct exact *sum, const struct exact *squares, uint64_t n);

#endif
