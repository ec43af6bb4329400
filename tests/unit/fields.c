/* Paths and lists of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "json/fields.h"

static int
fields_fresh(void **state)
{
	*state = fields_new();
	return *state == NULL ? -1 : 0;
}

static int
fields_gone(void **state)
{
	fields_free(*state);
	return 0;
}

static void
a_field_has_one_slot_however_it_is_spelt(void **state)
{
	static const char *const spellings[][2] = { { "a", "/a" }, { "a.b.2", "/a/b/2" },
		{ "a\\.b", "/a.b" }, { "\\/a", "/~1a" }, { "a~0", "/a~00" },
		{ "a\\\\b", "/a\\\\b" }, { "\\x", "x" }, { "x\\=\\(\\)", "/x\\=\\(\\)" } };

	for (int i = 0; i < 8; i++) {
		assert_int_equal(fields_add(*state, spellings[i][0], NULL, NULL), i);
		assert_int_equal(fields_add(*state, spellings[i][1], NULL, NULL), i);
	}
}

static void
a_field_is_told_as_it_was_first_given(void **state)
{
	assert_int_equal(fields_add(*state, "/a/b.c", NULL, NULL), 0);
	assert_int_equal(fields_add(*state, "a.b\\.c", NULL, NULL), 0);
	assert_int_equal(fields_add_name(*state, "a.b", 3, NULL), 1);
	assert_int_equal(fields_add(*state, "d.e", NULL, NULL), 2);
	assert_string_equal(fields_path(*state, 0), "/a/b.c");
	assert_string_equal(fields_path(*state, 1), "a.b");
	assert_string_equal(fields_path(*state, 2), "d.e");
	assert_int_equal(fields_count(*state), 3);
}

static void
a_name_is_taken_as_it_is(void **state)
{
	assert_int_equal(fields_add_name(*state, "a.b", 3, NULL), 0);
	assert_int_equal(fields_add(*state, "a.b", NULL, NULL), 1);
	assert_int_equal(fields_add(*state, "a\\.b", NULL, NULL), 0);
	assert_int_equal(fields_add_name(*state, "", 0, NULL), 2);
	assert_int_equal(fields_add(*state, "/", NULL, NULL), 2);
	assert_int_equal(fields_add_name(*state, "/x", 2, NULL), 3);
	assert_int_equal(fields_add(*state, "/~1x", NULL, NULL), 3);
}

/* Paths inside other text, as in mean(a.b)=c. */
static void
a_path_ends_where_it_must(void **state)
{
	static const struct {
		const char *text;
		size_t end;
	} cases[] = { { "a.b,c", 3 }, { "a=1", 1 }, { "a)", 1 }, { "a(b", 1 }, { "/a,b", 2 },
		{ "a\\,b,c", 4 }, { "a b", 3 }, { " a ,b", 3 }, { "a )", 2 }, { "a.b", 3 },
		{ "/a=b", 2 } };
	const char *end;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_return_code(fields_add(*state, cases[i].text, &end, NULL), 0);
		assert_int_equal(end - cases[i].text, cases[i].end);
	}
}

static void
what_is_no_path_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *path, *why;
		int at;
	} cases[] = { { "", "a name is missing", 0 }, { ".a", "a name is missing", 0 },
		{ "a.", "a name is missing", 2 }, { "a..b", "a name is missing", 2 },
		{ "a.\\", "nothing follows the", 2 }, { "/a~", "only in ~0 and ~1", 3 },
		{ "/a~2", "only in ~0 and ~1", 3 }, { "/~", "only in ~0 and ~1", 2 },
		{ "a,b", "is no single field: ',' ends it", 1 },
		{ "a=b", "is no single field: '=' ends it", 1 } };
	struct err err;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(fields_add(*state, cases[i].path, NULL, &err), -1);
		assert_non_null(strstr(err.text, cases[i].why));
		assert_int_equal(err.at - cases[i].path, cases[i].at);
	}
}

static void
a_list_names_each_field_once(void **state)
{
	static const char *const wrong[] = { "", ",", "a,", ",a", "a,,b", "a,a", "a,/a",
		"a b,c,a b", "a=b", "a(b)", "a,b,c,d,e" };
	int slots[4], spaced[4];
	struct err err;

	assert_int_equal(fields_list(*state, "x,y.z,/y/0,\\,", slots, 4, &err), 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(slots[i], i);
	/* Blanks around a path do not belong to it. */
	assert_int_equal(fields_list(*state, " x , y.z,\t/y/0 ,\\, ", spaced, 4, &err), 4);
	assert_memory_equal(spaced, slots, sizeof slots);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		err.text[0] = '\0';
		if (fields_list(*state, wrong[i], slots, 4, &err) != -1)
			fail_msg("accepted: %s", wrong[i]);
		assert_true(err.text[0] != '\0');
	}
}

/* Enough fields that the tables grow, both of the record and of one name. */
static void
a_thousand_fields_are_told_apart(void **state)
{
	char path[32];

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 1000; i++) {
			snprintf(path, sizeof path, i % 2 ? "below.%d" : "name%d", i);
			assert_int_equal(fields_add(*state, path, NULL, NULL), i);
		}
	}
	assert_string_equal(fields_path(*state, 998), "name998");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fields_fresh, fields_gone)
	const struct CMUnitTest tests[] = {
		TEST(a_field_has_one_slot_however_it_is_spelt),
		TEST(a_field_is_told_as_it_was_first_given),
		TEST(a_name_is_taken_as_it_is),
		TEST(a_path_ends_where_it_must),
		TEST(what_is_no_path_is_refused_with_its_place),
		TEST(a_list_names_each_field_once),
		TEST(a_thousand_fields_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
