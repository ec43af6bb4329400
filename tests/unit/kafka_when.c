#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kafka/when.h"

static int64_t
read_as(const char *text, enum unit unit)
{
	int64_t ns = 0;
	struct err err;

	assert_int_equal(when_read(text, &(struct time_field){ .unit = unit }, &ns, &err), 0);
	return ns;
}

static void
times_days_and_numbers_are_instants(void **state)
{
	(void)state;
	assert_int_equal(read_as("2023-11-14T22:13:20Z", UNIT_MS), 1700000000000000000);
	assert_int_equal(read_as("2023-11-14T23:13:20.5+01:00", UNIT_MS), 1700000000500000000);
	assert_int_equal(read_as("2023-11-14", UNIT_S), 1699920000000000000);
	assert_int_equal(read_as("1700000000000", UNIT_MS), 1700000000000000000);
	assert_int_equal(read_as("1700000000.25", UNIT_S), 1700000000250000000);
	assert_int_equal(read_as("0", UNIT_MS), 0);
	assert_int_equal(read_as("-5", UNIT_US), -5000);
}

static void
anything_else_is_refused(void **state)
{
	static const char *const bad[] = { "", "yesterday", "2023-11-31", "2023-11-14T",
		"12:00", "2023/11/14", "1e9", "0x10", "007", "5.", ".5", "-",
		"99999999999999999999", "2023-11-1 " };
	int64_t ns;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(when_read(bad[i], WHEN_MS, &ns, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_days_and_numbers_are_instants),
		cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
