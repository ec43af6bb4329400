#ifndef SML_CONCURRENCY_H
#define SML_CONCURRENCY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The limit of requests in flight.  The more requests are in flight, the more a server answers
 * in a second, until they only wait for one another at the server.  So the limit grows while
 * answers take little longer than the quickest answer, and is cut when they take longer (after
 * Vector's adaptive concurrency: a moving average of weight 0.4, a cut to 0.9).
 *
 * The limit is adapted once a round; a round has as many answers as the limit.  Latency is
 * good if the moving average of the rounds is at most twice the quickest answer of the last
 * ten to twenty seconds plus CONCURRENCY_SLACK.  A round with good latency in which the limit
 * was reached doubles the limit, or, after the first cut, raises it by one.
 */
enum { CONCURRENCY_FIRST = 16, CONCURRENCY_MOST = 1024 };
#define CONCURRENCY_WEIGHT 0.4
#define CONCURRENCY_CUT 0.9
#define CONCURRENCY_SLACK INT64_C(5000000)
#define CONCURRENCY_WINDOW INT64_C(10000000000)

struct concurrency {
	double limit;
	bool fixed, cut;
	double mean;			   /* ns, of the rounds; 0: before the first round */
	int64_t quickest, quickest_before; /* ns, in this window and in the previous one */
	int64_t window;			   /* when this window began */
	double sum;			   /* ns, of this round */
	unsigned int answers;		   /* in this round */
	bool full;			   /* the limit was reached */
};

/* Starts with a fixed limit or, if that is 0, with an adaptive limit. */
void concurrency_open(struct concurrency *, unsigned int fixed);

/* Returns the limit, at least 1. */
static inline unsigned int
concurrency_limit(const struct concurrency *d)
{
	return (unsigned int)d->limit;
}

/*
 * Records an answer and its latency, ns.  out: requests in flight, including this request.
 * now: monotonic, ns.
 */
void concurrency_answered(struct concurrency *, int64_t latency, unsigned int out,
    int64_t now);

/* Returns the latency of the quickest answer that is remembered, ns; 0 if there is none. */
int64_t concurrency_floor(const struct concurrency *);

#endif
