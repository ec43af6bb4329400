#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay/pace.h"

#define MS INT64_C(1000000)
#define S INT64_C(1000000000)

/* The time on the clock when the first record comes, and the time of that record. */
static const int64_t start = 77 * S, epoch = 1700000000 * S;

static void
nothing_is_held_back_at_full_speed(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	assert_int_equal(pace_due(&pace, epoch, start), start);
	assert_int_equal(pace_due(&pace, epoch + 99 * S, start + 1), start + 1);
	assert_int_equal(pace_due(&pace, INT64_MIN, start + 1), start + 1);
}

static void
distances_are_those_of_the_records(void **state)
{
	struct pace pace = { .speed = 1 }, tenfold = { .speed = 10 }, slow = { .speed = 0.5 };

	(void)state;
	for (int64_t after = 0; after < 100 * S; after += 777 * MS) {
		assert_int_equal(pace_due(&pace, epoch + after, start), start + after);
		assert_int_equal(pace_due(&tenfold, epoch + after, start), start + after / 10);
		assert_int_equal(pace_due(&slow, epoch + after, start), start + after * 2);
	}
}

static void
a_record_out_of_order_goes_at_once(void **state)
{
	struct pace pace = { .speed = 1 };

	(void)state;
	pace_due(&pace, epoch, start);
	assert_int_equal(pace_due(&pace, epoch + S, start), start + S);
	assert_int_equal(pace_due(&pace, epoch - 5 * S, start + S), start);
	/* And does not move the others. */
	assert_int_equal(pace_due(&pace, epoch + 2 * S, start + S), start + 2 * S);
}

static void
the_schedule_stands_when_the_reader_is_slow(void **state)
{
	struct pace pace = { .speed = 1 };

	(void)state;
	pace_due(&pace, epoch, start);
	assert_int_equal(pace_due(&pace, epoch + S, start + 60 * S), start + S);
	assert_int_equal(pace_due(&pace, epoch + 61 * S, start + 60 * S), start + 61 * S);
}

static void
a_rate_is_kept_to_the_record(void **state)
{
	struct pace pace = { .rate = 3000 };
	int64_t now = start, due = 0;

	(void)state;
	for (int i = 0; i <= 9000; i++) {
		due = pace_due(&pace, epoch - i, now);
		if (due > now)
			now = due;
	}
	assert_in_range(due, start + 3 * S - 10, start + 3 * S + 10);
}

/* A reader that stood still for a minute gets a tenth of a second's records at once. */
static void
a_rate_holds_after_a_stop(void **state)
{
	struct pace pace = { .rate = 1000 };
	int64_t now = start;
	int at_once = 0;

	(void)state;
	for (int i = 0; i < 500; i++) {
		int64_t due = pace_due(&pace, epoch, now);

		if (due > now)
			now = due;
	}
	now += 60 * S;
	while (pace_due(&pace, epoch, now) <= now)
		at_once++;
	assert_in_range(at_once, 100, 101);
}

static void
speed_and_rate_both_hold(void **state)
{
	struct pace pace = { .speed = 1, .rate = 10 };

	(void)state;
	/* A burst is spread out; a pause stays. */
	for (int64_t i = 0; i < 20; i++)
		assert_int_equal(pace_due(&pace, epoch, start), start + i * 100 * MS);
	assert_int_equal(pace_due(&pace, epoch + 60 * S, start + 2 * S), start + 60 * S);
}

static void
times_at_the_ends_of_time_are_no_matter(void **state)
{
	struct pace pace = { .speed = 1 }, slow = { .speed = 1e-300 };

	(void)state;
	pace_due(&pace, INT64_MIN + 1, start);
	assert_int_equal(pace_due(&pace, INT64_MAX, start), INT64_MAX);
	pace_due(&slow, 0, start);
	assert_int_equal(pace_due(&slow, 1, start), INT64_MAX);
	pace_due(&slow, INT64_MIN + 1, start);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_held_back_at_full_speed),
		cmocka_unit_test(distances_are_those_of_the_records),
		cmocka_unit_test(a_record_out_of_order_goes_at_once),
		cmocka_unit_test(the_schedule_stands_when_the_reader_is_slow),
		cmocka_unit_test(a_rate_is_kept_to_the_record),
		cmocka_unit_test(a_rate_holds_after_a_stop),
		cmocka_unit_test(speed_and_rate_both_hold),
		cmocka_unit_test(times_at_the_ends_of_time_are_no_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
