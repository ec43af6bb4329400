/* How many requests may be in flight, tried with servers that are only a formula. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/redis/concurrency.h"

#define MS INT64_C(1000000)
#define S INT64_C(1000000000)

/*
 * Gives a number of answers, with as many requests in flight as allowed.  Each answer takes
 * base, and each_out for each request in flight.
 */
static int64_t
answer(struct concurrency *d, int answers, int64_t base, int64_t each_out, int64_t now)
{
	for (int i = 0; i < answers; i++) {
		unsigned int out = concurrency_limit(d);
		int64_t latency = base + each_out * out;

		now += latency / out;
		concurrency_answered(d, latency, out, now);
	}
	return now;
}

static void
it_grows_while_more_cost_nothing(void **state)
{
	struct concurrency d;

	(void)state;
	concurrency_open(&d, 0);
	assert_int_equal(concurrency_limit(&d), CONCURRENCY_FIRST);
	/* Six rounds double it six times. */
	answer(&d, 16 + 32 + 64 + 128 + 256 + 512, 20 * MS, 0, 0);
	assert_int_equal(concurrency_limit(&d), CONCURRENCY_MOST);
	answer(&d, 10 * CONCURRENCY_MOST, 20 * MS, 0, 0);
	assert_int_equal(concurrency_limit(&d), CONCURRENCY_MOST);
	assert_int_equal(concurrency_floor(&d), 20 * MS);
}

static void
it_stays_where_requests_wait_for_one_another(void **state)
{
	struct concurrency d;
	int64_t now;

	(void)state;
	concurrency_open(&d, 0);
	/*
	 * 100 us a request, over a network of 2 ms: latency is good up to 2 x 3.6 ms + 5 ms,
	 * at 102 requests.
	 */
	now = answer(&d, 20000, 2 * MS, MS / 10, 0);
	for (int i = 0; i < 20; i++) {
		now = answer(&d, 1000, 2 * MS, MS / 10, now);
		assert_in_range(concurrency_limit(&d), 80, 120);
	}
}

static void
it_is_cut_when_the_server_turns_slow_and_grows_again(void **state)
{
	struct concurrency d;
	int64_t now;

	(void)state;
	concurrency_open(&d, 0);
	now = answer(&d, 20000, MS, 0, 0);
	assert_int_equal(concurrency_limit(&d), CONCURRENCY_MOST);
	/* The slow answers last for less time than the floor is remembered. */
	now = answer(&d, CONCURRENCY_MOST, 500 * MS, 0, now);
	assert_int_equal(concurrency_limit(&d), CONCURRENCY_MOST * 9 / 10);
	now = answer(&d, 5000, 500 * MS, 0, now);
	assert_in_range(concurrency_limit(&d), 1, 700);
	answer(&d, 2000000, MS, 0, now);
	assert_int_equal(concurrency_limit(&d), CONCURRENCY_MOST);
}

static void
a_slower_path_becomes_the_floor(void **state)
{
	struct concurrency d;
	int64_t now;

	(void)state;
	concurrency_open(&d, 0);
	now = answer(&d, 1000, MS, 0, 0);
	assert_int_equal(concurrency_floor(&d), MS);
	while (now < 40 * S)
		now = answer(&d, 1, 50 * MS, 0, now);
	assert_int_equal(concurrency_floor(&d), 50 * MS);
	assert_true(concurrency_limit(&d) >= 2);
}

static void
few_out_tell_nothing(void **state)
{
	struct concurrency d;

	(void)state;
	concurrency_open(&d, 0);
	for (int i = 0; i < 1000; i++)
		concurrency_answered(&d, MS, 3, i);
	assert_int_equal(concurrency_limit(&d), CONCURRENCY_FIRST);
}

static void
it_is_never_less_than_one(void **state)
{
	struct concurrency d;

	(void)state;
	concurrency_open(&d, 0);
	concurrency_answered(&d, 1, 1, 0);
	for (int i = 0; i < 1000; i++)
		concurrency_answered(&d, 100 * MS, concurrency_limit(&d), 0);
	assert_int_equal(concurrency_limit(&d), 1);
}

static void
fixed_is_fixed(void **state)
{
	struct concurrency d;

	(void)state;
	concurrency_open(&d, 7);
	answer(&d, 1000, MS, 0, 0);
	answer(&d, 1000, S, 0, 0);
	assert_int_equal(concurrency_limit(&d), 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_grows_while_more_cost_nothing),
		cmocka_unit_test(it_stays_where_requests_wait_for_one_another),
		cmocka_unit_test(it_is_cut_when_the_server_turns_slow_and_grows_again),
		cmocka_unit_test(a_slower_path_becomes_the_floor),
		cmocka_unit_test(few_out_tell_nothing),
		cmocka_unit_test(it_is_never_less_than_one),
		cmocka_unit_test(fixed_is_fixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
