#ifndef SML_SMIRNOV_H
#define SML_SMIRNOV_H

#include <stdint.h>

#include "kolmogorov.h"

enum {
	SMIRNOV_EXACT_MAX = 10000,     /* the largest sample whose p-value is exact */
	SMIRNOV_WORK = KOLMOGOROV_WORK /* doubles; more than the exact method needs */
};

/*
 * The two-sample Kolmogorov-Smirnov test, two-sided, as SciPy's ks_2samp(x, y)
 * with its default method "auto" has it.
 *
 * gap is the statistic as an integer: n1 n2 D, where D is the largest distance
 * between the two empirical distribution functions of n1 and n2 values (each at
 * least 1, their product within 62 bits), 0 <= gap <= n1 n2.
 */

/* D itself. */
double smirnov_statistic(int64_t n1, int64_t n2, int64_t gap);

/*
 * The probability of a statistic at least as large from samples of one
 * continuous distribution: exact where neither sample is larger than
 * SMIRNOV_EXACT_MAX, else that of the one-sample statistic D for
 * n1 n2 / (n1 + n2) values, rounded.  work: SMIRNOV_WORK doubles to overwrite.
 *
 * Cost: for equal sizes n steps; for unequal ones as many as there are points
 * of the n1 x n2 lattice within the statistic.
 */
double smirnov_p(int64_t n1, int64_t n2, int64_t gap, double *work);

#endif
