#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "numbers/wedge.h"

enum { EVENTS = 20000 };

/* The extreme of values[from .. to), looked for the long way. */
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
		struct wedge wedge = { .greatest = round % 2 == 1 };
		size_t from = 0, longest = (size_t)1 << (1 + round);

		srand((unsigned int)round);
		for (size_t i = 0; i < EVENTS; i++) {
			values[i] = rand() % 50 - (double)(i % 300);
			assert_int_equal(wedge_push(&wedge, i, values[i]), 0);
			while (i - from > longest || (from < i && rand() % 3 == 0))
				from++;
			wedge_evict(&wedge, from);
			assert_true(wedge_front(&wedge)->value ==
			    extreme(values, from, i + 1, wedge.greatest));
			assert_true(wedge_front(&wedge)->sequence >= from);
		}
		wedge_evict(&wedge, EVENTS);
		assert_null(wedge_front(&wedge));
		wedge_free(&wedge);
		assert_true(wedge.greatest == (round % 2 == 1));
	}
}

static void
a_saved_wedge_goes_on_the_same(void **state)
{
	struct wedge wedge = { 0 }, again = { 0 };

	(void)state;
	srand(1);
	for (uint64_t i = 0; i < 1000; i++) {
		wedge_push(&wedge, i, rand() % 1000);
		wedge_evict(&wedge, i < 300 ? 0 : i - 300);
	}
	for (uint32_t i = 0; i < wedge.count; i++)
		wedge_push(&again, wedge_at(&wedge, i)->sequence, wedge_at(&wedge, i)->value);
	assert_int_equal(again.count, wedge.count);
	for (uint64_t i = 700; i <= 1000; i++) {
		wedge_evict(&wedge, i);
		wedge_evict(&again, i);
		assert_int_equal(wedge.count, again.count);
		if (wedge.count > 0)
			assert_memory_equal(wedge_front(&wedge), wedge_front(&again),
			    sizeof(struct wedge_entry));
	}
	wedge_free(&wedge);
	wedge_free(&again);
}

/* Rising values all stay for the least: the window of 1000 fits a ring of 1024 for ever. */
static void
a_steady_window_keeps_its_ring(void **state)
{
	struct wedge wedge = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 100000; i++) {
		wedge_evict(&wedge, i < 1000 ? 0 : i - 999);
		assert_int_equal(wedge_push(&wedge, i, (double)i), 0);
	}
	assert_int_equal(wedge.count, 1000);
	assert_int_equal(wedge.capacity, 1024);
	wedge_free(&wedge);
}

/* Whatever order values come in, the extremes are those of the order of their numbers. */
static void
what_comes_late_takes_its_place(void **state)
{
	(void)state;
	srand(7);
	for (int round = 0; round < 300; round++) {
		struct wedge late = { .greatest = round % 2 == 0 }, sorted = late;
		uint64_t order[40] = { 0 };
		double value[40];

		for (int i = 0; i < 40; i++) {
			int at = rand() % (i + 1);

			order[i] = order[at];
			order[at] = (uint64_t)i;
			value[i] = rand() % 9;
			assert_int_equal(wedge_push(&sorted, (uint64_t)i, value[i]), 0);
		}
		for (int i = 0; i < 40; i++)
			assert_int_equal(wedge_insert(&late, order[i], value[order[i]]), 0);
		for (uint64_t first = 0; first < 40; first++) {
			wedge_evict(&late, first);
			wedge_evict(&sorted, first);
			assert_true(wedge_front(&late)->value == wedge_front(&sorted)->value);
		}
		wedge_free(&late);
		wedge_free(&sorted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_front_is_the_extreme_of_the_window),
		cmocka_unit_test(a_saved_wedge_goes_on_the_same),
		cmocka_unit_test(a_steady_window_keeps_its_ring),
		cmocka_unit_test(what_comes_late_takes_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
