#include "store/redis/depth.h"

void
depth_open(struct depth *d, unsigned int fixed)
{
	*d = (struct depth){ .limit = fixed > 0 ? fixed : DEPTH_FIRST,
		.fixed = fixed > 0,
		.quickest = INT64_MAX,
		.quickest_before = INT64_MAX };
}

int64_t
depth_floor(const struct depth *d)
{
	int64_t least = d->quickest < d->quickest_before ? d->quickest : d->quickest_before;

	return least == INT64_MAX ? 0 : least;
}

static void
end_round(struct depth *d)
{
	double mean = d->sum / d->answers;
	double near = 2 * (double)depth_floor(d) + (double)DEPTH_SLACK;

	d->mean = d->mean > 0 ? DEPTH_WEIGHT * mean + (1 - DEPTH_WEIGHT) * d->mean : mean;
	if (d->mean > near) {
		d->limit = d->limit * DEPTH_CUT > 1 ? d->limit * DEPTH_CUT : 1;
		d->cut = true;
	} else if (d->full) {
		d->limit = d->cut ? d->limit + 1 : d->limit * 2;
		d->limit = d->limit < DEPTH_MOST ? d->limit : DEPTH_MOST;
	}
	d->sum = 0;
	d->answers = 0;
	d->full = false;
}

void
depth_answered(struct depth *d, int64_t latency, unsigned int out, int64_t now)
{
	if (d->fixed)
		return;
	if (now - d->window > DEPTH_WINDOW) {
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
	d->full |= out >= depth_limit(d);
	if (d->answers >= depth_limit(d))
		end_round(d);
}
