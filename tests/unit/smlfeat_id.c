/* Ids: the text that a key makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "json/record.h"

#include "entity/id.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The values of {"a":…,"b":…} as a key; n of them. */
static int
make(const char *record, int n, struct buf *id, struct err *err)
{
	struct fields *fields = fields_new();
	struct record r = { 0 };
	struct value values[2];
	int result;

	assert_non_null(fields);
	assert_int_equal(fields_add(fields, "a", NULL, err), 0);
	assert_int_equal(fields_add(fields, "b", NULL, err), 1);
	assert_int_equal(record_open(&r, fields, 10, err), 0);
	assert_int_equal(record_parse_text(&r, fields, record, strlen(record), err), 0);
	values[0] = record_at(&r, 0);
	values[1] = record_at(&r, 1);
	result = id_make(values, n, id, err);
	record_close(&r);
	fields_free(fields);
	return result;
}

static void
is(const char *record, int n, const char *want)
{
	struct buf id = { 0 };
	struct err err = { 0 };

	if (make(record, n, &id, &err) == -1)
		fail_msg("%s: %s", record, err.text);
	if (id.len != strlen(want) || memcmp(id.p, want, id.len) != 0)
		fail_msg("%s: \"%.*s\", not \"%s\"", record, (int)id.len, id.p, want);
	buf_free(&id);
}

static void
refused(const char *record, int n, const char *why)
{
	struct buf id = { 0 };
	struct err err = { 0 };

	assert_int_equal(make(record, n, &id, &err), -1);
	if (strstr(err.text, why) == NULL)
		fail_msg("%s: \"%s\" instead of \"%s\"", record, err.text, why);
	buf_free(&id);
}

static void
one_field_is_its_text(void **state)
{
	(void)state;
	is("{\"a\":\"ann\"}", 1, "ann");
	is("{\"a\":\"a\\u0041\\n\\\\ \"}", 1, "aA\n\\ ");
	is("{\"a\":\"[\\\"x\\\"]\"}", 1, "[\"x\"]");
	is("{\"a\":true}", 1, "true");
	is("{\"a\":false}", 1, "false");
}

static void
numbers_are_their_value(void **state)
{
	static const struct {
		const char *spelt, *id;
	} numbers[] = {
		{ "0", "0" },
		{ "-0", "0" },
		{ "0.000e9", "0" },
		{ "12", "12" },
		{ "-12", "-12" },
		{ "12.0", "12" },
		{ "1.2e1", "12" },
		{ "120E-1", "12" },
		{ "0.5", "0.5" },
		{ "-5e-1", "-0.5" },
		{ "1.50", "1.5" },
		{ "123.456", "123.456" },
		{ "0.00012", "0.00012" },
		{ "12e-5", "0.00012" },
		{ "1e3", "1000" },
		{ "18446744073709551617", "18446744073709551617" },
		{ "18446744073709551617.000", "18446744073709551617" },
		{ "1e63", "1000000000000000000000000000000000000000000000000000000000000000" },
		{ "1e64", "1e+64" },
		{ "-12.5e99", "-1.25e+100" },
		{ "1e-63",
		    "0.000000000000000000000000000000000000000000000000000000000000001" },
		{ "1e-65", "1e-65" },
		{ "2.50e-300", "2.5e-300" },
	};
	char record[128];

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		(void)snprintf(record, sizeof record, "{\"a\":%s}", numbers[i].spelt);
		is(record, 1, numbers[i].id);
		/* The id, read as a value, has the same id. */
		(void)snprintf(record, sizeof record, "{\"a\":%s}", numbers[i].id);
		is(record, 1, numbers[i].id);
	}
}

static void
several_fields_are_an_array(void **state)
{
	(void)state;
	is("{\"a\":\"ann\",\"b\":12.0}", 2, "[\"ann\",12]");
	is("{\"a\":\"12\",\"b\":true}", 2, "[\"12\",true]");
	is("{\"a\":\"q\\u0022\\/\\u00e9\\u0007\",\"b\":0}", 2,
	    "[\"q\\\"/\xc3\xa9\\u0007\",0]");
}

static void
what_is_no_key_is_refused(void **state)
{
	static char long_key[70000];

	(void)state;
	refused("{}", 1, "missing");
	refused("{\"a\":null}", 1, "null");
	refused("{\"a\":\"\"}", 1, "empty");
	refused("{\"a\":[]}", 1, "an array");
	refused("{\"a\":{}}", 1, "an object");
	refused("{\"a\":\"\\ud800\"}", 1, "surrogate");
	refused("{\"a\":1e9999999999999999999}", 1, "exponent");
	refused("{\"a\":\"x\"}", 2, "missing");
	refused("{\"a\":\"x\",\"b\":\"\"}", 2, "empty");
	memset(long_key, 'x', sizeof long_key - 1);
	memcpy(long_key, "{\"a\":\"", 6);
	memcpy(long_key + sizeof long_key - 3, "\"}", 2);
	refused(long_key, 1, "65535");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_field_is_its_text),
		cmocka_unit_test(numbers_are_their_value),
		cmocka_unit_test(several_fields_are_an_array),
		cmocka_unit_test(what_is_no_key_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
