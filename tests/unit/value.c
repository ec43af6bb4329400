/* What values mean, and how one walks them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json/value.h"

static struct value
value_of(enum kind kind, const char *text)
{
	return (struct value){ text, (uint32_t)strlen(text), kind };
}

static void
integers_are_those_of_64_bits_however_spelt(void **state)
{
	static const struct {
		const char *text;
		int64_t x;
	} good[] = { { "0", 0 }, { "-0", 0 }, { "12", 12 }, { "12.0", 12 }, { "1.2e1", 12 },
		{ "120e-1", 12 }, { "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN }, { "922337203685477580.7e1", INT64_MAX },
		{ "0e99999", 0 } };
	static const char *const bad[] = { "0.5", "1e-1", "9223372036854775808",
		"-9223372036854775809", "1e19", "1e999999999999", "12.01" };
	int64_t x;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_return_code(value_i64(value_of(V_NUMBER, good[i].text), &x, NULL), 0);
		assert_int_equal(x, good[i].x);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(value_i64(value_of(V_NUMBER, bad[i]), &x, &err), -1);
		assert_ptr_equal(err.at, bad[i]);
	}
}

static void
numbers_are_the_nearest_doubles(void **state)
{
	static const struct {
		const char *text;
		double x;
	} good[] = { { "0.1", 0.1 }, { "1e308", 1e308 }, { "1e-999", 0 },
		{ "9007199254740993", 9007199254740992.0 }, { "-1.5E+1", -15 },
		{ "123456789012345678901234567890", 123456789012345678901234567890.0 } };
	double x;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_return_code(value_f64(value_of(V_NUMBER, good[i].text), &x, NULL), 0);
		assert_true(x == good[i].x);
	}
	assert_int_equal(value_f64(value_of(V_NUMBER, "1e309"), &x, &err), -1);
	assert_int_equal(value_f64(value_of(V_NUMBER, "-1e309"), &x, &err), -1);
}

static void
another_kind_is_told_of(void **state)
{
	static const struct {
		struct value value;
		const char *name;
	} cases[] = { { { NULL, 0, V_MISSING }, "nothing" }, { { "null", 4, V_NULL }, "null" },
		{ { "true", 4, V_TRUE }, "true" }, { { "false", 5, V_FALSE }, "false" },
		{ { "[]", 2, V_ARRAY }, "an array" }, { { "{}", 2, V_OBJECT }, "an object" } };
	struct buf text = { 0 };
	struct err err;
	int64_t i;
	double x;

	(void)state;
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		assert_int_equal(value_i64(cases[k].value, &i, &err), -1);
		assert_non_null(strstr(err.text, cases[k].name));
		assert_int_equal(value_f64(cases[k].value, &x, &err), -1);
		assert_non_null(strstr(err.text, cases[k].name));
		assert_int_equal(value_text(cases[k].value, &text, &err), -1);
		assert_non_null(strstr(err.text, cases[k].name));
		assert_int_equal(value_time(cases[k].value,
				     &(struct time_field){ .unit = UNIT_MS }, &i, &err),
		    -1);
		assert_non_null(strstr(err.text, cases[k].name));
		assert_ptr_equal(err.at, cases[k].value.p);
		assert_int_equal(value_none(cases[k].value), k < 2);
	}
	assert_int_equal(value_i64(value_of(V_STRING, "\"1\""), &i, &err), -1);
	assert_int_equal(value_text(value_of(V_NUMBER, "1"), &text, &err), -1);
	buf_free(&text);
}

static void
text_has_its_escapes_resolved(void **state)
{
	static const struct {
		const char *json, *text;
		size_t n;
	} cases[] = { { "\"\"", "", 0 }, { "\"a\"", "a", 1 },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8 },
		{ "\"\\u0000x\"", "\0x", 2 }, { "\"\\u007f\\u0080\"", "\x7f\xc2\x80", 3 },
		{ "\"\\u07ff\\u0800\"", "\xdf\xbf\xe0\xa0\x80", 5 },
		{ "\"\\uFFFF\"", "\xef\xbf\xbf", 3 },
		{ "\"\\ud7ff\\ue000\"", "\xed\x9f\xbf\xee\x80\x80", 6 },
		{ "\"\\uD800\\uDC00\"", "\xf0\x90\x80\x80", 4 },
		{ "\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf", 4 },
		{ "\"x\xc3\xa9\\u00E9y\"", "x\xc3\xa9\xc3\xa9y", 6 } };
	struct buf text = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct value v = value_of(V_STRING, cases[i].json);

		text.len = 0;
		assert_return_code(buf_puts(&text, "before"), 0);
		assert_return_code(value_text(v, &text, NULL), 0);
		assert_int_equal(text.len, 6 + cases[i].n);
		assert_memory_equal(text.p + 6, cases[i].text, cases[i].n);
		assert_true(value_is(v, cases[i].text, cases[i].n));
		assert_false(value_is(v, "other", 5));
	}
	buf_free(&text);
}

static void
a_lone_surrogate_is_no_text(void **state)
{
	static const struct {
		const char *json;
		int at;
	} cases[] = { { "\"\\ud800\"", 1 }, { "\"ab\\udc00\"", 3 },
		{ "\"\\udc00\\ud800\"", 1 }, { "\"\\ud800\\ud800\"", 1 },
		{ "\"\\ud800\\u0041\"", 1 }, { "\"\\ud800\\n12345\"", 1 },
		{ "\"\\ud800x\"", 1 }, { "\"\\ud83d\\ude00\\ud83d\"", 13 } };
	struct buf text = { 0 };
	struct err err;

	(void)state;
	assert_return_code(buf_puts(&text, "kept"), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct value v = value_of(V_STRING, cases[i].json);

		assert_int_equal(value_text(v, &text, &err), -1);
		assert_int_equal(err.at - v.p, cases[i].at);
		assert_int_equal(text.len, 4);
		assert_false(value_is(v, "", 0));
	}
	buf_free(&text);
}

static void
times_are_text_or_numbers(void **state)
{
	struct time_field in_ms = { .unit = UNIT_MS };
	int64_t ns;
	struct err err;

	(void)state;
	assert_return_code(value_time(value_of(V_NUMBER, "1500"), &in_ms, &ns, NULL), 0);
	assert_int_equal(ns, 1500000000);
	assert_return_code(value_time(value_of(V_STRING, "\"1970-01-01T00:00:01.5Z\""), &in_ms,
			       &ns, NULL),
	    0);
	assert_int_equal(ns, 1500000000);
	assert_return_code(value_time(value_of(V_STRING,
					  "\"1970\\u002d01-01T00:00:01.5\\u005a\""),
			       &in_ms, &ns, NULL),
	    0);
	assert_int_equal(ns, 1500000000);
	assert_int_equal(value_time(value_of(V_STRING, "\"1\\u0031\""), &in_ms, &ns, &err), 0);
	assert_int_equal(ns, 11000000);
	assert_int_equal(value_time(value_of(V_STRING, "\"\\u0078\""), &in_ms, &ns, &err), -1);
	assert_int_equal(value_time(value_of(V_STRING, "\"\\ud800\""), &in_ms, &ns, &err), -1);
	assert_int_equal(value_time(value_of(V_STRING, "\"\""), &in_ms, &ns, &err), -1);
}

/* Writes what a walk meets: names and items, each in brackets. */
static const char *
walked(struct value outer, char *told)
{
	struct value name = { 0 }, item = { 0 };

	told[0] = '\0';
	while (value_next(outer, &name, &item)) {
		strcat(told, "<");
		if (outer.kind == V_OBJECT) {
			strncat(told, name.p, name.len);
			strcat(told, "=");
		}
		strncat(told, item.p, item.len);
		strcat(told, ">");
	}
	return told;
}

static void
a_walk_meets_every_item(void **state)
{
	char told[256];

	(void)state;
	assert_string_equal(walked(value_of(V_ARRAY, "[]"), told), "");
	assert_string_equal(walked(value_of(V_ARRAY, "[ \t]"), told), "");
	assert_string_equal(walked(value_of(V_OBJECT, "{ }"), told), "");
	assert_string_equal(walked(value_of(V_NUMBER, "1"), told), "");
	assert_string_equal(walked(value_of(V_ARRAY,
				       "[1 , -2.5e+3,\"],\\\"\" ,[ ] "
				       ",{\"]\":\"}\"},true,false,null]"),
				told),
	    "<1><-2.5e+3><\"],\\\"\"><[ ]><{\"]\":\"}\"}><true><false><null>");
	assert_string_equal(walked(value_of(V_OBJECT,
				       "{\"a\\\\\" : [[1],[2]], \"\":{ \"x\" :{}} ,\"a\":0 }"),
				told),
	    "<\"a\\\\\"=[[1],[2]]><\"\"={ \"x\" :{}}><\"a\"=0>");
}

static void
a_member_is_the_last_of_its_name(void **state)
{
	struct value v =
	    value_of(V_OBJECT, "{\"a\":1,\"b\":{\"a\":2},\"\\u0061\":3,\"c\":4,\"\":5}");

	(void)state;
	assert_int_equal(*value_member(v, "a").p, '3');
	assert_int_equal(value_member(v, "b").len, 7);
	assert_int_equal(*value_member(v, "").p, '5');
	assert_int_equal(value_member(v, "d").kind, V_MISSING);
	assert_int_equal(value_member(value_of(V_ARRAY, "[1]"), "0").kind, V_MISSING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_those_of_64_bits_however_spelt),
		cmocka_unit_test(numbers_are_the_nearest_doubles),
		cmocka_unit_test(another_kind_is_told_of),
		cmocka_unit_test(text_has_its_escapes_resolved),
		cmocka_unit_test(a_lone_surrogate_is_no_text),
		cmocka_unit_test(times_are_text_or_numbers),
		cmocka_unit_test(a_walk_meets_every_item),
		cmocka_unit_test(a_member_is_the_last_of_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
