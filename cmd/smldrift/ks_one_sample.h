#ifndef SML_KS_ONE_SAMPLE_H
#define SML_KS_ONE_SAMPLE_H

#include <stdint.h>

/* How many doubles of working space ks_one_sample_p needs. */
enum { KS_ONE_SAMPLE_WORK = 2 * 117 * 117 + 2 * 117 };

/*
 * Returns the p-value of the two-sided one-sample Kolmogorov-Smirnov statistic d (0 to 1) for
 * n values (at least 1): the probability that their empirical distribution function is
 * somewhere at least d away from the function that they were drawn from.  work:
 * KS_ONE_SAMPLE_WORK doubles to overwrite.
 *
 * The result agrees with SciPy's kstwo.sf to a relative 1e-10.  Both choose the method of
 * computation as Simard and L'Ecuyer do ("Computing the two-sided Kolmogorov-Smirnov
 * distribution", Journal of Statistical Software 39(11), 2011).
 */
double ks_one_sample_p(int64_t n, double d, double *work);

#endif
