#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "golden_exact.h"
#include "numbers/moments.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A sum with the sum of the squares. */
struct pair {
	struct exact sum, squares;
};

static void
assert_same(double got, double wanted)
{
	if (memcmp(&got, &wanted, sizeof got) != 0 && !(got == 0 && wanted == 0))
		fail_msg("%a where %a is right", got, wanted);
}

static void
add(struct pair *pair, double x)
{
	assert_int_equal(exact_add(&pair->sum, x, false), 0);
	assert_int_equal(exact_add_square(&pair->squares, x, false), 0);
}

static void
take_off(struct pair *pair, double x)
{
	assert_int_equal(exact_add(&pair->sum, x, true), 0);
	assert_int_equal(exact_add_square(&pair->squares, x, true), 0);
}

static void
free_pair(struct pair *pair)
{
	exact_free(&pair->sum);
	exact_free(&pair->squares);
}

static void
assert_golden(const struct pair *pair, const struct golden *g)
{
	uint64_t n = (uint64_t)g->n;

	assert_same(exact_round(&pair->sum), g->sum);
	assert_same(exact_mean(&pair->sum, n), g->mean);
	if (n < 2)
		return;
	assert_same(exact_variance(&pair->sum, &pair->squares, n), g->variance);
	assert_same(exact_deviation(&pair->sum, &pair->squares, n), g->deviation);
}

static void
assert_equal_sums(const struct exact *a, const struct exact *b)
{
	struct exact_view left = exact_view(a), right = exact_view(b);

	assert_int_equal(left.low, right.low);
	assert_int_equal(left.count, right.count);
	assert_memory_equal(left.limbs, right.limbs, sizeof(int64_t) * (size_t)left.count);
}

static double
mixed(uint64_t i)
{
	uint64_t z = i * UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	z ^= z >> 31;
	if (z % 97 == 0)
		return (z & UINT64_C(1) << 40) != 0 ? -1e16 : 1e16;
	return ((double)(z % 1000001) - 500000.0) / 100;
}

static void
sums_means_and_variances_are_pythons(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(golden); i++) {
		struct pair pair = { 0 };

		for (int j = 0; j < golden[i].n; j++)
			add(&pair, golden[i].values[j]);
		assert_golden(&pair, &golden[i]);
		free_pair(&pair);
	}
}

/*
 * Every golden set again: backwards; among values that are removed again; and from two
 * halves.
 */
static void
the_order_never_shows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(golden); i++) {
		const struct golden *g = &golden[i], *other = &golden[(i + 7) % COUNT(golden)];
		struct pair all = { 0 }, half = { 0 };

		for (int j = 0; j < other->n; j++)
			add(&all, other->values[j]);
		for (int j = g->n - 1; j >= 0; j--)
			add(j % 2 == 0 ? &all : &half, g->values[j]);
		for (int j = 0; j < other->n; j++)
			take_off(&all, other->values[j]);
		assert_int_equal(exact_merge(&all.sum, &half.sum, false), 0);
		assert_int_equal(exact_merge(&all.squares, &half.squares, false), 0);
		assert_golden(&all, g);
		assert_int_equal(exact_merge(&all.sum, &half.sum, true), 0);
		assert_int_equal(exact_merge(&all.squares, &half.squares, true), 0);
		for (int j = 0; j < g->n; j += 2)
			take_off(&all, g->values[j]);
		assert_true(exact_view(&all.sum).count == 0);
		assert_true(exact_view(&all.squares).count == 0);
		assert_same(exact_round(&all.sum), 0);
		free_pair(&all);
		free_pair(&half);
	}
}

static void
ten_million_evictions_leave_no_trace(void **state)
{
	enum { SIZE = 100, END = 10000000 };
	struct exact sum = { 0 }, afresh = { 0 };

	(void)state;
	for (uint64_t i = 0; i < END; i++) {
		exact_add(&sum, mixed(i), false);
		if (i >= SIZE)
			exact_add(&sum, mixed(i - SIZE), true);
	}
	for (uint64_t i = END - SIZE; i < END; i++)
		exact_add(&afresh, mixed(i), false);
	assert_equal_sums(&sum, &afresh);
	assert_same(exact_round(&sum), golden_window);
	exact_free(&sum);
	exact_free(&afresh);
}

static void
billions_of_values_have_a_variance(void **state)
{
	struct pair pair = { 0 };

	(void)state;
	add(&pair, 0.1);
	add(&pair, 0.7);
	add(&pair, 1e10);
	for (int i = 0; i < 33; i++) {
		struct pair same = { 0 };

		assert_int_equal(exact_merge(&same.sum, &pair.sum, false), 0);
		assert_int_equal(exact_merge(&same.squares, &pair.squares, false), 0);
		assert_int_equal(exact_merge(&pair.sum, &same.sum, false), 0);
		assert_int_equal(exact_merge(&pair.squares, &same.squares, false), 0);
		free_pair(&same);
	}
	assert_same(exact_variance(&pair.sum, &pair.squares, UINT64_C(3) << 33), golden_many);
	free_pair(&pair);
}

/* 2^62 times the greatest double and 2^62 times its square: as far as limbs ever reach. */
static void
sums_cannot_overflow(void **state)
{
	struct pair pair = { 0 };

	(void)state;
	add(&pair, -DBL_MAX);
	for (int i = 0; i < 62; i++) {
		struct pair same = { 0 };

		assert_int_equal(exact_merge(&same.sum, &pair.sum, false), 0);
		assert_int_equal(exact_merge(&same.squares, &pair.squares, false), 0);
		assert_int_equal(exact_merge(&pair.sum, &same.sum, false), 0);
		assert_int_equal(exact_merge(&pair.squares, &same.squares, false), 0);
		free_pair(&same);
	}
	assert_same(exact_mean(&pair.sum, UINT64_C(1) << 62), -DBL_MAX);
	assert_same(exact_round(&pair.sum), -HUGE_VAL);
	assert_same(exact_deviation(&pair.sum, &pair.squares, UINT64_C(1) << 62), 0);
	add(&pair, 5e-324);
	assert_same(exact_mean(&pair.sum, UINT64_C(1) << 62), -DBL_MAX);
	assert_int_equal(exact_view(&pair.squares).low, EXACT_LOW);
	free_pair(&pair);
}

/* Many small values add up beyond the limb that they began in, on both sides of 0. */
static void
small_values_pile_up(void **state)
{
	const int64_t full[] = { INT64_MAX };
	struct exact sum = { 0 }, other = { 0 };

	(void)state;
	for (int i = 0; i < 1 << 15; i++) {
		assert_int_equal(exact_add(&sum, 0x1p51 + 0.5, false), 0);
		assert_int_equal(exact_add(&other, 0x1p51 + 0.5, true), 0);
	}
	assert_same(exact_round(&sum), 0x1p66 + 0x1p14);
	assert_same(exact_round(&other), -0x1p66 - 0x1p14);
	exact_free(&sum);
	exact_add(&sum, 0x1p60, false);
	assert_int_equal(exact_restore(&other, (struct exact_view){ full, 0, 1 }), 0);
	assert_int_equal(exact_merge(&sum, &other, false), 0);
	assert_same(exact_round(&sum), 0x1p63 + 0x1p60);
	exact_free(&sum);
	exact_free(&other);
}

static void
what_was_saved_goes_on_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(golden); i++) {
		const struct golden *g = &golden[i];
		struct pair saved = { 0 }, restored = { 0 };
		int j, half = g->n / 2;

		add(&restored, 1e300); /* what was there before is forgotten */
		for (j = 0; j < half; j++)
			add(&saved, g->values[j]);
		assert_int_equal(exact_restore(&restored.sum, exact_view(&saved.sum)), 0);
		assert_int_equal(exact_restore(&restored.squares, exact_view(&saved.squares)),
		    0);
		assert_equal_sums(&restored.sum, &saved.sum);
		for (; j < g->n; j++)
			add(&restored, g->values[j]);
		assert_golden(&restored, g);
		free_pair(&saved);
		free_pair(&restored);
	}
}

static void
an_impossible_state_is_refused(void **state)
{
	enum { LONG = EXACT_HIGH - EXACT_LOW + 1 };
	static const int64_t plain[] = { 1, 2 }, padded[] = { 0, 2 }, wide[] = { -1, -1 };
	static const int64_t zero[] = { 0 }, all[LONG] = { [0] = 1, [LONG - 1] = 1 };
	const struct exact_view views[] = {
		{ plain, EXACT_LOW - 1, 2 },
		{ plain, EXACT_HIGH - 1, 2 },
		{ plain, INT_MAX, 2 },
		{ plain, INT_MIN, 2 },
		{ plain, 0, -1 },
		{ plain, 0, INT_MAX },
		{ padded, 0, 2 },
		{ wide, 0, 2 },
		{ zero, 0, 1 },
		{ NULL, 1, 0 },
		{ all, EXACT_LOW, LONG },
	};
	struct exact sum = { 0 };

	(void)state;
	assert_int_equal(exact_add(&sum, 1.5, false), 0);
	for (size_t i = 0; i < COUNT(views); i++) {
		errno = 0;
		assert_int_equal(exact_restore(&sum, views[i]), -1);
		assert_int_equal(errno, EINVAL);
		assert_same(exact_round(&sum), 1.5);
	}
	assert_int_equal(exact_restore(&sum, (struct exact_view){ wide, 0, 1 }), 0);
	assert_same(exact_round(&sum), -1);
	assert_int_equal(exact_restore(&sum, (struct exact_view){ NULL, 0, 0 }), 0);
	assert_true(exact_view(&sum).count == 0);
	exact_free(&sum);
}

static void
usual_values_need_no_memory(void **state)
{
	struct pair pair = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 10000; i++)
		if (fabs(mixed(i)) < 1e15)
			add(&pair, mixed(i));
	assert_int_equal(sizeof pair.sum, 32);
	assert_int_equal(pair.sum.capacity, 0);
	assert_int_equal(pair.squares.capacity, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_means_and_variances_are_pythons),
		cmocka_unit_test(the_order_never_shows),
		cmocka_unit_test(ten_million_evictions_leave_no_trace),
		cmocka_unit_test(billions_of_values_have_a_variance),
		cmocka_unit_test(sums_cannot_overflow),
		cmocka_unit_test(small_values_pile_up),
		cmocka_unit_test(what_was_saved_goes_on_the_same),
		cmocka_unit_test(an_impossible_state_is_refused),
		cmocka_unit_test(usual_values_need_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
