/* D and p compared with SciPy's: tests/smldrift/golden.py. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecdf.h"
#include "ks_two_sample.h"

static double work[KS_TWO_SAMPLE_WORK];

/* Returns the next row of a golden file, past the comments; NULL at its end. */
static char *
next_row(FILE *f, char *line, int size)
{
	char *row;

	do
		row = fgets(line, size, f);
	while (row != NULL && row[0] == '#');
	return row;
}

/* Below 1e-290 SciPy's numbers and ours lose digits, and below 1e-308 all of them. */
static void
assert_p(double is, double should, const char *row)
{
	if (fabs(is - should) > 1e-10 * should && (is > 1e-290 || should > 1e-290))
		fail_msg("p is %.17g: %s", is, row);
}

static double *
sample(int64_t n, uint64_t seed, uint64_t levels, double shift)
{
	double *x = calloc((size_t)n, sizeof(*x));

	assert_non_null(x);
	for (int64_t i = 0; i < n; i++) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		x[i] = (double)((seed >> 33) % levels) + shift;
	}
	return x;
}

static int64_t
gap_of(const double *x, int64_t n1, const double *y, int64_t n2)
{
	struct drift_value *reference = calloc((size_t)n1, sizeof *reference);
	struct ecdf e;
	int64_t gap;

	assert_non_null(reference);
	for (int64_t i = 0; i < n1; i++)
		reference[i].x = x[i];
	assert_int_equal(ecdf_open(&e, (size_t)n1), 0);
	ecdf_set_reference(&e, reference, (size_t)n1);
	free(reference);
	for (int64_t i = 0; i < n2; i++)
		ecdf_add(&e, ecdf_place(&e, (struct drift_value){ y[i], 0 }));
	gap = ecdf_gap(&e);
	ecdf_close(&e);
	return gap;
}

static void
statistic_and_p_are_those_of_ks_2samp(void **state)
{
	FILE *f = fopen("tests/smldrift/ks_2samp.txt", "r");
	char line[256];
	int rows = 0;

	(void)state;
	assert_non_null(f);
	while (next_row(f, line, sizeof(line)) != NULL) {
		long long n1, n2, seed, levels, gap, is;
		double shift, d, p, *x, *y;

		assert_int_equal(sscanf(line, "%lld %lld %lld %lld %lf %lld %lf %lf", &n1, &n2,
				     &seed, &levels, &shift, &gap, &d, &p),
		    8);
		x = sample(n1, (uint64_t)seed, (uint64_t)levels, 0);
		y = sample(n2, (uint64_t)seed + 1000000, (uint64_t)levels, shift);
		is = gap_of(x, n1, y, n2);
		if (is != gap || fabs(ks_two_sample_statistic(n1, n2, is) - d) > 1e-15)
			fail_msg("n1 n2 D is %lld: %s", is, line);
		assert_p(ks_two_sample_p(n1, n2, gap, work), p, line);
		free(x);
		free(y);
		rows++;
	}
	fclose(f);
	assert_int_equal(rows, 960);
}

static void
the_one_sample_probability_is_that_of_kstwo(void **state)
{
	FILE *f = fopen("tests/smldrift/kstwo.txt", "r");
	char line[256];
	int rows = 0;

	(void)state;
	assert_non_null(f);
	while (next_row(f, line, sizeof(line)) != NULL) {
		long long n;
		double d, p;

		assert_int_equal(sscanf(line, "%lld %lf %lf", &n, &d, &p), 3);
		assert_p(ks_one_sample_p(n, d, work), p, line);
		rows++;
	}
	fclose(f);
	assert_int_equal(rows, 1465);
}

static void
the_smallest_significant_distances_of_two_thousands_are_known(void **state)
{
	static const struct {
		double alpha;
		int64_t thousandths;
	} known[] = { { 0.05, 61 }, { 0.01, 73 }, { 1e-3, 88 }, { 1e-4, 100 }, { 1e-5, 111 },
		{ 1e-6, 121 } };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		int64_t gap = known[i].thousandths * 1000;

		assert_true(ks_two_sample_p(1000, 1000, gap, work) < known[i].alpha);
		assert_true(ks_two_sample_p(1000, 1000, gap - 1000, work) >= known[i].alpha);
	}
}

/* Counts all ways to mix m and n values, by the largest |n i - m j| on each lattice path. */
static void
count_paths(int m, int n, int i, int j, int gap, double *counts)
{
	int here = abs(n * i - m * j);

	if (here > gap)
		gap = here;
	if (i == m && j == n)
		counts[gap]++;
	if (i < m)
		count_paths(m, n, i + 1, j, gap, counts);
	if (j < n)
		count_paths(m, n, i, j + 1, gap, counts);
}

static void
p_is_the_share_of_all_mixtures_of_small_samples(void **state)
{
	(void)state;
	for (int m = 1; m <= 7; m++)
		for (int n = 1; n <= 7; n++) {
			double counts[50] = { 0 }, all = 0, beyond = 0;

			count_paths(m, n, 0, 0, 0, counts);
			for (int gap = 0; gap <= m * n; gap++)
				all += counts[gap];
			for (int gap = m * n; gap >= 0; gap--) {
				beyond += counts[gap];
				if (counts[gap] > 0 &&
				    fabs(ks_two_sample_p(m, n, gap, work) - beyond / all) >
					1e-14)
					fail_msg("%d %d %d", m, n, gap);
			}
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statistic_and_p_are_those_of_ks_2samp),
		cmocka_unit_test(the_one_sample_probability_is_that_of_kstwo),
		cmocka_unit_test(
		    the_smallest_significant_distances_of_two_thousands_are_known),
		cmocka_unit_test(p_is_the_share_of_all_mixtures_of_small_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
