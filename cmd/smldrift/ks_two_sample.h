#ifndef SML_KS_TWO_SAMPLE_H
#define SML_KS_TWO_SAMPLE_H

#include <stdint.h>

#include "ks_one_sample.h"

enum {
	KS_EXACT_MAX = 10000,			/* the largest sample whose p-value is exact */
	KS_TWO_SAMPLE_WORK = KS_ONE_SAMPLE_WORK /* doubles; more than the exact method needs */
};

/*
 * The two-sample Kolmogorov-Smirnov test, two-sided, with the results of SciPy's
 * ks_2samp(x, y) and its default method "auto".
 *
 * gap is the statistic as an integer: n1 n2 D, where D is the largest distance
 * between the two empirical distribution functions of n1 and n2 values (each at
 * least 1, their product within 62 bits), 0 <= gap <= n1 n2.
 */

/* Returns D. */
double ks_two_sample_statistic(int64_t n1, int64_t n2, int64_t gap);

/*
 * Returns the p-value: the probability of a statistic at least as large from samples of one
 * continuous distribution.  It is exact if neither sample is larger than KS_EXACT_MAX.
 * Otherwise it is the p-value of the one-sample statistic D for n1 n2 / (n1 + n2) values,
 * rounded.  work: KS_TWO_SAMPLE_WORK doubles to overwrite.
 *
 * Cost: n steps for two samples of size n; for unequal sizes, a step for each point of the n1
 * x n2 lattice that is within the statistic.
 */
double ks_two_sample_p(int64_t n1, int64_t n2, int64_t gap, double *work);

#endif
