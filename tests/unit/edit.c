/* Records with members added, and new objects. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "json/edit.h"

/* Members x and y, for records and for new objects. */
struct bench {
	struct fields *fields;
	struct edit *edit;
	struct record record;
	struct out out;
	int x, y;
};

static void
bench_open(struct bench *b, const char *nest, bool overwrite, const char *as)
{
	*b = (struct bench){ .fields = fields_new(), .edit = edit_new(nest, overwrite) };
	if (as != NULL)
		assert_return_code(edit_rename(b->edit, as, NULL), 0);
	b->x = edit_name(b->edit, b->fields, "x", NULL);
	b->y = edit_name(b->edit, b->fields, "y", NULL);
	assert_return_code(b->x, 0);
	assert_return_code(b->y, 0);
	assert_return_code(edit_named(b->edit, NULL), 0);
	assert_return_code(record_open(&b->record, b->fields, 100, NULL), 0);
	assert_return_code(out_open(&b->out, memfd_create("out", 0), 1024), 0);
}

static void
bench_close(struct bench *b)
{
	out_close(&b->out);
	record_close(&b->record);
	edit_free(b->edit);
	fields_free(b->fields);
}

static const struct record *
parsed(struct bench *b, const char *text)
{
	assert_return_code(record_parse_text(&b->record, b->fields, text, strlen(text), NULL),
	    0);
	return &b->record;
}

/* Checks the output since the last call. */
static void
assert_out(struct bench *b, const char *want)
{
	char text[512] = "";

	assert_return_code(out_flush(&b->out), 0);
	assert_true(pread(b->out.fd, text, sizeof text - 1, 0) >= 0);
	assert_string_equal(text, want);
	assert_return_code(ftruncate(b->out.fd, 0), 0);
	assert_int_equal(lseek(b->out.fd, 0, SEEK_SET), 0);
}

static void
values_of_each_kind_are_written(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, NULL, false, NULL);
	for (int i = 0; i < 9; i++) {
		switch (i) {
		case 0:
			edit_i64(b.edit, b.x, INT64_MIN);
			break;
		case 1:
			edit_f64(b.edit, b.x, -0.0);
			break;
		case 2:
			edit_f64(b.edit, b.x, 1e21);
			break;
		case 3:
			edit_f64(b.edit, b.x, (double)NAN);
			break;
		case 4:
			edit_bool(b.edit, b.x, false);
			break;
		case 5:
			edit_string(b.edit, b.x, "\"\\\n\x1f\xc3\xa9\0", 7);
			break;
		case 6:
			edit_time(b.edit, b.x, -1, false, UNIT_MS);
			break;
		case 7:
			edit_time(b.edit, b.x, 1500000, true, UNIT_MS);
			break;
		case 8:
			edit_raw(b.edit, b.x, (struct value){ NULL, 0, V_MISSING });
			break;
		}
		assert_return_code(edit_write(b.edit, NULL, &b.out, NULL), 0);
	}
	assert_out(&b,
	    "{\"x\":-9223372036854775808}\n{\"x\":0}\n{\"x\":1e+21}\n{\"x\":null}\n{\"x\":"
	    "false}\n"
	    "{\"x\":\"\\\"\\\\\\n\\u001f\xc3\xa9\\u0000\"}\n"
	    "{\"x\":\"1969-12-31T23:59:59.999999999Z\"}\n{\"x\":1.5}\n{\"x\":null}\n");
	assert_int_equal(edit_not_finite(b.edit), 1);
	bench_close(&b);
}

static void
members_come_in_the_order_in_which_they_are_set(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, NULL, false, NULL);
	edit_i64(b.edit, b.y, 1);
	edit_raw(b.edit, b.x, (struct value){ "1.50", 4, V_NUMBER });
	assert_return_code(edit_write(b.edit, parsed(&b, " { \"a\" : 0 } "), &b.out, NULL), 0);
	assert_out(&b, "{ \"a\" : 0 ,\"y\":1,\"x\":1.50}\n");
	/* Writing has unset all members, and members that are not set are left out. */
	assert_return_code(edit_write(b.edit, parsed(&b, "{\"x\":9}"), &b.out, NULL), 0);
	assert_return_code(edit_write(b.edit, NULL, &b.out, NULL), 0);
	edit_null(b.edit, b.y);
	assert_return_code(edit_write(b.edit, parsed(&b, "{\t}"), &b.out, NULL), 0);
	assert_out(&b, "{\"x\":9}\n{}\n{\t\"y\":null}\n");
	bench_close(&b);
}

static void
a_name_that_is_there_is_refused(void **state)
{
	struct bench b;
	struct err err;

	(void)state;
	bench_open(&b, NULL, false, NULL);
	parsed(&b, "{\"y\":0}");
	assert_int_equal(edit_check(b.edit, &b.record, &err), -1);
	assert_non_null(strstr(err.text, "\"y\""));
	edit_i64(b.edit, b.x, 1);
	edit_i64(b.edit, b.y, 2);
	assert_int_equal(edit_write(b.edit, &b.record, &b.out, &err), -1);
	assert_out(&b, "");
	/* A member that was set for the refused record is not set for the next one. */
	edit_i64(b.edit, b.x, 3);
	assert_return_code(edit_write(b.edit, parsed(&b, "{}"), &b.out, NULL), 0);
	assert_out(&b, "{\"x\":3}\n");
	bench_close(&b);
}

static void
values_are_replaced_where_they_stand(void **state)
{
	static const struct {
		const char *record, *out;
	} cases[] = { { "{\"x\":[1,{}],\"a\":0,\"y\":\"\"}", "{\"x\":1,\"a\":0,\"y\":2}\n" },
		{ "{\"y\" : null , \"x\":0}", "{\"y\" : 2 , \"x\":1}\n" },
		{ "{\"y\":0}", "{\"y\":2,\"x\":1}\n" }, { "{}", "{\"x\":1,\"y\":2}\n" },
		{ "{\"x\":7,\"x\":8}", "{\"x\":7,\"x\":1,\"y\":2}\n" },
		{ "{\"\\u0078\":0,\"a\":{\"x\":0}}",
		    "{\"\\u0078\":1,\"a\":{\"x\":0},\"y\":2}\n" } };
	struct bench b;

	(void)state;
	bench_open(&b, NULL, true, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		parsed(&b, cases[i].record);
		assert_return_code(edit_check(b.edit, &b.record, NULL), 0);
		edit_i64(b.edit, b.x, 1);
		edit_i64(b.edit, b.y, 2);
		assert_return_code(edit_write(b.edit, &b.record, &b.out, NULL), 0);
		assert_out(&b, cases[i].out);
	}
	bench_close(&b);
}

static void
all_members_may_stand_in_one_object(void **state)
{
	struct bench b;
	struct err err;

	(void)state;
	bench_open(&b, "in \"it\"", false, NULL);
	edit_i64(b.edit, b.x, 1);
	edit_i64(b.edit, b.y, 2);
	assert_return_code(edit_write(b.edit, parsed(&b, "{\"x\":0}"), &b.out, NULL), 0);
	assert_return_code(edit_write(b.edit, parsed(&b, "{}"), &b.out, NULL), 0);
	edit_i64(b.edit, b.y, 2);
	assert_return_code(edit_write(b.edit, NULL, &b.out, NULL), 0);
	assert_out(&b,
	    "{\"x\":0,\"in \\\"it\\\"\":{\"x\":1,\"y\":2}}\n{\"in \\\"it\\\"\":{}}\n"
	    "{\"in \\\"it\\\"\":{\"y\":2}}\n");
	parsed(&b, "{\"in \\u0022it\\u0022\":0}");
	assert_int_equal(edit_check(b.edit, &b.record, &err), -1);
	assert_int_equal(edit_write(b.edit, &b.record, &b.out, &err), -1);
	bench_close(&b);
}

static void
members_are_renamed(void **state)
{
	static const char *const wrong[] = { "", "x=", "=z" };
	struct bench b;
	struct err err;

	(void)state;
	bench_open(&b, NULL, false, "y=z");
	edit_i64(b.edit, b.y, 1);
	assert_return_code(edit_write(b.edit, parsed(&b, "{\"y\":0}"), &b.out, NULL), 0);
	assert_out(&b, "{\"y\":0,\"z\":1}\n");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(edit_rename(b.edit, wrong[i], &err), -1);
	assert_return_code(edit_rename(b.edit, "none=n", NULL), 0);
	assert_int_equal(edit_named(b.edit, &err), -1);
	assert_non_null(strstr(err.text, "none"));
	assert_int_equal(edit_name(b.edit, b.fields, "x", &err), -1);
	assert_non_null(strstr(err.text, "two members would be named \"x\""));
	bench_close(&b);
}

static void
members_are_taken_back(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, NULL, false, NULL);
	assert_int_equal(edit_count(b.edit), 2);
	assert_int_equal(edit_name(b.edit, b.fields, "z", NULL), 2);
	edit_take_back(b.edit, 2);
	assert_int_equal(edit_count(b.edit), 2);
	record_close(&b.record);
	assert_return_code(record_open(&b.record, b.fields, 10, NULL), 0);
	assert_return_code(edit_check(b.edit, parsed(&b, "{\"z\":0}"), NULL), 0);
	edit_i64(b.edit, b.x, 1);
	assert_return_code(edit_write(b.edit, &b.record, &b.out, NULL), 0);
	assert_out(&b, "{\"z\":0,\"x\":1}\n");
	assert_int_equal(edit_name(b.edit, b.fields, "z", NULL), 2);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_each_kind_are_written),
		cmocka_unit_test(members_come_in_the_order_in_which_they_are_set),
		cmocka_unit_test(a_name_that_is_there_is_refused),
		cmocka_unit_test(values_are_replaced_where_they_stand),
		cmocka_unit_test(all_members_may_stand_in_one_object),
		cmocka_unit_test(members_are_renamed),
		cmocka_unit_test(members_are_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
