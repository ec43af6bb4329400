/* The word that a mistyped one was meant to be. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nearest.h"

static void
distances_count_slips(void **state)
{
	(void)state;
	assert_int_equal(nearest_distance("", ""), 0);
	assert_int_equal(nearest_distance("", "abc"), 3);
	assert_int_equal(nearest_distance("abc", ""), 3);
	assert_int_equal(nearest_distance("mean", "mean"), 0);
	assert_int_equal(nearest_distance("MEAN", "mean"), 0);
	assert_int_equal(nearest_distance("maen", "mean"), 1);
	assert_int_equal(nearest_distance("meann", "mean"), 1);
	assert_int_equal(nearest_distance("men", "mean"), 1);
	assert_int_equal(nearest_distance("moan", "mean"), 1);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
	/* It would be 2 if a part could be changed twice: ca, ac, abc. */
	assert_int_equal(nearest_distance("ca", "abc"), 3);
	assert_int_equal(nearest_distance("a cat", "an abct"), 4);
}

static void
long_words_are_near_nothing(void **state)
{
	char word[65];

	(void)state;
	memset(word, 'x', 64);
	word[64] = '\0';
	assert_int_equal(nearest_distance(word, word), UINT_MAX);
	word[63] = '\0';
	assert_int_equal(nearest_distance(word, word), 0);
	assert_int_equal(nearest_distance(word, ""), 63);
}

static void
the_nearest_word_is_found_or_none(void **state)
{
	static const char *const functions[] = { "count", "sum", "mean", "min", "max",
		"median", "distinct", "quantile", "lag" };
	static const struct {
		const char *typed, *meant;
	} cases[] = {
		{ "cuont", "count" },
		{ "Count", "count" },
		{ "medain", "median" },
		{ "med", "median" },
		{ "dist", "distinct" },
		{ "mena", "mean" },
		{ "sun", "sum" },
		{ "qauntil", "quantile" },
		{ "average", NULL },
		{ "x", NULL },
		{ "", NULL },
		{ "lga", "lag" },
		{ "mx", "max" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nearest near;

		nearest_start(&near, cases[i].typed);
		for (size_t j = 0; j < sizeof(functions) / sizeof(functions[0]); j++)
			nearest_try(&near, functions[j]);
		if (cases[i].meant == NULL)
			assert_null(near.word);
		else
			assert_string_equal(near.word, cases[i].meant);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_count_slips),
		cmocka_unit_test(long_words_are_near_nothing),
		cmocka_unit_test(the_nearest_word_is_found_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
