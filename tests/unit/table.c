/* The table of keys in order of recency, compared with a slow, simple one. */
#include <stdio.h>

#include "scarce.h"

#include "base/grow.c"
#include "base/heap.c"
#include "keyed/table.c"

/* Keys are numbered; the slow table is the numbers in order of recency. */
enum { UNIVERSE = 300 };

struct slot {
	uint32_t key; /* its number + 1 */
	char rest[20];
};

struct slow {
	uint32_t order[UNIVERSE];
	struct slot *slots[UNIVERSE];
	uint32_t count;
};

/* Makes keys of lengths from 0 on; some are the beginning of others, some have zero bytes. */
static size_t
make_key(char key[64], uint32_t number)
{
	memset(key, number % 2 == 0 ? '\0' : 'k', 64);
	if (number / 50 > 0)
		memcpy(key, &number, sizeof number);
	return number / 50 > 0 ? sizeof number + number % 50 : number % 50;
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void
slow_remove(struct slow *slow, uint32_t number)
{
	uint32_t i = 0;

	while (slow->order[i] != number)
		i++;
	slow->count--;
	memmove(&slow->order[i], &slow->order[i + 1],
	    (slow->count - i) * sizeof slow->order[0]);
}

static void
slow_touch(struct slow *slow, uint32_t number)
{
	slow_remove(slow, number);
	slow->order[slow->count++] = number;
}

/* Checks that both have the same keys in the same order, and that no slot has moved. */
static void
assert_same(struct table *table, const struct slow *slow)
{
	struct slot *slot = NULL;
	const void *key;
	char want[64];
	size_t n;

	assert_int_equal(table_count(table), slow->count);
	for (uint32_t i = 0; i < slow->count; i++) {
		slot = table_next(table, slot);
		assert_ptr_equal(slot, slow->slots[slow->order[i]]);
		assert_int_equal(slot->key, slow->order[i] + 1);
		key = table_key(table, slot, &n);
		assert_int_equal(n, make_key(want, slow->order[i]));
		assert_memory_equal(key, want, n);
	}
	assert_null(table_next(table, slot));
}

static void
put_key(struct table *table, struct slow *slow, uint32_t number)
{
	static const struct slot zeroes;
	struct slot *slot;
	char key[64];
	bool fresh;

	slot = table_put(table, key, make_key(key, number), &fresh);
	assert_non_null(slot);
	assert_true(fresh == (slow->slots[number] == NULL));
	if (fresh) {
		assert_memory_equal(slot, &zeroes, sizeof *slot);
		memset(slot, 0xff, sizeof *slot);
		slot->key = number + 1;
		slow->slots[number] = slot;
		slow->order[slow->count++] = number;
	} else {
		assert_ptr_equal(slot, slow->slots[number]);
		slow_touch(slow, number);
	}
}

static void
drop(struct table *table, struct slow *slow, uint32_t number)
{
	table_drop(table, slow->slots[number]);
	slow_remove(slow, number);
	slow->slots[number] = NULL;
}

static void
a_table_does_what_a_slow_one_does(void **state)
{
	struct table *table = table_new(sizeof(struct slot), UNIVERSE);
	uint64_t seed = 20260109;
	struct slow slow = { 0 };
	char key[64];

	(void)state;
	for (int i = 0; i < 60000; i++) {
		/* It fills and empties in turn. */
		uint32_t number = (uint32_t)(next_random(&seed) % UNIVERSE);
		unsigned int what = (unsigned int)(next_random(&seed) % 8);

		assert_ptr_equal(table_get(table, key, make_key(key, number)),
		    slow.slots[number]);
		if (what < (i / 5000 % 2 == 0 ? 6 : 3)) {
			put_key(table, &slow, number);
		} else if (slow.slots[number] != NULL && what == 7) {
			table_touch(table, slow.slots[number]);
			slow_touch(&slow, number);
		} else if (slow.slots[number] != NULL) {
			drop(table, &slow, number);
		}
		assert_ptr_equal(table_next(table, NULL),
		    slow.count == 0 ? NULL : slow.slots[slow.order[0]]);
		if (i % 50 == 0)
			assert_same(table, &slow);
	}
	assert_same(table, &slow);
	table_free(table);
}

static void
the_oldest_go_first(void **state)
{
	struct table *table = table_new(sizeof(struct slot), UNIVERSE);
	struct slow slow = { 0 };
	struct slot *slot;

	(void)state;
	for (uint32_t i = 0; i < 2 * UNIVERSE; i++)
		put_key(table, &slow, i * 7 % UNIVERSE);
	for (uint32_t i = 0; i < UNIVERSE; i++) {
		slot = table_next(table, NULL);
		assert_ptr_equal(slot, slow.slots[i * 7 % UNIVERSE]);
		drop(table, &slow, i * 7 % UNIVERSE);
	}
	assert_null(table_next(table, NULL));
	assert_int_equal(table_count(table), 0);
	table_free(table);
}

static void
slots_may_be_dropped_on_the_way(void **state)
{
	struct table *table = table_new(sizeof(struct slot), UNIVERSE);
	struct slow slow = { 0 };
	struct slot *slot = NULL;

	(void)state;
	for (uint32_t i = 0; i < UNIVERSE; i++)
		put_key(table, &slow, i);
	/*
	 * Of each three keys the walk meets one; the one before it and the one after it are
	 * dropped.
	 */
	for (uint32_t i = 0; i + 2 < UNIVERSE; i += 3) {
		slot = table_next(table, slot);
		assert_ptr_equal(slot, slow.slots[i]);
		if (i > 0)
			drop(table, &slow, i - 3);
		drop(table, &slow, i + 1);
		slot = table_next(table, slow.slots[i]);
		assert_ptr_equal(slot, slow.slots[i + 2]);
	}
	assert_same(table, &slow);
	table_free(table);
}

/* However many keys come and go, the memory is that of the keys present at a time. */
static void
a_table_takes_no_more_than_it_needs(void **state)
{
	struct table *table = table_new(sizeof(uint64_t), UINT64_MAX);
	long made;
	bool fresh;

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		assert_non_null(table_put(table, &i, sizeof i, &fresh));
	made = memory.made;
	for (uint64_t i = 0; i < 10000; i++) {
		uint64_t next = i + 100;

		table_drop(table, table_get(table, &i, sizeof i));
		assert_non_null(table_put(table, &next, sizeof next, &fresh));
	}
	assert_int_equal(memory.made, made);
	table_free(table);
}

static void
at_the_limit_only_known_keys_come_in(void **state)
{
	struct table *table = table_new(sizeof(struct slot), 3);
	struct slow slow = { 0 };
	bool fresh;

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		put_key(table, &slow, i);
	for (uint32_t i = 3; i < 10; i++) {
		errno = 0;
		assert_null(table_put(table, &i, sizeof i, &fresh));
		assert_int_equal(errno, ENOSPC);
		put_key(table, &slow, i % 3);
		assert_same(table, &slow);
	}
	drop(table, &slow, 1);
	put_key(table, &slow, 9);
	assert_same(table, &slow);
	table_free(table);
}

static void
many_keys_are_all_found(void **state)
{
	const uint32_t many = 200000;
	struct table *table = table_new(sizeof(uint64_t), many);
	uint64_t *slot = NULL;
	long made;
	bool fresh;

	(void)state;
	for (uint64_t i = 0; i < many; i++) {
		slot = table_put(table, &i, sizeof i, &fresh);
		assert_true(slot != NULL && fresh && *slot == 0);
		*slot = i;
	}
	for (uint64_t i = 0; i < many; i++) {
		slot = table_get(table, &i, sizeof i);
		assert_true(slot != NULL && *slot == i);
		if (i % 3 != 0)
			table_drop(table, slot);
	}
	slot = NULL;
	for (uint64_t i = 0; i < many; i += 3) {
		slot = table_next(table, slot);
		assert_true(slot != NULL && *slot == i);
	}
	/* Dropped slots are used again: nothing is allocated. */
	made = memory.made;
	for (uint64_t i = many; table_count(table) < many; i++)
		assert_non_null(table_put(table, &i, sizeof i, &fresh));
	assert_int_equal(memory.made, made);
	table_free(table);
}

/* Each allocation fails once, and, if it is tried again, once more. */
static void
without_memory_a_table_stays_as_it_was(void **state)
{
	struct table *table = table_new(sizeof(struct slot), UNIVERSE);
	struct slow slow = { 0 };
	char key[64];
	bool fresh;
	int failed = 0;

	(void)state;
	for (uint32_t i = 0; i < UNIVERSE; i++) {
		for (long allowed = 0;; allowed++) {
			memory.allowed = allowed;
			errno = 0;
			if (table_put(table, key, make_key(key, i), &fresh) != NULL)
				break;
			assert_int_equal(errno, ENOMEM);
			memory.allowed = PLENTY;
			assert_same(table, &slow);
			assert_null(table_get(table, key, make_key(key, i)));
			failed++;
		}
		memory.allowed = PLENTY;
		slow.slots[i] = table_get(table, key, make_key(key, i));
		slow.slots[i]->key = i + 1;
		slow.order[slow.count++] = i;
		assert_same(table, &slow);
	}
	assert_true(failed > UNIVERSE / 2);
	table_free(table);
}

static void
a_table_without_memory_is_none(void **state)
{
	struct table *table = NULL;

	(void)state;
	for (long allowed = 0; table == NULL; allowed++) {
		memory.allowed = allowed;
		table = table_new(sizeof(struct slot), UNIVERSE);
		assert_true(table != NULL || memory.held == 0);
	}
	table_free(table);
	table_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_table_does_what_a_slow_one_does),
		TEST(the_oldest_go_first),
		TEST(slots_may_be_dropped_on_the_way),
		TEST(a_table_takes_no_more_than_it_needs),
		TEST(at_the_limit_only_known_keys_come_in),
		TEST(many_keys_are_all_found),
		TEST(without_memory_a_table_stays_as_it_was),
		TEST(a_table_without_memory_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
