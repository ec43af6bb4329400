/* Limits the requests in flight, by the latency of their answers. */
#include "store/redis/concurrency.h"

void
concurrency_open(struct concurrency *d, unsigned int fixed)
{
	*d = (struct concurrency){ .limit = fixed > 0 ? fixed : CONCURRENCY_FIRST,
		.fixed = fixed > 0,
		.quickest = INT64_MAX,
		.quickest_before = INT64_MAX };
}

int64_t
concurrency_floor(const struct concurrency *d)
{
	int64_t least = d->quickest < d->quickest_before ? d->quickest : d->quickest_before;

	return least == INT64_MAX ? 0 : least;
}

static void
end_round(struct concurrency *d)
{
	double mean = d->sum / d->answers;
	double near = 2 * (double)concurrency_floor(d) + (double)CONCURRENCY_SLACK;

	d->mean = d->mean > 0 ?
	    CONCURRENCY_WEIGHT * mean + (1 - CONCURRENCY_WEIGHT) * d->mean :
	    mean;
	if (d->mean > near) {
		d->limit = d->limit * CONCURRENCY_CUT > 1 ? d->limit * CONCURRENCY_CUT : 1;
		d->cut = true;
	} else if (d->full) {
		d->limit = d->cut ? d->limit + 1 : d->limit * 2;
		d->limit = d->limit < CONCURRENCY_MOST ? d->limit : CONCURRENCY_MOST;
	}
	d->sum = 0;
	d->answers = 0;
	d->full = false;
}

void
concurrency_answered(struct concurrency *d, int64_t latency, unsigned int out, int64_t now)
{
	if (d->fixed)
		return;
	if (now - d->window > CONCURRENCY_WINDOW) {
		d->quickest_before = d->quickest;
		d->quickest = INT64_MAX;
		d->window = now;
	}
	if (latency < 1)
		latency = 1;
	if (latency < d->quickest)
		d->quickest = latency;
	d->sum += (double)latency;
	d->answers++;
	d->full |= out >= concurrency_limit(d);
	if (d->answers >= concurrency_limit(d))
		end_round(d);
}
