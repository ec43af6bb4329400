/* Who gets which arm: shares, salts, and what moves when weights change. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "split/plan.h"

enum { IDS = 100000, MOST = 4 };

/* Makes a plan of arms "a=50", "b=30" and so on; NULL ends the list. */
static struct plan
plan_of(int method, const char *const *arm)
{
	struct plan plan = { .method = method, .fine = true };
	struct err err;

	for (; *arm != NULL; arm++)
		assert_int_equal(arms_add_text(&plan.arms, *arm, false, &err), 0);
	assert_int_equal(plan_settle(&plan, &err), 0);
	return plan;
}

static struct assignment
assign(const struct plan *plan, int id)
{
	struct assignment a;
	char text[16];
	int n = snprintf(text, sizeof(text), "user_%d", id);

	plan_assign(plan, text, (size_t)n, &a);
	return a;
}

/* Checks that a count is within five standard deviations of the share of n. */
static void
near(int count, int n, double share)
{
	assert_true(fabs(count - n * share) <= 5 * sqrt(n * share * (1 - share)));
}

static void
arms_have_their_percentages(void **state)
{
	static const char *const arms[] = { "a=10", "b=33.33", "c=0", "d=20.5", NULL };
	static const double share[MOST] = { 0.1, 0.3333, 0, 0.205 };

	(void)state;
	for (int method = METHOD_CLASSIC; method <= METHOD_RENDEZVOUS; method++) {
		struct plan plan = plan_of(method, arms);
		int count[MOST] = { 0 }, otherwise = 0;

		for (int i = 0; i < IDS; i++) {
			struct assignment a = assign(&plan, i);

			if (a.reason == REASON_OTHERWISE) {
				assert_int_equal(a.arm, 0);
				otherwise++;
			} else {
				assert_int_equal(a.reason, REASON_SPLIT);
				count[a.arm]++;
			}
		}
		for (int i = 0; i < MOST; i++)
			near(count[i], IDS, share[i]);
		near(otherwise, IDS, 0.3617);
		plan_free(&plan);
	}
}

/*
 * Returns how many of IDS ids have another arm in the second plan.  *astray of them moved to
 * an arm whose weight did not grow.
 */
static int
moved(int method, const char *const *before, const char *const *after, int *astray)
{
	struct plan was = plan_of(method, before), is = plan_of(method, after);
	int count = 0;

	*astray = 0;
	for (int i = 0; i < IDS; i++) {
		uint32_t from = assign(&was, i).arm, to = assign(&is, i).arm;

		if (from == to)
			continue;
		count++;
		*astray += is.arms.arm[to].weight <= was.arms.arm[to].weight;
	}
	plan_free(&was);
	plan_free(&is);
	return count;
}

static void
a_ramp_up_moves_ids_only_into_the_growing_arm(void **state)
{
	static const char *const before[] = { "control=60", "mild=30", "bold=10", NULL };
	static const char *const after[] = { "control=40", "mild=20", "bold=40", NULL };
	int astray, count = moved(METHOD_RENDEZVOUS, before, after, &astray);

	(void)state;
	assert_int_equal(astray, 0);
	near(count, IDS, 0.30); /* what the growing arm gains: the minimum */
	count = moved(METHOD_CLASSIC, before, after, &astray);
	near(count, IDS, 0.50);
	near(astray, IDS, 0.20);
}

static void
what_no_arm_has_yet_is_where_an_arm_grows(void **state)
{
	static const char *const before[] = { "control=0", "b=10", NULL };
	static const char *const after[] = { "control=0", "b=20", NULL };
	int astray;

	(void)state;
	near(moved(METHOD_RENDEZVOUS, before, after, &astray), IDS, 0.10);
	assert_int_equal(astray, 0);
}

/* The case of the page: 33/33/34 to 50/25/25. */
static void
the_minimum_is_nearly_reached_where_ratios_change(void **state)
{
	static const char *const before[] = { "a=33", "b=33", "c=34", NULL };
	static const char *const after[] = { "a=50", "b=25", "c=25", NULL };
	int astray, count = moved(METHOD_RENDEZVOUS, before, after, &astray);

	(void)state;
	assert_true(count >= 16500 && count <= 18000);
	count = moved(METHOD_CLASSIC, before, after, &astray);
	assert_true(count >= 25500 && count <= 26600);
}

/* With one hash for both, all ids that the gate lets in would be in arm a. */
static void
inside_a_gate_the_split_is_even(void **state)
{
	static const char *const arms[] = { "a=50", "b=50", NULL };
	struct plan plan = plan_of(METHOD_CLASSIC, arms);
	int inside = 0, a = 0, out = 0;
	struct err err;

	(void)state;
	plan_free(&plan);
	plan = (struct plan){ 0 };
	assert_int_equal(arms_add_text(&plan.arms, "a=50", false, &err), 0);
	assert_int_equal(arms_add_text(&plan.arms, "b=50", false, &err), 0);
	assert_int_equal(plan_share(&plan.gate, "10%", &err), 0);
	assert_int_equal(plan_share(&plan.holdout, "5", &err), 0);
	assert_int_equal(plan_settle(&plan, &err), 0);
	for (int i = 0; i < IDS; i++) {
		struct assignment got = assign(&plan, i);

		out += got.reason == REASON_HOLDOUT;
		if (got.reason != REASON_SPLIT) {
			assert_int_equal(got.arm, 0);
			continue;
		}
		inside++;
		a += got.arm == 0;
	}
	near(out, IDS, 0.05);
	near(inside, IDS, 0.095);
	near(a, inside, 0.5);
	plan_free(&plan);
}

static void
salts_make_other_splits(void **state)
{
	static const char *const arms[] = { "a=50", "b=50", NULL };

	(void)state;
	for (int method = METHOD_CLASSIC; method <= METHOD_RENDEZVOUS; method++) {
		struct plan plain = plan_of(method, arms), salted = { .method = method };
		struct err err;
		int same = 0;

		salted.salt = strdup("spring");
		assert_int_equal(arms_add_text(&salted.arms, "a=50", false, &err), 0);
		assert_int_equal(arms_add_text(&salted.arms, "b=50", false, &err), 0);
		assert_int_equal(plan_settle(&salted, &err), 0);
		for (int i = 0; i < IDS; i++)
			same += assign(&plain, i).arm == assign(&salted, i).arm;
		near(same, IDS, 0.5);
		plan_free(&plain);
		plan_free(&salted);
	}
}

static void
shadows_see_a_share(void **state)
{
	static const char *const arms[] = { "a=50", "b=50", NULL };
	struct plan plan = plan_of(METHOD_CLASSIC, arms);
	char text[16];
	int seen = 0;

	(void)state;
	assert_true(plan_shadowed(&plan, "x", 1));
	plan.shadow.set = true;
	plan.shadow.size = 1000;
	for (int i = 0; i < IDS; i++)
		seen += plan_shadowed(&plan, text,
		    (size_t)snprintf(text, sizeof(text), "user_%d", i));
	near(seen, IDS, 0.1);
	plan_free(&plan);
}

/*
 * A share of n hundredths of a percent is the buckets 0 to n - 1, no more and no
 * less.  The buckets are those of Python 3: int(hashlib.md5(b"holdout:user_2")
 * .hexdigest(), 16) % 10000, and so on.
 */
static void
a_holdout_or_gate_of_n_hundredths_ends_before_bucket_n(void **state)
{
	static const char *const arms[] = { "a=0", "b=100", NULL };
	enum { HOLDOUT_2 = 209, GATE_1 = 3578, SHADOW_0 = 5341 };
	struct plan plan = plan_of(METHOD_CLASSIC, arms);
	struct assignment a;

	(void)state;
	for (uint32_t over = 0; over <= 1; over++) {
		plan.gate.set = false;
		plan.holdout.set = true;
		plan.holdout.size = HOLDOUT_2 + over;
		a = assign(&plan, 2);
		assert_int_equal(a.reason, over ? REASON_HOLDOUT : REASON_SPLIT);
		assert_int_equal(a.arm, over ? 0 : 1);
		plan.holdout.set = false;
		plan.gate.set = true;
		plan.gate.size = GATE_1 + over;
		a = assign(&plan, 1);
		assert_int_equal(a.reason, over ? REASON_SPLIT : REASON_GATE);
		assert_int_equal(a.arm, over ? 1 : 0);
		plan.shadow.set = true;
		plan.shadow.size = SHADOW_0 + over;
		assert_int_equal(plan_shadowed(&plan, "user_0", 6), over);
	}
	plan_free(&plan);
}

/* The same holds for an arm: 1 percent is bucket 0, and not bucket 1. */
static void
an_arm_ends_before_its_bound(void **state)
{
	struct assignment a;
	bool met[2] = { false, false };

	(void)state;
	for (int fine = 0; fine <= 1; fine++) {
		struct plan plan = { .fine = fine };
		struct err err;

		assert_int_equal(arms_add_text(&plan.arms, "a=1", false, &err), 0);
		assert_int_equal(arms_add_text(&plan.arms, "b=99", false, &err), 0);
		assert_int_equal(plan_settle(&plan, &err), 0);
		for (int i = 0; i < IDS; i++) {
			a = assign(&plan, i);
			assert_int_equal(a.arm, a.bucket >= (fine ? 100 : 1));
			met[fine] = met[fine] || a.bucket == (fine ? 100 : 1);
		}
		assert_true(met[fine]);
		plan_free(&plan);
	}
}

/* Relative weights share all ids, whatever they add up to. */
static void
relative_weights_share_all(void **state)
{
	static const char *const ratios[][4] = { { "0.5", "0.5", "0", NULL },
		{ "1", "1", "1", NULL }, { "3", "1", "1000", NULL },
		{ "1000000", "1000000", "999.25", NULL } };

	(void)state;
	for (int i = 0; i < 8; i++) {
		struct plan plan = { .relative = true, .fine = true, .method = i % 2 };
		int count[3] = { 0 };
		double sum = 0;
		struct err err;
		char text[32];

		for (int arm = 0; arm < 3; arm++) {
			(void)snprintf(text, sizeof(text), "%c=%s", 'a' + arm,
			    ratios[i / 2][arm]);
			if (arms_add_text(&plan.arms, text, true, &err) == -1)
				continue;
			sum += plan.arms.arm[arm].weight;
		}
		assert_int_equal(plan.arms.count, 3);
		assert_int_equal(plan_settle(&plan, &err), 0);
		assert_int_equal(plan.left, 0);
		for (int id = 0; id < IDS; id++) {
			assert_int_equal(assign(&plan, id).reason, REASON_SPLIT);
			count[assign(&plan, id).arm]++;
		}
		/* A bucket is one in ten thousand: no share is off by more than one. */
		for (int arm = 0; arm < 3; arm++) {
			double share = plan.arms.arm[arm].weight / sum;

			assert_true(fabs(count[arm] - IDS * share) <=
			    5 * sqrt(IDS * share * (1 - share)) + 1e-4 * IDS);
		}
		plan_free(&plan);
	}
}

/* 1:1:1 of a hundred buckets is 33, 34 and 33, because the bounds are rounded. */
static void
relative_bounds_are_rounded(void **state)
{
	struct plan plan = { .relative = true };
	int buckets[3] = { 0 };
	struct err err;

	(void)state;
	for (const char *const *arm = (const char *const[]){ "a=1", "b=1", "c=1", NULL };
	     *arm != NULL; arm++)
		assert_int_equal(arms_add_text(&plan.arms, *arm, true, &err), 0);
	assert_int_equal(plan_settle(&plan, &err), 0);
	for (int i = 0; i < 100; i++)
		buckets[plan.arm_of[i]]++;
	assert_int_equal(buckets[0], 33);
	assert_int_equal(buckets[1], 34);
	assert_int_equal(buckets[2], 33);
	plan_free(&plan);
}

/* Shares as they are written, and their values; -1: not a share. */
static void
shares_are_percentages(void **state)
{
	static const struct {
		const char *text;
		int share;
	} golden[] = { { "0", 0 }, { "100", 10000 }, { "100.00%", 10000 }, { "33.3", 3330 },
		{ "033.33%", 3333 }, { "0.01", 1 }, { "00000000000000000005", 500 },
		{ "", -1 }, { "%", -1 }, { "-1", -1 }, { "+1", -1 }, { "1.", -1 },
		{ ".5", -1 }, { "1.234", -1 }, { "1.000", -1 }, { "100.01", -1 },
		{ "101", -1 }, { "4294967296", -1 }, { "18446744073709551617", -1 },
		{ "1e1", -1 }, { "5 %", -1 }, { "5%%", -1 }, { "0x10", -1 }, { "nan", -1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		struct err err;
		uint32_t share = 0;
		int result = share_read(golden[i].text, NULL, &share, &err);

		assert_int_equal(result == 0 ? (int)share : -1, golden[i].share);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arms_have_their_percentages),
		cmocka_unit_test(a_ramp_up_moves_ids_only_into_the_growing_arm),
		cmocka_unit_test(what_no_arm_has_yet_is_where_an_arm_grows),
		cmocka_unit_test(the_minimum_is_nearly_reached_where_ratios_change),
		cmocka_unit_test(inside_a_gate_the_split_is_even),
		cmocka_unit_test(salts_make_other_splits),
		cmocka_unit_test(shadows_see_a_share),
		cmocka_unit_test(a_holdout_or_gate_of_n_hundredths_ends_before_bucket_n),
		cmocka_unit_test(an_arm_ends_before_its_bound),
		cmocka_unit_test(relative_weights_share_all),
		cmocka_unit_test(relative_bounds_are_rounded),
		cmocka_unit_test(shares_are_percentages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
