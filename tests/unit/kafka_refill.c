/* When a queue that was full has room again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kafka/refill.h"

static void
a_queue_is_refilled_at_half(void **state)
{
	size_t most = 0;

	(void)state;
	assert_false(refill_due(50, 80, &most)); /* it was never full */
	assert_false(refill_due(10, 80, &most));
	assert_false(refill_due(100, 80, &most));
	assert_false(refill_due(51, 80, &most));
	assert_true(refill_due(50, 80, &most));
	assert_false(refill_due(20, 80, &most)); /* it was asked for */
	assert_false(refill_due(80, 80, &most));
	assert_true(refill_due(0, 80, &most));
}

static void
one_message_is_no_full_queue(void **state)
{
	size_t most = 0;

	(void)state;
	assert_false(refill_due(1, 2, &most));
	assert_false(refill_due(0, 2, &most));
	assert_false(refill_due(2, 2, &most));
	assert_true(refill_due(1, 2, &most));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_is_refilled_at_half),
		cmocka_unit_test(one_message_is_no_full_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
