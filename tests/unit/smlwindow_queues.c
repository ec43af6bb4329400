/* What keeps windows in order: timers, reorder and deque; and where their bytes are: word, pool. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds/timers.h"
#include "kinds/reorder.h"
#include "numbers/deque.h"
#include "numbers/word.h"

enum { THINGS = 500 };

/* Items set, moved and dropped at random: the first is always the earliest that is on. */
static void
timers_have_the_earliest_first(void **state)
{
	static struct timer items[THINGS];
	static int64_t times[THINGS];
	struct timers timers = { 0 };

	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		int i = rand() % THINGS, earliest = -1;

		if (rand() % 3 == 0) {
			timers_drop(&timers, &items[i]);
		} else {
			times[i] = rand() % 100 - 50;
			assert_int_equal(timers_set(&timers, &items[i], times[i]), 0);
		}
		for (i = 0; i < THINGS; i++)
			if (items[i].place != 0 &&
			    (earliest == -1 || times[i] < times[earliest]))
				earliest = i;
		if (earliest == -1)
			assert_null(timers_first(&timers));
		else
			assert_int_equal(timers_first(&timers)->time, times[earliest]);
	}
	timers_free(&timers);
}

static void
held_records_come_out_by_time_then_arrival(void **state)
{
	struct reorder reorder = { 0 };
	struct pool pool = { 0 };
	int64_t time = INT64_MIN;
	uint64_t arrival = 0;

	(void)state;
	srand(2);
	for (int i = 0; i < THINGS; i++) {
		int64_t when = rand() % 20;

		assert_int_equal(reorder_push(&reorder, when, (const char *)&when, sizeof when,
				     &pool),
		    0);
		if (i == THINGS / 2)
			reorder_sort(&reorder);
	}
	for (int i = 0; i < THINGS; i++) {
		const struct reorder_item *held = reorder_top(&reorder);

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

/* Against a plain array. */
static void
a_deque_keeps_its_order(void **state)
{
	struct deque deque = { 0 };
	struct pool pool = { 0 };
	char things[THINGS];
	void *plain[THINGS];
	uint32_t count = 0;

	(void)state;
	srand(3);
	for (int round = 0; round < 20000; round++) {
		uint32_t i = count == 0 || rand() % 2 == 0 ? count : (uint32_t)rand() % count;

		if (count < THINGS && (count == 0 || rand() % 2 == 0)) {
			void *item = &things[rand() % THINGS];

			memmove(plain + i + 1, plain + i, (count - i) * sizeof *plain);
			plain[i] = item;
			count++;
			assert_int_equal(deque_insert(&deque, i, item, &pool), 0);
		} else {
			i = rand() % 3 == 0 ? (uint32_t)rand() % count : 0;
			count--;
			memmove(plain + i, plain + i + 1, (count - i) * sizeof *plain);
			deque_remove(&deque, i);
		}
		assert_int_equal(deque.count, count);
		for (i = 0; i < count; i++)
			assert_ptr_equal(deque_at(&deque, i), plain[i]);
	}
	deque_free(&deque, &pool);
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

/* Blocks of all sizes that are held at once share no byte, and come back. */
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
	const struct CMUnitTest tests[] = { cmocka_unit_test(timers_have_the_earliest_first),
		cmocka_unit_test(held_records_come_out_by_time_then_arrival),
		cmocka_unit_test(a_deque_keeps_its_order),
		cmocka_unit_test(kept_bytes_are_as_they_were),
		cmocka_unit_test(blocks_of_a_pool_do_not_overlap) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
