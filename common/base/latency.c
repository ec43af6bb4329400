/* A histogram of latencies, and its quantiles. */
#include <math.h>

#include "base/latency.h"

/* From 2^5 = LATENCY_SPLIT on, each power of two is divided into several buckets. */
enum { SPLIT_BITS = 5 };

static unsigned int
bucket_of(uint64_t ns)
{
	unsigned int shift;

	if (ns < LATENCY_SPLIT)
		return (unsigned int)ns;
	shift = 63 - SPLIT_BITS - (unsigned int)__builtin_clzll(ns);
	return shift * LATENCY_SPLIT + (unsigned int)(ns >> shift);
}

/* Returns the largest value of a bucket. */
static int64_t
bucket_top(unsigned int bucket)
{
	unsigned int shift = bucket < LATENCY_SPLIT ? 0 : bucket / LATENCY_SPLIT - 1;
	uint64_t next = bucket - shift * LATENCY_SPLIT + 1;

	return (int64_t)((next << shift) - 1);
}

void
latency_add(struct latency *l, int64_t ns)
{
	if (ns < 0)
		ns = 0;
	if (l->count == 0 || ns < l->least)
		l->least = ns;
	if (ns > l->most)
		l->most = ns;
	l->count++;
	l->sum += (double)ns;
	l->bucket[bucket_of((uint64_t)ns)]++;
}

int64_t
latency_quantile(const struct latency *l, double q)
{
	uint64_t rank = (uint64_t)ceil(q * (double)l->count), below = 0;

	if (rank == 0)
		return l->least;
	for (unsigned int i = 0; i < LATENCY_BUCKETS; i++) {
		below += l->bucket[i];
		if (below >= rank)
			return bucket_top(i) < l->most ? bucket_top(i) : l->most;
	}
	return l->most;
}
