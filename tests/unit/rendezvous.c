/* Weighted rendezvous hashing: the published formula, its shares, and what moves. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "golden_rendezvous.h"
#include "keyed/rendezvous.h"

enum { KEYS = 100000, NODES = 5 };

static void
add(struct rendezvous *r, const char *name, double weight)
{
	assert_int_equal(rendezvous_add(r, name, strlen(name), weight), 0);
}

/* Nodes "node-0", "node-1" and so on. */
static struct rendezvous
nodes(const double *weight, int n)
{
	struct rendezvous r = { 0 };
	char name[16];

	for (int i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "node-%d", i);
		add(&r, name, weight[i]);
	}
	return r;
}

static uint32_t
pick(const struct rendezvous *r, int key)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "user_%d", key);

	return rendezvous_pick(r, text, (size_t)n);
}

static void
picks_as_the_formula_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		struct rendezvous r = nodes(golden[i].weight, 4);

		assert_int_equal(rendezvous_pick(&r, golden[i].key, strlen(golden[i].key)),
		    golden[i].node);
		rendezvous_free(&r);
	}
}

/*
 * The logarithm is right to two units of the last place, over the whole range that keys can
 * draw.
 */
static void
the_logarithm_is_one(void **state)
{
	double u = 0.5 / 4503599627370496.0, step, is, should;

	(void)state;
	for (; u < 1; u += step) {
		step = u / 997;
		should = log(u);
		is = rendezvous_log(u);
		assert_true(fabs(is - should) <=
		    2 * (nextafter(fabs(should), HUGE_VAL) - fabs(should)));
	}
	should = log1p(-0x1p-53);
	assert_true(fabs(rendezvous_log(1 - 0x1p-53) - should) <= 1e-15 * fabs(should));
}

/*
 * The logarithm is computed by additions, multiplications and divisions, so that all machines
 * agree to the bit.
 */
static void
the_logarithm_has_the_same_bits_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(golden_log) / sizeof(golden_log[0]); i++) {
		double is = rendezvous_log(golden_log[i].u);

		assert_memory_equal(&is, &golden_log[i].log, sizeof(is));
	}
}

static void
shares_are_those_of_the_weights(void **state)
{
	static const double weight[NODES] = { 10, 20, 30, 0, 40 };
	struct rendezvous r = nodes(weight, NODES);
	int count[NODES] = { 0 };

	(void)state;
	for (int i = 0; i < KEYS; i++)
		count[pick(&r, i)]++;
	for (int i = 0; i < NODES; i++) {
		double share = weight[i] / 100;

		/* Five standard deviations. */
		assert_true(
		    fabs(count[i] - KEYS * share) <= 5 * sqrt(KEYS * share * (1 - share)));
	}
	rendezvous_free(&r);
}

static void
keys_move_only_to_a_node_that_grows(void **state)
{
	static const double before[NODES] = { 20, 20, 20, 20, 20 };
	static const double after[NODES] = { 20, 20, 45, 20, 20 };
	struct rendezvous was = nodes(before, NODES), is = nodes(after, NODES);
	int moved = 0;

	(void)state;
	for (int i = 0; i < KEYS; i++) {
		uint32_t from = pick(&was, i), to = pick(&is, i);

		if (from != to) {
			assert_int_equal(to, 2);
			moved++;
		}
	}
	/* The share of the node goes from 0.2 to 0.36. */
	assert_true(fabs(moved - KEYS * 0.16) < 600);
	rendezvous_free(&was);
	rendezvous_free(&is);
}

static void
only_the_keys_of_a_lost_node_move(void **state)
{
	static const double weight[NODES] = { 5, 1, 1, 2, 3 };
	struct rendezvous was = nodes(weight, NODES), is = nodes(weight, NODES - 1);

	(void)state;
	for (int i = 0; i < KEYS; i++) {
		uint32_t from = pick(&was, i), to = pick(&is, i);

		assert_true(from == to || from == NODES - 1);
	}
	rendezvous_free(&was);
	rendezvous_free(&is);
}

static void
neither_order_nor_scale_matters(void **state)
{
	struct rendezvous a = { 0 }, b = { 0 };

	(void)state;
	add(&a, "x", 1);
	add(&a, "y", 2);
	add(&a, "z", 4);
	add(&b, "z", 100);
	add(&b, "x", 25);
	add(&b, "y", 50);
	for (int i = 0; i < KEYS; i++)
		assert_int_equal((pick(&a, i) + 1) % 3, pick(&b, i));
	rendezvous_free(&a);
	rendezvous_free(&b);
}

/* The short way, without a logarithm, gives the same nodes as the long one. */
static void
even_nodes_have_no_way_of_their_own(void **state)
{
	static const double even[NODES] = { 3, 3, 3, 3, 0 };
	struct rendezvous a = nodes(even, NODES), b = nodes(even, NODES);

	(void)state;
	b.even = -1;
	for (int i = 0; i < KEYS; i++)
		assert_int_equal(pick(&a, i), pick(&b, i));
	rendezvous_free(&a);
	rendezvous_free(&b);
}

static void
without_weight_there_is_no_node(void **state)
{
	static const double none[2] = { 0, 0 };
	struct rendezvous r = { 0 };

	(void)state;
	assert_int_equal(rendezvous_pick(&r, "x", 1), RENDEZVOUS_NONE);
	r = nodes(none, 2);
	assert_int_equal(rendezvous_pick(&r, "x", 1), RENDEZVOUS_NONE);
	assert_int_equal(rendezvous_pick(&r, "", 0), RENDEZVOUS_NONE);
	rendezvous_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picks_as_the_formula_does),
		cmocka_unit_test(the_logarithm_is_one),
		cmocka_unit_test(the_logarithm_has_the_same_bits_everywhere),
		cmocka_unit_test(shares_are_those_of_the_weights),
		cmocka_unit_test(keys_move_only_to_a_node_that_grows),
		cmocka_unit_test(only_the_keys_of_a_lost_node_move),
		cmocka_unit_test(neither_order_nor_scale_matters),
		cmocka_unit_test(even_nodes_have_no_way_of_their_own),
		cmocka_unit_test(without_weight_there_is_no_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
