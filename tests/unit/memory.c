/* The account of memory: what counts, what is refused, and what of a lent block counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/memory.h"
#include "keyed/table.h"

static void
counts_each_allocation_until_it_is_freed(void **state)
{
	int64_t before = memory_account.used;
	char *p = malloc(1000), *zeroes = calloc(10, 100), *text = strdup("some text"), *more;

	(void)state;
	assert_non_null(p);
	assert_non_null(zeroes);
	assert_string_equal(text, "some text"); /* used, so that no compiler leaves it out */
	assert_int_equal(zeroes[999], 0);
	assert_in_range(memory_account.used - before, 2000, 2200);
	more = realloc(p, 5000);
	assert_non_null(more);
	assert_in_range(memory_account.used - before, 6000, 6200);
	p = reallocarray(more, 2, 100);
	assert_non_null(p);
	assert_in_range(memory_account.used - before, 1200, 1500);
	free(p);
	free(zeroes);
	free(text);
	assert_int_equal(memory_account.used, before);
}

static void
counts_what_other_functions_allocate(void **state)
{
	int64_t before = memory_account.used;
	char *text, *path;

	(void)state;
	assert_int_equal(asprintf(&text, "%01000d", 1), 1000);
	assert_in_range(memory_account.used - before, 1000, 1200);
	free(text);
	assert_int_equal(memory_account.used, before);
	path = realpath("/", NULL);
	assert_string_equal(path, "/");
	assert_true(memory_account.used > before);
	free(path);
	assert_int_equal(memory_account.used, before);
}

static void
is_short_at_the_limit_and_refuses_beyond_it(void **state)
{
	volatile size_t most = SIZE_MAX; /* compilers warn of it */
	int64_t before = memory_account.used;
	char *p, *more, *refused;
	struct err err;

	(void)state;
	memory_limit((uint64_t)before + 100000);
	p = malloc(90000);
	assert_non_null(p);
	assert_false(memory_is_short());
	more = malloc(20000);
	assert_non_null(more);
	assert_true(memory_is_short());
	refused = realloc(more, most / 2);
	assert_null(refused);
	free(p);
	p = malloc(200000 + (size_t)before);
	assert_null(p);
	free(p); /* the linter sees no assertion */
	p = calloc(most, most);
	assert_null(p);
	err_memory(&err);
	assert_non_null(strstr(err.text, "--max-memory 1"));
	free(p);
	free(refused == NULL ? more : refused);
	memory_limit(UINT64_MAX);
	assert_false(memory_is_short());
}

/* A table makes room for twice the keys that it has, and keeps the room of dropped keys. */
static void
counts_keys_and_not_their_room(void **state)
{
	struct table *table = table_new(1000, 1000);
	int64_t before = memory_account.used;
	bool fresh;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		assert_non_null(table_put(table, &i, sizeof i, &fresh));
	assert_in_range(memory_account.used - before, 1000000, 1150000);
	for (uint32_t i = 0; i < 1000; i++)
		table_drop(table, table_next(table, NULL));
	assert_in_range(memory_account.used - before, 0, 100000);
	table_free(table);
	assert_true(memory_account.used < before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_each_allocation_until_it_is_freed),
		cmocka_unit_test(counts_what_other_functions_allocate),
		cmocka_unit_test(is_short_at_the_limit_and_refuses_beyond_it),
		cmocka_unit_test(counts_keys_and_not_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
