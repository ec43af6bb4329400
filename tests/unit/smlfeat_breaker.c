/* The circuit breaker, by a clock of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/redis/breaker.h"

#define S INT64_C(1000000000)

static void
fail_times(struct breaker *b, int times, int64_t first, int64_t apart)
{
	for (int i = 0; i < times; i++)
		breaker_failed(b, first + i * apart);
}

static void
five_failures_in_ten_seconds_open_it(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	fail_times(&b, 4, 100 * S, 2 * S);
	assert_true(breaker_admits(&b, 107 * S));
	breaker_failed(&b, 110 * S);
	assert_int_equal(b.state, BREAKER_OPEN);
	assert_false(breaker_admits(&b, 110 * S));
	assert_int_equal(breaker_wait(&b, 110 * S), S);
	assert_int_equal(b.opened, 1);
}

static void
five_in_more_do_not(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	fail_times(&b, 100, 0, BREAKER_WINDOW / 4 + 1);
	assert_int_equal(b.state, BREAKER_CLOSED);
	assert_int_equal(breaker_wait(&b, 300 * S), 0);
	breaker_failed(&b, 99 * (BREAKER_WINDOW / 4 + 1) + 1);
	assert_int_equal(b.state, BREAKER_OPEN);
}

static void
successes_between_do_not_hide_failures(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(b.state, BREAKER_CLOSED);
		breaker_succeeded(&b);
		breaker_failed(&b, i * S);
	}
	assert_int_equal(b.state, BREAKER_OPEN);
}

static void
one_probe_closes_it(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	fail_times(&b, 5, 0, 0);
	assert_false(breaker_admits(&b, S - 1));
	assert_true(breaker_admits(&b, S));
	assert_int_equal(b.state, BREAKER_HALF_OPEN);
	assert_false(breaker_admits(&b, S));
	assert_false(breaker_admits(&b, 100 * S));
	breaker_succeeded(&b);
	assert_int_equal(b.state, BREAKER_CLOSED);
	assert_true(breaker_admits(&b, S));
	/*
	 * The earlier failures are forgotten, and the time open begins with one second again.
	 */
	fail_times(&b, 4, S, 0);
	assert_int_equal(b.state, BREAKER_CLOSED);
	breaker_failed(&b, S);
	assert_int_equal(breaker_wait(&b, S), S);
}

static void
the_time_open_doubles_to_thirty_seconds(void **state)
{
	static const int64_t seconds[] = { 1, 2, 4, 8, 16, 30, 30, 30 };
	struct breaker b = { 0 };
	int64_t now = 0;

	(void)state;
	fail_times(&b, 5, now, 0);
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		assert_int_equal(breaker_wait(&b, now), seconds[i] * S);
		now += seconds[i] * S;
		assert_true(breaker_admits(&b, now));
		breaker_failed(&b, now);
	}
	assert_int_equal(b.opened, 9);
}

static void
late_failures_do_not_prolong_it(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	fail_times(&b, 20, 0, S / 100);
	assert_true(breaker_admits(&b, S + 4 * S / 100));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_failures_in_ten_seconds_open_it),
		cmocka_unit_test(five_in_more_do_not),
		cmocka_unit_test(successes_between_do_not_hide_failures),
		cmocka_unit_test(one_probe_closes_it),
		cmocka_unit_test(the_time_open_doubles_to_thirty_seconds),
		cmocka_unit_test(late_failures_do_not_prolong_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
