/* The running test, compared with one that is computed anew at each value. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fewer.h"
#include "ks.h"

#define NUMBER(x) ((struct drift_value){ x, 0 })
#include "ks_two_sample.h"

enum { MOST = 2000 };

/* The definition, slowly. */
struct slow {
	uint64_t window, min;
	double alpha;
	bool reset, complete, in_alarm;
	double reference[MOST], current[MOST];
	uint64_t references, currents;
};

static double work[KS_TWO_SAMPLE_WORK];

static int64_t
up_to(const double *x, uint64_t n, double at)
{
	int64_t count = 0;

	for (uint64_t i = 0; i < n; i++)
		count += x[i] <= at;
	return count;
}

static int64_t
slow_gap(const struct slow *s)
{
	int64_t gap = 0;

	for (uint64_t i = 0; i < s->references + s->currents; i++) {
		double at =
		    i < s->references ? s->reference[i] : s->current[i - s->references];
		int64_t distance =
		    (int64_t)s->currents * up_to(s->reference, s->references, at) -
		    (int64_t)s->references * up_to(s->current, s->currents, at);

		if (llabs(distance) > gap)
			gap = llabs(distance);
	}
	return gap;
}

static struct ks_verdict
slow_step(struct slow *s, double x)
{
	struct ks_verdict v = { .p = 1 };
	int64_t gap;

	if (!s->complete) {
		s->reference[s->references++] = x;
		s->complete = s->references == s->window;
		return v;
	}
	if (s->currents == s->window)
		memmove(s->current, s->current + 1, --s->currents * sizeof(x));
	s->current[s->currents++] = x;
	if (s->currents < s->min)
		return v;
	gap = slow_gap(s);
	v.tested = true;
	v.statistic = (double)gap / (double)(s->references * s->currents);
	v.p = ks_two_sample_p((int64_t)s->references, (int64_t)s->currents, gap, work);
	v.drift = v.p < s->alpha;
	v.alarm = v.drift && !s->in_alarm;
	s->in_alarm = v.drift;
	if (v.alarm && s->reset) {
		memcpy(s->reference, s->current, s->currents * sizeof(x));
		s->references = s->currents;
		s->currents = 0;
		s->in_alarm = false;
	}
	return v;
}

static uint64_t seed;

static uint64_t
draw(uint64_t below)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (seed >> 33) % below;
}

static void
assert_same(const struct ks_verdict *v, const struct ks_verdict *w, bool numbers)
{
	assert_int_equal(v->tested, w->tested);
	assert_int_equal(v->drift, w->drift);
	assert_int_equal(v->alarm, w->alarm);
	if (v->tested && (numbers || v->alarm)) {
		assert_true(fabs(v->statistic - w->statistic) < 1e-15);
		assert_true(v->p == w->p);
	} else {
		assert_true(isnan(v->statistic) && v->p == 1);
	}
}

static void
each_verdict_is_that_of_the_definition(void **state)
{
	int alarms = 0;

	(void)state;
	for (seed = 1; seed <= (uint64_t)fewer(400); seed++) {
		uint64_t kept = seed, window = 1 + draw(seed % 50 == 0 ? 300 : 40),
			 levels = 1 + draw(30);
		struct ks ks = { .window = window, .min = window };
		struct slow slow = { .window = window, .min = ks.min };
		bool numbers = draw(2);

		if (draw(3) > 0)
			ks.min = slow.min = 1 + draw(window);
		ks.reset = slow.reset = draw(2);
		ks.alpha = slow.alpha = 1.0 / (double)(2 + draw(100));
		assert_int_equal(ks_open(&ks), 0);
		for (uint64_t given = draw(2) * draw(100); given > 0; given--) {
			double x = (double)draw(levels);

			assert_int_equal(ks_add_reference(&ks, NUMBER(x)), 0);
			slow.reference[slow.references++] = x;
		}
		if (slow.references > 0) {
			assert_int_equal(ks_complete(&ks), 0);
			slow.complete = true;
		}
		for (uint64_t i = 0; i < 60 + 6 * window; i++) {
			double moved = i > 50 + 4 * window ? -3 :
			    i > 40 + 3 * window		   ? 1.5 :
							     0;
			double x = (double)draw(levels) + moved;
			struct ks_verdict v, w = slow_step(&slow, x);

			assert_int_equal(ks_step(&ks, NUMBER(x), numbers, &v), 0);
			assert_same(&v, &w, numbers);
			alarms += v.alarm;
		}
		ks_close(&ks);
		seed = kept;
	}
	assert_true(alarms > fewer(400));
}

/* A test that is loaded from a snapshot goes on with the same bits. */
static void
a_resumed_test_goes_on_as_it_was(void **state)
{
	(void)state;
	for (int stop = 0; stop < 200; stop++) {
		struct ks ks = { .window = 40, .min = 7, .alpha = 0.01, .reset = stop % 2 };
		struct ks again = ks;
		struct ks_verdict v, w;

		seed = 7;
		assert_int_equal(ks_open(&ks), 0);
		assert_int_equal(ks_open(&again), 0);
		for (int i = 0; i < stop; i++)
			assert_int_equal(ks_step(&ks, NUMBER((double)draw(50) + (i > 90) * 30),
					     true, &v),
			    0);
		for (uint64_t i = 0; i < ks.references; i++)
			assert_int_equal(ks_add_reference(&again, ks.reference[i]), 0);
		for (uint64_t i = 0; i < ks.currents; i++)
			assert_int_equal(ks_load(&again, ks.current[i]), 0);
		again.complete = ks.complete;
		again.in_alarm = ks.in_alarm;
		again.next = ks.next;
		assert_int_equal(ks_resume(&again), 0);
		for (int i = stop; i < 250; i++) {
			double x = (double)draw(50) + (i > 90) * 30;

			assert_int_equal(ks_step(&ks, NUMBER(x), true, &v), 0);
			assert_int_equal(ks_step(&again, NUMBER(x), true, &w), 0);
			assert_same(&v, &w, true);
		}
		ks_close(&ks);
		ks_close(&again);
	}
}

static void
a_state_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	for (int wrong = 0; wrong < 5; wrong++) {
		struct ks ks = { .window = 3, .min = 1, .alpha = 0.05 };

		assert_int_equal(ks_open(&ks), 0);
		for (int i = 0; wrong != 0 && i < 3; i++)
			assert_int_equal(ks_add_reference(&ks, NUMBER(i)), 0);
		for (int i = 0; wrong != 2 && i < 3; i++)
			assert_int_equal(ks_load(&ks, NUMBER(i)), 0);
		ks.complete = wrong != 1;
		ks.next = wrong < 3 ? 1 : 3;
		if (wrong < 4) {
			assert_int_equal(ks_resume(&ks), -1);
		} else {
			ks.next = 0;
			assert_int_equal(ks_load(&ks, NUMBER(1)), -1);
		}
		assert_int_equal(errno, EINVAL);
		ks_close(&ks);
	}
}

/* Runs of ten thousand independent values after the reference, as in the page's table. */
static void
false_alarms_are_as_many_as_the_page_says(void **state)
{
	static const struct {
		double alpha;
		int least, most;
	} pages[] = { { 0.05, 24, 38 }, { 0.01, 6, 21 }, { 1e-3, 0, 8 }, { 1e-5, 0, 0 } };
	int runs[4] = { 0 };

	(void)state;
	seed = 5;
	for (int run = 0; run < fewer(40); run++) {
		struct ks ks = { .window = 1000, .min = 100, .alpha = 0.05 };
		double lowest = 1;

		assert_int_equal(ks_open(&ks), 0);
		for (int i = 0; i < 11000; i++) {
			struct ks_verdict v;

			assert_int_equal(ks_step(&ks, NUMBER((double)draw(UINT32_MAX)), true,
					     &v),
			    0);
			lowest = fmin(lowest, v.p);
		}
		for (int a = 0; a < 4; a++)
			runs[a] += lowest < pages[a].alpha;
		ks_close(&ks);
	}
	for (int a = 0; a < 4 && fewer(40) == 40; a++)
		assert_in_range(runs[a], pages[a].least, pages[a].most);
}

static void
drift_is_p_below_alpha_and_not_at_it(void **state)
{
	double p = ks_two_sample_p(4, 4, 16, work);

	(void)state;
	for (int below = 0; below < 2; below++) {
		struct ks ks = { .window = 4, .min = 4, .alpha = below ? nextafter(p, 1) : p };
		struct ks_verdict v;

		assert_int_equal(ks_open(&ks), 0);
		for (int i = 0; i < 8; i++)
			assert_int_equal(ks_step(&ks, NUMBER(i), false, &v), 0);
		assert_true(v.tested);
		assert_int_equal(v.drift, below);
		ks_close(&ks);
	}
}

static void
zeros_of_both_signs_are_one_value(void **state)
{
	struct ks ks = { .window = 2, .min = 1, .alpha = 0.05 };
	struct ks_verdict v;

	(void)state;
	assert_int_equal(ks_open(&ks), 0);
	assert_int_equal(ks_add_reference(&ks, NUMBER(-0.0)), 0);
	assert_int_equal(ks_complete(&ks), 0);
	assert_int_equal(ks_step(&ks, NUMBER(0), true, &v), 0);
	assert_true(v.tested && v.statistic == 0 && v.p == 1);
	ks_close(&ks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict_is_that_of_the_definition),
		cmocka_unit_test(a_resumed_test_goes_on_as_it_was),
		cmocka_unit_test(a_state_that_does_not_fit_is_refused),
		cmocka_unit_test(false_alarms_are_as_many_as_the_page_says),
		cmocka_unit_test(drift_is_p_below_alpha_and_not_at_it),
		cmocka_unit_test(zeros_of_both_signs_are_one_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
