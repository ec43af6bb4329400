/* The waits between the attempts of a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervise.h"

static void
waits_double_up_to_half_a_minute(void **state)
{
	const int64_t ms = 1000000;

	(void)state;
	assert_int_equal(supervise_delay(1, 0), 100 * ms);
	assert_int_equal(supervise_delay(2, 0), 200 * ms);
	assert_int_equal(supervise_delay(9, 0), 25600 * ms);
	assert_int_equal(supervise_delay(10, 0), 30000 * ms);
	assert_int_equal(supervise_delay(UINT64_MAX, 0), 30000 * ms);
}

static void
a_random_part_is_less_than_half(void **state)
{
	(void)state;
	for (unsigned int random = 0; random < 256; random++) {
		int64_t delay = supervise_delay(10, random);

		assert_true(delay > 15000000000 && delay <= 30000000000);
	}
	assert_int_not_equal(supervise_delay(10, 'a'), supervise_delay(10, 'b'));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_double_up_to_half_a_minute),
		cmocka_unit_test(a_random_part_is_less_than_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
