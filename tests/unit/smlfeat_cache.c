/* The cache: what it keeps, for how long, and what it forgets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/cache.h"
#include "store/store.h"

static struct feature_names two; /* b, a: not in their own order */

static struct cache *
new_cache(uint64_t limit)
{
	static struct feature_name names[2];
	struct cache *c;

	names[0].name = "b";
	names[1].name = "a";
	names[0].len = names[1].len = 1;
	two.name = names;
	two.count = 2;
	c = cache_new(limit, 100, &two, NULL);
	assert_non_null(c);
	return c;
}

/* Keeps b=value, no a, for id. */
static void
keep(struct cache *c, int64_t now, const char *id, const char *value)
{
	struct feature features[2] = { { "b", value, 1, (uint32_t)strlen(value), 5, 6 } };
	struct store_request r = { .verb = STORE_GET, .id = id, .id_len = strlen(id) };

	entity_clear(&r.entity);
	r.entity.feature = features;
	r.entity.count = r.entity.cap = 2;
	cache_put(c, now, &r);
}

/* Returns the value of b that the cache has, or "" if it has none. */
static const char *
look(struct cache *c, int64_t now, const char *id)
{
	static char value[16];
	struct store_request r = { .verb = STORE_GET, .id = id, .id_len = strlen(id) };
	int found = cache_get(c, now, &r, NULL);

	value[0] = '\0';
	assert_int_not_equal(found, -1);
	if (found == 1) {
		assert_int_equal(r.entity.count, 2);
		assert_true(r.entity.feature[0].time == 5 && r.entity.feature[0].expires == 6);
		assert_null(r.entity.feature[1].name);
		(void)snprintf(value, sizeof value, "%.*s", (int)r.entity.feature[0].value_len,
		    r.entity.feature[0].value);
	}
	store_request_free(&r);
	return value;
}

static void
keeps_for_a_time(void **state)
{
	struct cache *c = new_cache(10);

	(void)state;
	keep(c, 1000, "x", "1");
	assert_string_equal(look(c, 1099, "x"), "1");
	assert_string_equal(look(c, 1100, "x"), "");
	keep(c, 2000, "x", "2");
	keep(c, 2001, "x", "3");
	assert_string_equal(look(c, 2100, "x"), "3");
	cache_drop(c, "x", 1);
	assert_string_equal(look(c, 2100, "x"), "");
	cache_free(c);
}

static void
forgets_what_was_not_asked_for_the_longest(void **state)
{
	struct cache *c = new_cache(3);

	(void)state;
	keep(c, 0, "x", "1");
	keep(c, 0, "y", "2");
	keep(c, 0, "z", "3");
	assert_string_equal(look(c, 1, "x"), "1");
	keep(c, 1, "w", "4");
	assert_string_equal(look(c, 1, "y"), "");
	assert_string_equal(look(c, 1, "x"), "1");
	assert_string_equal(look(c, 1, "z"), "3");
	assert_string_equal(look(c, 1, "w"), "4");
	assert_int_equal(*(const uint64_t *)cache_rows(c)[0].at, 4);
	assert_int_equal(*(const uint64_t *)cache_rows(c)[1].at, 1);
	cache_free(c);
}

static void
keeps_no_more_bytes_than_it_may(void **state)
{
	struct cache *c = new_cache(100);
	char large[1000], id[] = "a";
	int64_t before = memory_account.used;

	(void)state;
	memset(large, '1', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	memory_limit((uint64_t)before + 10000);
	for (; id[0] <= 'z'; id[0]++) {
		keep(c, 0, id, large);
		keep(c, 0, "0", "1"); /* the one used last stays */
		assert_string_equal(look(c, 1, "0"), "1");
		assert_in_range(memory_account.used, before, before + 12000);
	}
	memory_limit(INT64_MAX);
	keep(c, 0, "1", "2");
	assert_string_equal(look(c, 1, "1"), "2");
	cache_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_for_a_time),
		cmocka_unit_test(forgets_what_was_not_asked_for_the_longest),
		cmocka_unit_test(keeps_no_more_bytes_than_it_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
