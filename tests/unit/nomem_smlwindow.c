/* The numeric structs of smlwindow when memory is short. */
#include <stdio.h>

#include "scarce.h"

#include "numbers/multiset.c"
#include "numbers/exact.c"
#include "numbers/magnitude.c"
#include "numbers/node.c"
#include "numbers/order.c"
#include "numbers/monotonic.c"
#include "numbers/moments.c"
#include "numbers/number.c"
#include "numbers/total.c"

static void
assert_equal_sums(const struct exact *a, const struct exact *b)
{
	struct exact_view left = exact_view(a), right = exact_view(b);

	assert_int_equal(left.low, right.low);
	assert_int_equal(left.count, right.count);
	assert_memory_equal(left.limbs, right.limbs, (size_t)left.count * sizeof(int64_t));
}

static void
a_sum_stays_as_it_was(void **state)
{
	const double values[] = { 1.5, -1e300, 1e-300, 5e-324, -1.7e308 };
	struct exact sum = { 0 }, before = { 0 }, other = { 0 };
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		memory.allowed = PLENTY;
		assert_int_equal(exact_restore(&before, exact_view(&sum)), 0);
		assert_int_equal(exact_add_square(&other, values[i], false), 0);
		memory.allowed = 0;
		if (exact_add_square(&sum, values[i], false) == 0)
			continue;
		assert_int_equal(errno, ENOMEM);
		assert_equal_sums(&sum, &before);
		assert_int_equal(exact_merge(&sum, &other, false), -1);
		assert_equal_sums(&sum, &before);
		assert_int_equal(exact_restore(&sum, exact_view(&other)), -1);
		assert_int_equal(errno, ENOMEM);
		assert_equal_sums(&sum, &before);
		memory.allowed = PLENTY;
		assert_int_equal(exact_add_square(&sum, values[i], false), 0);
		assert_equal_sums(&sum, &other);
		failed++;
	}
	assert_int_equal(failed, 4);
	exact_free(&sum);
	exact_free(&before);
	exact_free(&other);
}

static void
a_monotonic_queue_stays_as_it_was(void **state)
{
	struct monotonic queue = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 300; i++) {
		const struct monotonic_entry *front;
		uint32_t count = queue.ring.count;

		memory.allowed = 0;
		if (monotonic_push(&queue, i, (double)i) == -1) {
			assert_int_equal(errno, ENOMEM);
			assert_int_equal(queue.ring.count, count);
			memory.allowed = PLENTY;
			assert_int_equal(monotonic_push(&queue, i, (double)i), 0);
		}
		front = monotonic_front(&queue);
		assert_true(front != NULL && front->value == 0);
	}
	monotonic_free(&queue);
}

/* Each insert is tried with no allocation, then with one, and so on until it succeeds. */
static void
a_multiset_stays_as_it_was(void **state)
{
	struct order order = { 0 }, other = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 12000; i++) {
		double value = (double)(i * 7919 % 12007);
		long limit = 0;

		for (;;) {
			memory.allowed = limit++;
			if (order_insert(&order, value) == 0)
				break;
			assert_int_equal(errno, ENOMEM);
			assert_int_equal(order.count, i);
			assert_int_equal(order_remove(&order, value), -1);
		}
	}
	memory.allowed = PLENTY;
	assert_int_equal(order_merge(&other, &order), 0);
	memory.allowed = 5;
	assert_int_equal(order_merge(&order, &other), -1);
	assert_int_equal(order.count, 12000);
	for (uint64_t i = 0; i < 12000; i++)
		assert_true(order_select(&order, i) == order_select(&other, i));
	order_free(&order);
	order_free(&other);
}

/* Leaves stay 3/8 full on average: a handful for 200 values, though there were 12000. */
static void
a_shrinking_multiset_gives_its_memory_back(void **state)
{
	struct order order = { 0 };

	(void)state;
	for (int i = 0; i < 12000; i++)
		order_insert(&order, i);
	for (int i = 0; i < 12000; i++)
		if (i % 60 != 0)
			assert_int_equal(order_remove(&order, i), 0);
	assert_int_equal(order.count, 200);
	assert_in_range(memory.held, 1, 8);
	order_free(&order);
}

static void
a_set_stays_as_it_was(void **state)
{
	struct multiset set = { 0 }, other = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 3000; i++) {
		memory.allowed = 0;
		if (multiset_add(&set, &i, sizeof i) == -1) {
			assert_int_equal(errno, ENOMEM);
			assert_int_equal(multiset_size(&set), i);
			assert_int_equal(multiset_remove(&set, &i, sizeof i), -1);
			memory.allowed = PLENTY;
			assert_int_equal(multiset_add(&set, &i, sizeof i), 0);
		}
	}
	memory.allowed = 0;
	assert_null(multiset_list(&set));
	memory.allowed = PLENTY;
	for (uint64_t i = 2900; i < 9000; i++)
		multiset_add(&other, &i, sizeof i);
	memory.allowed = 1;
	assert_int_equal(multiset_merge(&set, &other), -1);
	assert_int_equal(multiset_size(&set), 3000);
	for (uint64_t i = 0; i < 3000; i++) {
		assert_int_equal(multiset_remove(&set, &i, sizeof i), 0);
		assert_int_equal(multiset_remove(&set, &i, sizeof i), -1);
	}
	multiset_free(&set);
	multiset_free(&other);
}

/* A window of 1000 records slides over 100,000: nothing is allocated from the 10,000th on. */
static void
a_steady_window_allocates_nothing(void **state)
{
	enum { SIZE = 1000, START = 10000, END = 100000 };
	struct exact sum = { 0 };
	struct monotonic queue = { 0 };
	struct multiset set = { 0 };

	(void)state;
	for (uint64_t i = 0; i < END; i++) {
		uint64_t gone = i - SIZE;

		if (i == START)
			memory.made = 0;
		exact_add(&sum, (double)i / 100, false);
		monotonic_push(&queue, i, (double)(i * 7919 % 10007));
		multiset_add(&set, &i, sizeof i);
		if (i < SIZE)
			continue;
		exact_add(&sum, (double)gone / 100, true);
		monotonic_evict(&queue, gone + 1);
		multiset_remove(&set, &gone, sizeof gone);
	}
	assert_int_equal(multiset_size(&set), SIZE);
	assert_int_equal(memory.made, 0);
	exact_free(&sum);
	monotonic_free(&queue);
	multiset_free(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sum_stays_as_it_was),
		TEST(a_monotonic_queue_stays_as_it_was),
		TEST(a_multiset_stays_as_it_was),
		TEST(a_shrinking_multiset_gives_its_memory_back),
		TEST(a_set_stays_as_it_was),
		TEST(a_steady_window_allocates_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
