/* The two-sample Kolmogorov-Smirnov test at every value of a stream. */
#include "ks.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "ks_two_sample.h"

enum { KNOWN_BITS = 14 };

/*
 * The p-value of a gap between `reference` and `current` values; reference 0: an empty entry.
 */
struct ks_known {
	int64_t reference, current, gap;
	double p;
};

const struct member ks_members[] = {
	{ "complete", M_BOOL, offsetof(struct ks, complete), 0 },
	{ "episode", M_BOOL, offsetof(struct ks, in_alarm), 0 },
	{ "next", M_U64, offsetof(struct ks, next), 0 },
	{ NULL, M_BOOL, 0, 0 },
};

int
ks_open(struct ks *ks)
{
	ks->room = ks->window;
	ks->reference = calloc(ks->room, sizeof(*ks->reference));
	ks->current = calloc(ks->window, sizeof(*ks->current));
	ks->place = calloc(ks->window, sizeof(*ks->place));
	ks->known = calloc((size_t)1 << KNOWN_BITS, sizeof(*ks->known));
	ks->work = calloc(KS_TWO_SAMPLE_WORK, sizeof(*ks->work));
	if (ks->reference != NULL && ks->current != NULL && ks->place != NULL &&
	    ks->known != NULL && ks->work != NULL)
		return 0;
	ks_close(ks);
	return -1;
}

void
ks_close(struct ks *ks)
{
	free(ks->reference);
	free(ks->current);
	free(ks->place);
	free(ks->known);
	free(ks->work);
	ecdf_close(&ks->ecdf);
	memset(ks, 0, sizeof(*ks));
}

int
ks_add_reference(struct ks *ks, struct drift_value x)
{
	if (ks->references == KS_MOST) {
		errno = EOVERFLOW;
		return -1;
	}
	if (grow(&ks->reference, &ks->room, ks->references + 1, sizeof(*ks->reference)) == -1)
		return -1;
	ks->reference[ks->references++] = x;
	return 0;
}

int
ks_complete(struct ks *ks)
{
	/* The window needs room, too: it may become the reference. */
	uint64_t most = ks->references > ks->window ? ks->references : ks->window;

	ecdf_close(&ks->ecdf);
	if (ecdf_open(&ks->ecdf, most) == -1)
		return -1;
	ecdf_set_reference(&ks->ecdf, ks->reference, ks->references);
	ks->complete = true;
	return 0;
}

static void
hold(struct ks *ks, struct drift_value x)
{
	uint32_t place = ecdf_place(&ks->ecdf, x);

	if (ks->currents == ks->window) {
		ecdf_slide(&ks->ecdf, place, ks->place[ks->next]);
	} else {
		ecdf_add(&ks->ecdf, place);
		ks->currents++;
	}
	ks->current[ks->next] = x;
	ks->place[ks->next] = place;
	ks->next = ks->next + 1 == ks->window ? 0 : ks->next + 1;
}

/* Makes the window the reference; the new window is empty. */
static void
start_over(struct ks *ks)
{
	memcpy(ks->reference, ks->current, ks->currents * sizeof(*ks->current));
	ks->references = ks->currents;
	ks->currents = ks->next = 0;
	ks->in_alarm = false;
	ecdf_set_reference(&ks->ecdf, ks->reference, ks->references);
	ks->sized = 0;
}

/*
 * Returns the p-value of a gap, from the cache if it is there.  All gaps that occur are
 * multiples of one number; the multiplication distributes them over the cache.
 */
static double
p_of(struct ks *ks, int64_t gap)
{
	struct ks_known now = { ks->ecdf.reference, ks->ecdf.current, gap, 0 };
	struct ks_known *known =
	    &ks->known[(uint64_t)gap * 0x9e3779b97f4a7c15 >> (64 - KNOWN_BITS)];

	if (known->reference != now.reference || known->current != now.current ||
	    known->gap != gap) {
		now.p = ks_two_sample_p(now.reference, now.current, gap, ks->work);
		*known = now;
	}
	return known->p;
}

/*
 * Returns whether p < alpha, mostly without computing p.  p falls as the gap grows, so each
 * p-value that is computed decides all larger gaps or all smaller gaps, too.
 */
static bool
is_drift(struct ks *ks, int64_t gap)
{
	if (ks->sized != ks->ecdf.current) {
		ks->sized = ks->ecdf.current;
		ks->gap_sound = -1;
		ks->gap_drift = INT64_MAX;
	}
	if (gap > ks->gap_sound && gap < ks->gap_drift) {
		if (p_of(ks, gap) < ks->alpha)
			ks->gap_drift = gap;
		else
			ks->gap_sound = gap;
	}
	return gap >= ks->gap_drift;
}

static void
test(struct ks *ks, bool numbers, struct ks_verdict *v)
{
	int64_t gap = ecdf_gap(&ks->ecdf);

	v->tested = true;
	v->drift = numbers ? p_of(ks, gap) < ks->alpha : is_drift(ks, gap);
	v->alarm = v->drift && !ks->in_alarm;
	ks->in_alarm = v->drift;
	if (numbers || v->alarm) {
		v->statistic =
		    ks_two_sample_statistic(ks->ecdf.reference, ks->ecdf.current, gap);
		v->p = p_of(ks, gap);
	}
	if (v->alarm && ks->reset)
		start_over(ks);
}

int
ks_step(struct ks *ks, struct drift_value x, bool numbers, struct ks_verdict *v)
{
	*v = (struct ks_verdict){ .statistic = (double)NAN, .p = 1 };
	if (ks->complete) {
		hold(ks, x);
		if (ks->currents >= ks->min)
			test(ks, numbers, v);
		return 0;
	}
	if (ks_add_reference(ks, x) == -1)
		return -1;
	if (ks->references == ks->window && ks_complete(ks) == -1) {
		ks->references--;
		return -1;
	}
	return 0;
}

void
ks_clear(struct ks *ks)
{
	ks->references = ks->currents = ks->next = 0;
	ks->complete = ks->in_alarm = false;
	ks->sized = 0;
}

int
ks_load(struct ks *ks, struct drift_value x)
{
	if (ks->currents == ks->window) {
		errno = EINVAL;
		return -1;
	}
	ks->current[ks->currents++] = x;
	return 0;
}

/* Returns whether ks_step can have left this state. */
static bool
fits(const struct ks *ks)
{
	if (!ks->complete)
		return ks->references < ks->window && ks->currents == 0 && ks->next == 0;
	return ks->references > 0 &&
	    (ks->currents < ks->window ? ks->next == ks->currents : ks->next < ks->window);
}

int
ks_resume(struct ks *ks)
{
	if (!fits(ks)) {
		errno = EINVAL;
		return -1;
	}
	if (!ks->complete)
		return 0;
	if (ks_complete(ks) == -1)
		return -1;
	for (uint64_t i = 0; i < ks->currents; i++) {
		ks->place[i] = ecdf_place(&ks->ecdf, ks->current[i]);
		ecdf_add(&ks->ecdf, ks->place[i]);
	}
	return 0;
}
