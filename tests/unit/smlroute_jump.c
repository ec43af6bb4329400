/* Jump consistent hash: the published values, even shares, and what moves. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "split/jump.h"

enum { KEYS = 100000 };

/* Makes keys that are independent of one another: SplitMix64. */
static uint64_t
key(uint64_t i)
{
	uint64_t x = (i + 1) * 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/*
 * Every implementation of the paper's function gives these values: those in Go and Python are
 * tested with them.
 */
static void
buckets_are_the_published_ones(void **state)
{
	static const struct {
		uint64_t key;
		int32_t buckets, bucket;
	} golden[] = { { 1, 1, 0 }, { 42, 57, 43 }, { 0xdead10cc, 1, 0 },
		{ 0xdead10cc, 666, 361 }, { 256, 1024, 520 } };

	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
		assert_int_equal(jump_bucket(golden[i].key, golden[i].buckets),
		    golden[i].bucket);
}

static void
every_bucket_has_its_share(void **state)
{
	enum { BUCKETS = 11 };
	int count[BUCKETS] = { 0 };
	double share = 1.0 / BUCKETS;

	(void)state;
	for (uint64_t i = 0; i < KEYS; i++)
		count[jump_bucket(key(i), BUCKETS)]++;
	/* Five standard deviations. */
	for (int i = 0; i < BUCKETS; i++)
		assert_true(
		    fabs(count[i] - KEYS * share) <= 5 * sqrt(KEYS * share * (1 - share)));
}

static void
keys_move_only_into_the_new_bucket(void **state)
{
	int moved = 0;

	(void)state;
	for (uint64_t i = 0; i < KEYS; i++) {
		int32_t from = jump_bucket(key(i), 10), to = jump_bucket(key(i), 11);

		assert_true(from == to || to == 10);
		moved += from != to;
	}
	assert_true(fabs(moved - KEYS / 11.0) < 500);
}

static void
there_may_be_two_thousand_million(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		int32_t bucket = jump_bucket(key(i), INT32_MAX);

		assert_true(bucket >= 0 && bucket < INT32_MAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_are_the_published_ones),
		cmocka_unit_test(every_bucket_has_its_share),
		cmocka_unit_test(keys_move_only_into_the_new_bucket),
		cmocka_unit_test(there_may_be_two_thousand_million),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
