#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "numbers/monotonic.h"

enum { EVENTS = 20000 };

/* Returns the extreme of values[from .. to), by looking at each. */
static double
extreme(const double *values, size_t from, size_t to, bool greatest)
{
	double result = values[from];

	for (size_t i = from; i < to; i++)
		if (greatest ? values[i] > result : values[i] < result)
			result = values[i];
	return result;
}

/* Windows that grow and shrink at random over values with many ties. */
static void
the_front_is_the_extreme_of_the_window(void **state)
{
	static double values[EVENTS];

	(void)state;
	for (int round = 0; round < 8; round++) {
		struct monotonic queue = { .greatest = round % 2 == 1 };
		size_t from = 0, longest = (size_t)1 << (1 + round);

		srand((unsigned int)round);
		for (size_t i = 0; i < EVENTS; i++) {
			values[i] = rand() % 50 - (double)(i % 300);
			assert_int_equal(monotonic_push(&queue, i, values[i]), 0);
			while (i - from > longest || (from < i && rand() % 3 == 0))
				from++;
			monotonic_evict(&queue, from);
			assert_true(monotonic_front(&queue)->value ==
			    extreme(values, from, i + 1, queue.greatest));
			assert_true(monotonic_front(&queue)->sequence >= from);
		}
		monotonic_evict(&queue, EVENTS);
		assert_null(monotonic_front(&queue));
		monotonic_free(&queue);
		assert_true(queue.greatest == (round % 2 == 1));
	}
}

/*
 * Rising values all stay, as each may become the least: a window of 1000 always fits a ring
 * of 1024.
 */
static void
a_steady_window_keeps_its_ring(void **state)
{
	struct monotonic queue = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 100000; i++) {
		monotonic_evict(&queue, i < 1000 ? 0 : i - 999);
		assert_int_equal(monotonic_push(&queue, i, (double)i), 0);
	}
	assert_int_equal(queue.ring.count, 1000);
	assert_int_equal(queue.ring.capacity, 1024);
	monotonic_free(&queue);
}

/* Values may come in any order: the extremes are those of the order of their sequences. */
static void
what_comes_late_takes_its_place(void **state)
{
	(void)state;
	srand(7);
	for (int round = 0; round < 300; round++) {
		struct monotonic late = { .greatest = round % 2 == 0 }, sorted = late;
		uint64_t order[40] = { 0 };
		double value[40];

		for (int i = 0; i < 40; i++) {
			int at = rand() % (i + 1);

			order[i] = order[at];
			order[at] = (uint64_t)i;
			value[i] = rand() % 9;
			assert_int_equal(monotonic_push(&sorted, (uint64_t)i, value[i]), 0);
		}
		for (int i = 0; i < 40; i++)
			assert_int_equal(monotonic_insert(&late, order[i], value[order[i]]),
			    0);
		for (uint64_t first = 0; first < 40; first++) {
			monotonic_evict(&late, first);
			monotonic_evict(&sorted, first);
			assert_true(
			    monotonic_front(&late)->value == monotonic_front(&sorted)->value);
		}
		monotonic_free(&late);
		monotonic_free(&sorted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_front_is_the_extreme_of_the_window),
		cmocka_unit_test(a_steady_window_keeps_its_ring),
		cmocka_unit_test(what_comes_late_takes_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
