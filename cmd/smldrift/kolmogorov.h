#ifndef SML_KOLMOGOROV_H
#define SML_KOLMOGOROV_H

#include <stdint.h>

/* How many doubles kolmogorov_sf needs to work in. */
enum { KOLMOGOROV_WORK = 2 * 117 * 117 + 2 * 117 };

/*
 * The distribution of the two-sided one-sample Kolmogorov-Smirnov statistic:
 * the probability that the empirical distribution function of n values (n at
 * least 1) somewhere is at least d away from the function that they were drawn
 * from.  0 <= d <= 1.  work: KOLMOGOROV_WORK doubles to overwrite.
 *
 * The method changes where Simard and L'Ecuyer change it ("Computing the
 * two-sided Kolmogorov-Smirnov distribution", Journal of Statistical Software
 * 39(11), 2011), as it does in SciPy's kstwo.sf: the value is SciPy's to 1e-10,
 * relative, also where the method is an approximation.
 */
double kolmogorov_sf(int64_t n, double d, double *work);

#endif
