/* Windows on the line of time, compared with the definition by floor in wider integers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "kinds/align.h"

__extension__ typedef __int128 wide;

static const int64_t times[] = { 0, 1, -1, 59, 60, 61, -59, -60, -61, 1700000000000000000,
	-1700000000000000000, INT64_MIN + 1, INT64_MIN + 2, INT64_MAX, INT64_MAX - 1,
	INT64_MAX / 2, INT64_MIN / 2 };

static const int64_t sizes[][2] = { { 60, 60 }, { 1, 1 }, { 60, 7 }, { 60, 24 }, { 60, 1 },
	{ INT64_MAX, INT64_MAX }, { INT64_MAX, 1 }, { INT64_MAX, 3 },
	{ 600000000000, 60000000000 }, { 90, 60 } };

static wide
floor_of(wide a, wide b)
{
	return a / b - (a % b < 0);
}

static void
every_window_of_a_time_holds_it(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		struct align align = align_make(sizes[s][0], sizes[s][1]);

		assert_true(align.width * align.per_window == sizes[s][0]);
		assert_true(align.width * align.per_slide == sizes[s][1]);
		for (size_t t = 0; t < sizeof times / sizeof times[0]; t++) {
			wide first = floor_of((wide)times[t] - sizes[s][0], sizes[s][1]) + 1;
			wide last = floor_of(times[t], sizes[s][1]);
			bool within = first * sizes[s][1] > INT64_MIN &&
			    last * sizes[s][1] + sizes[s][0] <= INT64_MAX;

			assert_int_equal(align_within(&align, times[t]), within);
			if (!within)
				continue;
			assert_true(
			    align_first(&align, align_pane(&align, times[t])) == first);
			assert_true(align_last(&align, align_pane(&align, times[t])) == last);
			assert_true(align_end(&align, (int64_t)last) ==
			    last * sizes[s][1] + sizes[s][0]);
		}
	}
}

static void
a_watermark_closes_what_ends_at_it(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		struct align align = align_make(sizes[s][0], sizes[s][1]);

		for (size_t t = 0; t < sizeof times / sizeof times[0]; t++) {
			int64_t open = align_open(&align, times[t]);
			wide end = (wide)open * sizes[s][1] + sizes[s][0];

			assert_true(end > times[t]);
			if (end - sizes[s][0] - sizes[s][1] > INT64_MIN)
				assert_true(end - sizes[s][1] <= times[t]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_window_of_a_time_holds_it),
		cmocka_unit_test(a_watermark_closes_what_ends_at_it) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
