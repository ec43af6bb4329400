/* The scaler compared with River, row by row: tests/smllearn/reference.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "learn/scaler.h"

#include "near.h"

enum { WIDTH = 4, ROWS = 60 };

static void
widen(struct scaler *s, uint64_t at, uint64_t n)
{
	assert_int_equal(scaler_reserve(s, s->width + n), 0);
	scaler_widen(s, at, n);
}

static void
every_row_is_scaled_as_river_does(void **state)
{
	double row[4 * WIDTH], z[WIDTH];
	struct scaler s = { 0 };
	FILE *f;

	(void)state;
	f = fopen("tests/smllearn/scaler.golden", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "#%*[^\n] "), 0);
	widen(&s, 0, WIDTH);
	for (int n = 0; n < ROWS; n++) {
		for (int i = 0; i < 4 * WIDTH; i++)
			assert_int_equal(fscanf(f, "%lf", row + i), 1);
		scaler_apply(&s, row, z);
		for (int i = 0; i < WIDTH; i++)
			assert_near(z[i], row[WIDTH + i]);
		assert_int_equal(scaler_try(&s, row, z), 0);
		scaler_keep(&s);
		for (int i = 0; i < WIDTH; i++) {
			assert_true(s.mean[i] == row[2 * WIDTH + i]);
			assert_true(s.variance[i] == row[3 * WIDTH + i]);
		}
		scaler_apply(&s, row, row + WIDTH);
		assert_memory_equal(z, row + WIDTH, sizeof z);
	}
	scaler_close(&s);
	fclose(f);
}

static void
what_does_not_vary_is_zero(void **state)
{
	const double x[1] = { 1e9 };
	double z[1] = { 1 };
	struct scaler s = { 0 };

	(void)state;
	widen(&s, 0, 1);
	scaler_apply(&s, x, z);
	assert_true(z[0] == 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(scaler_try(&s, x, z), 0);
		scaler_keep(&s);
		assert_true(z[0] == 0);
	}
	scaler_close(&s);
}

static void
a_row_too_large_leaves_no_trace(void **state)
{
	const double x[1] = { 1 }, y[1] = { 3 }, far[1] = { 1e300 };
	double z[1];
	struct scaler s = { 0 };

	(void)state;
	widen(&s, 0, 1);
	assert_int_equal(scaler_try(&s, x, z), 0);
	scaler_keep(&s);
	assert_int_equal(scaler_try(&s, far, z), -1);
	assert_true(s.rows == 1 && s.mean[0] == 1 && s.variance[0] == 0);
	assert_int_equal(scaler_try(&s, y, z), 0);
	scaler_keep(&s);
	assert_true(s.rows == 2 && s.mean[0] == 2 && s.variance[0] == 1);
	scaler_close(&s);
}

static void
a_feature_that_comes_later_was_zero_before(void **state)
{
	const double one[1] = { 5 }, two[2] = { 0, 5 };
	double z[2];
	struct scaler late = { 0 }, early = { 0 };

	(void)state;
	widen(&late, 0, 1);
	widen(&early, 0, 2);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(scaler_try(&late, one, z), 0);
		scaler_keep(&late);
		assert_int_equal(scaler_try(&early, two, z), 0);
		scaler_keep(&early);
	}
	widen(&late, 0, 1);
	assert_memory_equal(late.mean, early.mean, 2 * sizeof *late.mean);
	assert_memory_equal(late.variance, early.variance, 2 * sizeof *late.variance);
	scaler_close(&late);
	scaler_close(&early);
}

static void
what_is_no_scaler_is_not_taken_for_one(void **state)
{
	struct scaler s = { 0 };

	(void)state;
	widen(&s, 0, 2);
	assert_int_equal(scaler_loaded(&s, 2), 0);
	assert_int_equal(scaler_loaded(&s, 1), -1);
	s.variance[0] = -1;
	assert_int_equal(scaler_loaded(&s, 2), -1);
	s.variance[0] = 1;
	s.variances = 1;
	assert_int_equal(scaler_loaded(&s, 2), -1);
	s.variances = 2;
	s.mean[0] = (double)NAN;
	assert_int_equal(scaler_loaded(&s, 2), -1);
	scaler_close(&s);
}

/* The scaler once accepted 1e155, and then refused every other number. */
static void
the_row_that_is_too_large_is_refused_not_the_next(void **state)
{
	static const double first[] = { 1e155, -1e155, 6.1e153, (double)INFINITY };
	static const double large[] = { 6e153, -6e153, 6e153, 1, -6e153, 0, 1e-300 };
	struct scaler s = { 0 };
	double z, one = 1;

	(void)state;
	widen(&s, 0, 1);
	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		assert_int_equal(scaler_try(&s, &first[i], &z), -1);
	assert_int_equal(scaler_try(&s, &one, &z), 0);
	scaler_keep(&s);
	for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
		assert_int_equal(scaler_try(&s, &large[i], &z), 0);
		assert_true(isfinite(z));
		scaler_keep(&s);
		assert_true(isfinite(s.mean[0]) && isfinite(s.variance[0]));
	}
	assert_int_equal(scaler_loaded(&s, 1), 0);
	s.mean[0] = 1e155;
	assert_int_equal(scaler_loaded(&s, 1), -1);
	scaler_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_scaled_as_river_does),
		cmocka_unit_test(what_does_not_vary_is_zero),
		cmocka_unit_test(a_row_too_large_leaves_no_trace),
		cmocka_unit_test(the_row_that_is_too_large_is_refused_not_the_next),
		cmocka_unit_test(a_feature_that_comes_later_was_zero_before),
		cmocka_unit_test(what_is_no_scaler_is_not_taken_for_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
