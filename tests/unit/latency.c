/* Percentiles of a histogram, compared with the values themselves in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/latency.h"

enum { N = 20000 };

static int
ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Fills in values of all sizes, from 0 to 2^62. */
static void
fill(int64_t *value, int n, uint64_t seed)
{
	for (int i = 0; i < n; i++) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		value[i] = (int64_t)(seed >> (2 + (seed >> 33) % 62));
	}
}

static void
assert_near(int64_t is, int64_t should)
{
	assert_true(is >= should);
	assert_true(is - should <= should / LATENCY_SPLIT);
}

static void
quantiles_are_a_thirty_second_off_at_most(void **state)
{
	static const double quantile[] = { 0.0001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1 };
	static struct latency l;
	static int64_t value[N];

	(void)state;
	fill(value, N, 1);
	for (int i = 0; i < N; i++)
		latency_add(&l, value[i]);
	qsort(value, N, sizeof(value[0]), ascending);
	for (size_t i = 0; i < sizeof(quantile) / sizeof(quantile[0]); i++) {
		double rank = quantile[i] * N;
		int at = (int)rank + ((double)(int)rank < rank) - 1;

		assert_near(latency_quantile(&l, quantile[i]), value[at]);
	}
	assert_int_equal(latency_quantile(&l, 0), value[0]);
	assert_int_equal(latency_quantile(&l, 1), value[N - 1]);
}

static void
small_ones_are_exact(void **state)
{
	(void)state;
	for (int64_t ns = 0; ns < 2 * (int64_t)LATENCY_SPLIT; ns++) {
		struct latency l = { 0 };

		latency_add(&l, ns);
		latency_add(&l, INT64_MAX);
		assert_int_equal(latency_quantile(&l, 0.5), ns);
		assert_int_equal(latency_quantile(&l, 1), INT64_MAX);
	}
}

static void
an_empty_one_and_a_clock_that_went_back(void **state)
{
	struct latency l = { 0 };

	(void)state;
	assert_int_equal(latency_quantile(&l, 0), 0);
	assert_int_equal(latency_quantile(&l, 1), 0);
	latency_add(&l, -5);
	assert_int_equal(l.count, 1);
	assert_int_equal(latency_quantile(&l, 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_a_thirty_second_off_at_most),
		cmocka_unit_test(small_ones_are_exact),
		cmocka_unit_test(an_empty_one_and_a_clock_that_went_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
