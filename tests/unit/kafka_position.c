/* Where reading begins and ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kafka/position.h"

static void
assert_position(const char *text, enum position_kind kind, int64_t at)
{
	struct position p;

	assert_int_equal(position_read(text, &p, NULL), 0);
	assert_int_equal(p.kind, kind);
	assert_int_equal(p.at, at);
}

static void
places_are_read(void **state)
{
	(void)state;
	assert_position("beginning", POSITION_BEGINNING, 0);
	assert_position("end", POSITION_END, 0);
	assert_position("0", POSITION_OFFSET, 0);
	assert_position("9223372036854775807", POSITION_OFFSET, INT64_MAX);
	assert_position("-5", POSITION_BACK, 5);
	assert_position("@1700000000000", POSITION_TIME, 1700000000000);
	assert_position("@2023-11-14T22:13:20Z", POSITION_TIME, 1700000000000);
}

static void
a_time_within_a_millisecond_is_the_next_one(void **state)
{
	(void)state;
	assert_position("@2023-11-14T22:13:20.000001Z", POSITION_TIME, 1700000000001);
	assert_position("@2023-11-14T22:13:20.001Z", POSITION_TIME, 1700000000001);
}

static void
others_are_none(void **state)
{
	static const char *const wrong[] = { "", "-", "--5", "5x", "+5", "1e3", "begin", "@",
		"@x", "@1969-12-31T23:59:59Z", "9223372036854775808", "-9223372036854775808" };
	struct position p;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(position_read(wrong[i], &p, NULL), -1);
}

/* Returns where reading begins in a partition that holds 100 to 199. */
static int64_t
offset(enum position_kind kind, int64_t at, int64_t found)
{
	return position_offset(&(struct position){ kind, at }, 100, 200, found);
}

static void
places_are_offsets_of_a_partition(void **state)
{
	(void)state;
	assert_int_equal(offset(POSITION_BEGINNING, 0, -1), 100);
	assert_int_equal(offset(POSITION_END, 0, -1), 200);
	assert_int_equal(offset(POSITION_OFFSET, 150, -1), 150);
	assert_int_equal(offset(POSITION_OFFSET, 300, -1), 300);
	assert_int_equal(offset(POSITION_BACK, 1, 199), 199);
	assert_int_equal(offset(POSITION_BACK, 0, 200), 200);
	assert_int_equal(offset(POSITION_TIME, 5, 120), 120);
}

static void
what_is_gone_is_no_place_to_begin(void **state)
{
	(void)state;
	assert_int_equal(offset(POSITION_OFFSET, 50, -1), 100);
	assert_int_equal(offset(POSITION_BACK, 101, 100), 100);
}

static void
a_time_that_no_message_has_is_the_end(void **state)
{
	(void)state;
	assert_int_equal(offset(POSITION_TIME, 5, -1), 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_read),
		cmocka_unit_test(a_time_within_a_millisecond_is_the_next_one),
		cmocka_unit_test(others_are_none),
		cmocka_unit_test(places_are_offsets_of_a_partition),
		cmocka_unit_test(what_is_gone_is_no_place_to_begin),
		cmocka_unit_test(a_time_that_no_message_has_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
