#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "golden_order.h"
#include "numbers/order.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { MOST = 10000 }; /* a root, inner nodes and leaves */

/* The model: the multiset as a plain sorted array. */
struct model {
	double values[MOST];
	size_t count;
};

static size_t
place_of(const struct model *model, double value)
{
	size_t low = 0, high = model->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (model->values[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
insert(struct order *order, struct model *model, double value)
{
	size_t at = place_of(model, value);

	memmove(model->values + at + 1, model->values + at,
	    (model->count++ - at) * sizeof value);
	model->values[at] = value;
	assert_int_equal(order_insert(order, value), 0);
}

static void
take_off(struct order *order, struct model *model, double value)
{
	size_t at = place_of(model, value);

	assert_int_equal(order_remove(order, value), 0);
	memmove(model->values + at, model->values + at + 1,
	    (--model->count - at) * sizeof value);
}

static void
assert_as_model(const struct order *order, const struct model *model)
{
	static double values[MOST];

	assert_int_equal(order->count, model->count);
	assert_int_equal(order_copy(order, 0, values, MOST), model->count);
	assert_memory_equal(values, model->values, model->count * sizeof values[0]);
}

static void
quantiles_and_medians_are_numpys(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(golden); i++) {
		struct order order = { 0 };
		double quantile, median;

		for (int j = 0; j < golden[i].n; j++)
			assert_int_equal(order_insert(&order, golden[i].values[j]), 0);
		quantile = order_quantile(&order, golden[i].q);
		median = order_median(&order);
		if (quantile != golden[i].quantile || median != golden[i].median)
			fail_msg("case %zu: quantile %a, median %a", i, quantile, median);
		order_free(&order);
	}
}

/*
 * The multiset grows and shrinks, with few and with many different values, falling, equal and
 * rising.
 */
static void
every_rank_is_that_of_a_sorted_array(void **state)
{
	static const int kinds[] = { 1, 200, 1000000 };
	static struct model model;

	(void)state;
	for (size_t round = 0; round < 3 * COUNT(kinds); round++) {
		struct order order = { 0 };
		int up = 8, i;

		srand((unsigned int)round);
		model.count = 0;
		for (i = 0; i < 24000; i++) {
			int drift = (int)(round % 3) - 1;

			if (model.count == MOST || model.count == 0)
				up = model.count == 0 ? 8 : 2;
			if (model.count == 0 || (model.count < MOST && rand() % 10 < up))
				insert(&order, &model,
				    rand() % kinds[round / 3] + drift * i / 9);
			else
				take_off(&order, &model,
				    model.values[(size_t)rand() % model.count]);
			if (model.count > 0) {
				size_t rank = (size_t)rand() % model.count;

				assert_true(order_select(&order, rank) == model.values[rank]);
			}
			assert_int_equal(order_remove(&order, 0.5), -1);
		}
		assert_as_model(&order, &model);
		while (model.count > 0)
			take_off(&order, &model, model.values[(size_t)rand() % model.count]);
		assert_int_equal(order.count, 0);
		assert_int_equal(order_remove(&order, 1), -1);
		order_free(&order);
	}
}

static void
merging_and_taking_off_again_changes_nothing(void **state)
{
	static struct model model;
	struct order order = { 0 }, other = { 0 };

	(void)state;
	model.count = 0;
	srand(7);
	for (int i = 0; i < 1000; i++) {
		insert(&order, &model, rand() % 500);
		assert_int_equal(order_insert(&other, rand() % 500), 0);
	}
	assert_int_equal(order_merge(&order, &other), 0);
	assert_int_equal(order.count, 2000);
	assert_int_equal(other.count, 1000);
	assert_int_equal(order_unmerge(&order, &other), 0);
	assert_as_model(&order, &model);
	assert_int_equal(order_insert(&other, 1000), 0);
	assert_int_equal(order_unmerge(&order, &other), -1);
	order_free(&order);
	order_free(&other);
}

static void
both_zeros_are_one_value(void **state)
{
	struct order order = { 0 };

	(void)state;
	order_insert(&order, -0.0);
	order_insert(&order, 0.0);
	assert_false(signbit(order_select(&order, 0)));
	assert_int_equal(order_remove(&order, 0.0), 0);
	assert_int_equal(order_remove(&order, -0.0), 0);
	assert_int_equal(order_remove(&order, 0.0), -1);
	order_free(&order);
}

/* NumPy's own formulas overflow here. */
static void
the_widest_range_has_a_finite_middle(void **state)
{
	struct order order = { 0 };

	(void)state;
	order_insert(&order, 0x1p1023);
	order_insert(&order, -0x1p1023);
	assert_true(order_quantile(&order, 0.5) == 0);
	assert_true(order_quantile(&order, 0.75) == 0x1p1022);
	assert_true(order_median(&order) == 0);
	order_insert(&order, DBL_MAX);
	order_insert(&order, DBL_MAX);
	order_remove(&order, -0x1p1023);
	order_remove(&order, 0x1p1023);
	assert_true(order_median(&order) == DBL_MAX);
	order_free(&order);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_and_medians_are_numpys),
		cmocka_unit_test(every_rank_is_that_of_a_sorted_array),
		cmocka_unit_test(merging_and_taking_off_again_changes_nothing),
		cmocka_unit_test(both_zeros_are_one_value),
		cmocka_unit_test(the_widest_range_has_a_finite_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
