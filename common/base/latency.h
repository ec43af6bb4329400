#ifndef SML_LATENCY_H
#define SML_LATENCY_H

#include <stdint.h>

/*
 * A histogram of latencies in fixed memory.  Buckets are 1 ns wide up to 64 ns; above, each
 * power of two is divided into 32 (log-linear, like HdrHistogram), so quantiles are right to 1
 * part in 32.  All zeroes is an empty histogram.
 */
enum { LATENCY_SPLIT = 32, LATENCY_BUCKETS = 59 * LATENCY_SPLIT };

struct latency {
	uint64_t count;
	int64_t least, most; /* ns */
	double sum;	     /* ns */
	uint64_t bucket[LATENCY_BUCKETS];
};

/* Adds a latency; a negative one (the clock went back) counts as 0. */
void latency_add(struct latency *, int64_t ns);

/*
 * Returns the quantile q (0 to 1), in ns: number ceil(q count) of the values in ascending
 * order, or up to 1/32 more, but never more than the largest value.  q = 0 gives the smallest
 * value; an empty histogram gives 0.
 */
int64_t latency_quantile(const struct latency *, double q);

#endif
