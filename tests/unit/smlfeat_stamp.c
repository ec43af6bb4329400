/* A feature in a Redis hash; which lists of names are frequent; which store has an entity. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/redis/prepared.h"
#include "store/redis/stamp.h"
#include "store/placement.h"

static const struct {
	const char *text, *value;
	int64_t time, expires;
} good[] = {
	{ "{\"t\":1700000000123456789,\"x\":1700003600123456789,\"v\":12.5}", "12.5",
	    1700000000123456789, 1700003600123456789 },
	{ "{\"t\":0,\"v\":\"plain\"}", "\"plain\"", 0, ENTITY_NEVER },
	{ "{\"t\":-1,\"x\":-9223372036854775808,\"v\":-0.50}", "-0.50", -1, INT64_MIN },
	{ "{\"t\":9223372036854775807,\"v\":null}", NULL, INT64_MAX, ENTITY_NEVER },
	{ "{\"t\":1,\"v\":true}", "true", 1, ENTITY_NEVER },
	{ "{\"t\":1,\"v\":false}", "false", 1, ENTITY_NEVER },
	{ "{\"t\":1,\"v\":\"\"}", "\"\"", 1, ENTITY_NEVER },
	{ "{\"t\":1,\"v\":\"a\\\"}\\u00e9\xc3\xa9\"}", "\"a\\\"}\\u00e9\xc3\xa9\"", 1,
	    ENTITY_NEVER },
	{ "{\"t\":1,\"v\":[1,{\"t\":2,\"v\":[]}]}", "[1,{\"t\":2,\"v\":[]}]", 1,
	    ENTITY_NEVER },
	{ "{\"t\":1,\"v\":1e400}", "1e400", 1, ENTITY_NEVER },
	{ "{\"t\":1,\"v\":-0}", "-0", 1, ENTITY_NEVER },
};

static const char *const bad[] = {
	"",
	"12.5",
	"{}",
	"{\"t\":1}",
	"{\"v\":1}",
	"{\"v\":1,\"t\":1}",
	"{\"t\":,\"v\":1}",
	"{\"t\":1.5,\"v\":1}",
	"{\"t\":01,\"v\":1}",
	"{\"t\":-,\"v\":1}",
	"{\"t\":9223372036854775808,\"v\":1}",
	"{\"t\":1e3,\"v\":1}",
	"{\"t\":1,\"v\":}",
	"{\"t\":1,\"v\":01}",
	"{\"t\":1,\"v\":1.}",
	"{\"t\":1,\"v\":.5}",
	"{\"t\":1,\"v\":-}",
	"{\"t\":1,\"v\":nul}",
	"{\"t\":1,\"v\":\"a}",
	"{\"t\":1,\"v\":\"a\"b\"}",
	"{\"t\":1,\"v\":1,\"w\":2}",
	"{\"t\":1,\"v\":1}}",
	"{\"t\":1,\"v\":[1,\n2]}",
	"{\"t\":1,\"v\":\"a\nb\"}",
	"{\"t\":1,\"v\":\"\xff\"}",
	"{\"t\":1,\"x\":,\"v\":1}",
	"{\"t\":1,\"v\":1",
	"{\"t\":1,\"v\":1} ",
	"{\"t\":1,\"v\":\"\\x\"}",
	"{\"t\":1,\"v\":{\"a\":1},\"v\":2}",
	"{\"t\":1,\"v\":\"\",\"$sml\":\"end\"}",
};

static void
assert_feature(const struct feature *f, size_t i)
{
	assert_int_equal(f->time, good[i].time);
	assert_int_equal(f->expires, good[i].expires);
	if (good[i].value == NULL) {
		assert_null(f->value);
		return;
	}
	assert_int_equal(f->value_len, strlen(good[i].value));
	assert_memory_equal(f->value, good[i].value, f->value_len);
}

static void
a_feature_reads_back(void **state)
{
	struct stamp_reader r = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(stamp_open(&r, &err), 0);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct feature f = { .time = 7 };
		struct buf b = { 0 };

		if (stamp_read(&r, good[i].text, strlen(good[i].text), &f, &err) == -1)
			fail_msg("%s: %s", good[i].text, err.text);
		assert_feature(&f, i);
		assert_int_equal(stamp_write(&b, &f), 0);
		assert_int_equal(b.len, strlen(good[i].text));
		assert_memory_equal(b.p, good[i].text, b.len);
		buf_free(&b);
	}
	stamp_close(&r);
}

/* The text has an allocation of its own, so that a sanitizer sees a read beyond it. */
static void
anything_else_is_refused(void **state)
{
	struct stamp_reader r = { 0 };
	struct feature f;
	struct err err;

	(void)state;
	assert_int_equal(stamp_open(&r, &err), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t n = strlen(bad[i]);
		char *copy = malloc(n + (n == 0));

		assert_non_null(copy);
		memcpy(copy, bad[i], n);
		if (stamp_read(&r, copy, n, &f, &err) == 0)
			fail_msg("taken: %s", bad[i]);
		free(copy);
	}
	stamp_close(&r);
}

static struct prepared *
find(struct prepared_list *s, const char *names)
{
	struct feature f[PREPARED_NAMES + 1];
	size_t n = strlen(names);

	for (size_t i = 0; i < n; i++)
		f[i] = (struct feature){ .name = names + i, .name_len = 1 };
	return prepared_find(s, f, n);
}

static void
a_few_shapes_are_known(void **state)
{
	struct prepared_list prepared = { 0 };
	struct feature joined[2] = { { .name = "ab", .name_len = 2 },
		{ .name = "", .name_len = 0 } };
	struct prepared *abc = find(&prepared, "abc");
	char many[PREPARED_NAMES + 2] = { 0 };

	(void)state;
	assert_non_null(abc);
	for (uint64_t i = 2; i < 5; i++) {
		assert_ptr_equal(find(&prepared, "abc"), abc);
		assert_int_equal(abc->seen, i);
		assert_ptr_not_equal(find(&prepared, "ab"), abc);
		assert_ptr_not_equal(find(&prepared, "abcd"), abc);
		assert_ptr_not_equal(prepared_find(&prepared, joined, 1), abc);
		assert_ptr_not_equal(prepared_find(&prepared, joined, 2), abc);
	}
	assert_int_equal(prepared.count, 5);
	assert_non_null(find(&prepared, "x"));
	assert_non_null(find(&prepared, "y"));
	assert_non_null(find(&prepared, "z"));
	assert_null(find(&prepared, "w"));
	assert_ptr_equal(find(&prepared, "abc"), abc);
	memset(many, 'm', PREPARED_NAMES + 1);
	assert_null(find(&prepared, many));
	assert_null(prepared_find(&prepared, NULL, 0));
	prepared_free(&prepared);
}

static void
open_stores(struct placement *s, const char **text, size_t n)
{
	struct err err;
	struct texts texts = { text, n, n };

	assert_int_equal(placement_open(s, &texts, &err), 0);
}

static void
names_decide_not_addresses_nor_order(void **state)
{
	const char *one[] = { "a=redis://x", "b=redis://y", "c=lmdb:z" };
	const char *other[] = { "c=lmdb:else", "a=redis://w", "b=redis://v" };
	static const size_t same[] = { 2, 0, 1 };
	struct placement s, t;
	char id[16];

	(void)state;
	open_stores(&s, one, 3);
	open_stores(&t, other, 3);
	for (int i = 0; i < 1000; i++) {
		size_t n = (size_t)snprintf(id, sizeof(id), "u%d", i);

		assert_int_equal(placement_of(&s, id, n), same[placement_of(&t, id, n)]);
	}
	placement_close(&s);
	placement_close(&t);
}

static void
one_more_takes_its_share_only(void **state)
{
	const char *text[] = { "a=redis://x", "b=redis://y", "c=redis://z", "d=redis://w" };
	struct placement three, four;
	int moved = 0, before[4] = { 0 };
	char id[16];

	(void)state;
	open_stores(&three, text, 3);
	open_stores(&four, text, 4);
	for (int i = 0; i < 20000; i++) {
		size_t n = (size_t)snprintf(id, sizeof(id), "u%d", i);
		size_t from = placement_of(&three, id, n), to = placement_of(&four, id, n);

		before[from]++;
		if (from == to)
			continue;
		assert_int_equal(to, 3);
		moved++;
	}
	assert_in_range(moved, 20000 / 4 - 300, 20000 / 4 + 300);
	for (int i = 0; i < 3; i++)
		assert_in_range(before[i], 20000 / 3 - 300, 20000 / 3 + 300);
	placement_close(&three);
	placement_close(&four);
}

static void
names_must_be_good_and_differ(void **state)
{
	static const struct {
		const char *text[2], *message;
	} wrong[] = {
		{ { "a=redis://x", "redis://y" }, "needs a name" },
		{ { "a=redis://x", "=redis://y" }, "needs a name" },
		{ { "a=redis://x", "b c=redis://y" }, "needs a name" },
		{ { "a=redis://x", "a=redis://y" }, "two stores have the name \"a\"" },
		{ { "a=redis://x", "b=redis://x" }, "are the same one" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *text[2] = { wrong[i].text[0], wrong[i].text[1] };
		struct texts texts = { text, 2, 2 };
		struct placement s;
		struct err err;

		assert_int_equal(placement_open(&s, &texts, &err), -1);
		if (strstr(err.text, wrong[i].message) == NULL)
			fail_msg("%s", err.text);
		placement_close(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feature_reads_back),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(a_few_shapes_are_known),
		cmocka_unit_test(names_decide_not_addresses_nor_order),
		cmocka_unit_test(one_more_takes_its_share_only),
		cmocka_unit_test(names_must_be_good_and_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
