#ifndef SML_LATENCY_H
#define SML_LATENCY_H

#include <stdint.h>

/*
 * How long things took, in fixed memory: a histogram whose buckets are one
 * wide up to 64 and then divide each power of two into 32 (log-linear, as
 * HdrHistogram's are), so that no answer is off by more than 1 part in 32.
 * All zeroes is an empty one.
 */
enum { LATENCY_SPLIT = 32, LATENCY_BUCKETS = 59 * LATENCY_SPLIT };

struct latency {
	uint64_t count;
	int64_t least, most; /* ns */
	double sum;	     /* ns */
	uint64_t bucket[LATENCY_BUCKETS];
};

/* Adds one; below 0 (a clock that went back) it counts as 0. */
void latency_add(struct latency *, int64_t ns);

/*
 * The quantile q, 0 to 1: of the values in order the one at ceil(q count), or
 * up to 1/32 above it, in ns; never above the largest.  q 0 is the least, and
 * of an empty one all are 0.
 */
int64_t latency_quantile(const struct latency *, double q);

/* Adds all that another one holds. */
void latency_merge(struct latency *, const struct latency *);

#endif
