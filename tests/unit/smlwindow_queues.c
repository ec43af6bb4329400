/* What keeps windows in order: reorder and sorted; and where their bytes are: word, pool. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds/reorder.h"
#include "numbers/sorted.h"
#include "numbers/word.h"

enum { THINGS = 500 };

static void
held_records_come_out_by_time_then_arrival(void **state)
{
	struct reorder reorder = { 0 };
	struct pool pool = { 0 };
	int64_t time = INT64_MIN;
	const struct place nowhere = { 0 };
	uint64_t arrival = 0;

	(void)state;
	srand(2);
	for (int i = 0; i < THINGS; i++) {
		int64_t when = rand() % 20;

		assert_int_equal(reorder_push(&reorder, when, &nowhere, (const char *)&when,
				     sizeof when, &pool),
		    0);
		if (i == THINGS / 2)
			heap_sort(&reorder.heap);
	}
	for (int i = 0; i < THINGS; i++) {
		const struct reorder_item *held = reorder_top(&reorder);

		if (held == NULL) {
			fail();
			return;
		}
		assert_true(
		    held->time > time || (held->time == time && held->arrival > arrival));
		assert_memory_equal(held->bytes, &held->time, sizeof held->time);
		time = held->time;
		arrival = held->arrival;
		reorder_pop(&reorder, &pool);
	}
	assert_null(reorder_top(&reorder));
	reorder_free(&reorder, &pool);
	pool_free(&pool);
}

/* Compares with a plain array, with ranks in random, rising or falling order. */
static void
sorted_items_are_found_from_any_rank(void **state)
{
	enum { RANKS = 3000 };
	static bool in[RANKS];
	static char items[RANKS];
	struct sorted sorted = { 0 };
	struct pool pool = { 0 };
	int64_t found;
	int i, k;

	(void)state;
	srand(3);
	for (int round = 0; round < 60000; round++) {
		i = round / 9000 % 3 == 0 ? rand() % RANKS : round % RANKS;
		if (round / 9000 % 3 == 2)
			i = RANKS - 1 - i;
		if (in[i])
			sorted_drop(&sorted, 2 * i, &pool);
		else
			assert_int_equal(sorted_put(&sorted, 2 * i, &items[i], &pool), 0);
		in[i] = !in[i];
		i = rand() % (2 * RANKS);
		for (k = (i + 1) / 2; k < RANKS && !in[k]; k++)
			;
		assert_ptr_equal(sorted_from(&sorted, i, &found),
		    k == RANKS ? NULL : &items[k]);
		assert_true(k == RANKS || found == 2 * k);
		assert_ptr_equal(sorted_at(&sorted, i),
		    i % 2 == 0 && in[i / 2] ? &items[i / 2] : NULL);
		for (k = RANKS - 1; k >= 0 && !in[k]; k--)
			;
		assert_ptr_equal(sorted_last(&sorted, NULL), k < 0 ? NULL : &items[k]);
	}
	for (i = 0; i < RANKS; i++)
		if (in[i]) {
			assert_ptr_equal(sorted_first(&sorted), &items[i]);
			sorted_renew(&sorted, 2 * i, 2 * i + 1);
			assert_ptr_equal(sorted_at(&sorted, 2 * i + 1), &items[i]);
			sorted_drop(&sorted, 2 * i + 1, &pool);
		}
	assert_true(sorted_empty(&sorted));
	pool_free(&pool);
}

static void
kept_bytes_are_as_they_were(void **state)
{
	static uint64_t words[THINGS];
	char bytes[10000];
	struct pool pool = { 0 };
	size_t size;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7 % 251);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < THINGS; i++)
			assert_int_equal(word_make(&words[i], bytes + i,
					     1 + i * i % (i < 400 ? 30 : 9000), &pool),
			    0);
		for (size_t i = 0; i < THINGS; i++) {
			const char *kept = word_bytes(&words[i], &size);

			assert_int_equal(size, 1 + i * i % (i < 400 ? 30 : 9000));
			assert_memory_equal(kept, bytes + i, size);
			assert_true(word_is(&words[i], bytes + i, size));
			assert_false(word_is(&words[i], bytes + i, size - 1));
			word_drop(&words[i], &pool);
			assert_true(words[i] == WORD_NONE);
			assert_null(word_bytes(&words[i], &size));
			assert_int_equal(size, 0);
		}
	}
	pool_free(&pool);
}

/* Blocks of all sizes that are held at the same time share no byte, and are used again. */
static void
blocks_of_a_pool_do_not_overlap(void **state)
{
	static unsigned char *blocks[THINGS];
	static size_t sizes[THINGS];
	struct pool pool = { 0 };

	(void)state;
	srand(4);
	for (int round = 0; round < 20000; round++) {
		size_t i = (size_t)rand() % THINGS;

		if (blocks[i] != NULL) {
			for (size_t b = 0; b < sizes[i]; b++)
				assert_int_equal(blocks[i][b], i % 256);
			pool_put(&pool, blocks[i], sizes[i]);
			blocks[i] = NULL;
			continue;
		}
		sizes[i] = 1 + (size_t)rand() % (rand() % 8 == 0 ? 5000 : 100);
		blocks[i] = pool_get(&pool, sizes[i]);
		assert_non_null(blocks[i]);
		assert_int_equal((uintptr_t)blocks[i] % 16, 0);
		memset(blocks[i], (int)(i % 256), sizes[i]);
	}
	for (size_t i = 0; i < THINGS; i++)
		pool_put(&pool, blocks[i], sizes[i]);
	pool_free(&pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(
						held_records_come_out_by_time_then_arrival),
		cmocka_unit_test(sorted_items_are_found_from_any_rank),
		cmocka_unit_test(kept_bytes_are_as_they_were),
		cmocka_unit_test(blocks_of_a_pool_do_not_overlap) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
