#ifndef SML_CONCURRENCY_H
#define SML_CONCURRENCY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How many requests may be out at once.  The more there are the more a server
 * answers in a second, until they only wait there for one another: so it grows
 * while answers take little longer than the quickest, and is cut when they
 * take longer (after Vector's adaptive concurrency: a moving average of weight
 * 0.4, a cut to 0.9).
 *
 * It is judged once a round, which is as many answers as may be out.  The
 * average of the rounds is near its floor up to twice the quickest answer of
 * the last ten to twenty seconds and CONCURRENCY_SLACK.  A round that was near it,
 * and in which as many were out as may be, doubles the limit; once it was cut,
 * raises it by one.
 */
enum { CONCURRENCY_FIRST = 16, CONCURRENCY_MOST = 1024 };
#define CONCURRENCY_WEIGHT 0.4
#define CONCURRENCY_CUT 0.9
#define CONCURRENCY_SLACK INT64_C(5000000)
#define CONCURRENCY_WINDOW INT64_C(10000000000)

struct concurrency {
	double limit;
	bool fixed, cut;
	double mean;			   /* ns, of the rounds; 0: none was yet */
	int64_t quickest, quickest_before; /* ns, in this window and the one before */
	int64_t window;			   /* when this one began */
	double sum;			   /* ns, of this round */
	unsigned int answers;		   /* in this round */
	bool full;			   /* as many were out as may be */
};

/* fixed: this many at all times; 0: as the latency has it. */
void concurrency_open(struct concurrency *, unsigned int fixed);

/* How many may be out now, at least 1. */
static inline unsigned int
concurrency_limit(const struct concurrency *d)
{
	return (unsigned int)d->limit;
}

/*
 * An answer came after so many ns; out: how many requests were, this one
 * included.  now: ns of a clock that does not go back.
 */
void concurrency_answered(struct concurrency *, int64_t latency, unsigned int out,
    int64_t now);

/* The quickest answer that is remembered, ns; 0: there was none. */
int64_t concurrency_floor(const struct concurrency *);

#endif
