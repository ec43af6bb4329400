/* What -w and -a say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "spec/spec.h"

static const int64_t second = 1000000000;

static void
windows_are_read(void **state)
{
	struct window w;

	(void)state;
	assert_int_equal(window_read("sliding:10m", &w, NULL), 0);
	assert_int_equal(w.kind, WINDOW_SLIDING);
	assert_int_equal(w.size, 600 * second);
	assert_int_equal(window_read("tumbling:1h30m", &w, NULL), 0);
	assert_int_equal(w.kind, WINDOW_TUMBLING);
	assert_int_equal(w.size, 5400 * second);
	assert_int_equal(w.slide, 5400 * second);
	assert_int_equal(window_read("hopping:10m/1m", &w, NULL), 0);
	assert_int_equal(w.kind, WINDOW_HOPPING);
	assert_int_equal(w.size, 600 * second);
	assert_int_equal(w.slide, 60 * second);
	assert_int_equal(window_read("session:250ms", &w, NULL), 0);
	assert_int_equal(w.kind, WINDOW_SESSION);
	assert_int_equal(w.size, second / 4);
	assert_int_equal(window_read("count:100", &w, NULL), 0);
	assert_int_equal(w.kind, WINDOW_COUNT);
	assert_int_equal(w.count, 100);
	assert_int_equal(window_read("global", &w, NULL), 0);
	assert_int_equal(w.kind, WINDOW_GLOBAL);
}

/* The bar marks the place of each error. */
static void
errors_have_their_place(void **state)
{
	static const char *const windows[] = { "|", "|slidin:1m", "sliding|", "sliding:|",
		"sliding:|m", "sliding:|0s", "sliding:1|mx", "hopping:1m|", "hopping:1m/|2m",
		"hopping:1m/|", "count:|0", "count:|x", "count:1|k",
		"count:|99999999999999999999", "global:|1", "|Sliding:1m" };
	static const char *const lists[] = { "|", "sum|", "|suum(v)", "sum|", "sum(|)",
		"sum(v|", "sum(v|,1)", "count(|", "count()|x", "count(),|", "|=count()", "a=|",
		"a=|b=count()", "quantile(v|)", "quantile(v,|2)", "quantile(v,|x)",
		"quantile(v,|-0)", "lag(v,|0)", "lag(v,1|.5)", "lag(v|)", "sum(v),|sum(v)" };
	char text[64];
	size_t i, bar;

	(void)state;
	for (i = 0; i < sizeof windows / sizeof windows[0]; i++) {
		struct err err = { 0 };
		struct window w;

		bar = strcspn(windows[i], "|");
		memcpy(text, windows[i], bar);
		strcpy(text + bar, windows[i] + bar + 1);
		assert_int_equal(window_read(text, &w, &err), -1);
		assert_ptr_equal(err.at, text + bar);
		assert_true(err.text[0] != '\0');
	}
	for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		struct fields *fields = fields_new();
		struct functions functions = { 0 };
		struct err err = { 0 };

		bar = strcspn(lists[i], "|");
		memcpy(text, lists[i], bar);
		strcpy(text + bar, lists[i] + bar + 1);
		assert_int_equal(functions_read(&functions, fields, text, &err), -1);
		assert_ptr_equal(err.at, text + bar);
		assert_true(err.text[0] != '\0');
		functions_free(&functions);
		fields_free(fields);
	}
}

static void
functions_are_read_and_named(void **state)
{
	static const struct {
		const char *name, *path;
		enum function_kind kind;
	} should[] = { { "count", NULL, FUNCTION_COUNT }, { "a_b_mean", "a.b", FUNCTION_MEAN },
		{ "odd_name_2_max", "/odd.name/2", FUNCTION_MAX },
		{ "ende\xc3\xa9", "v", FUNCTION_LAST },
		{ "v_quantile_0_95", "v", FUNCTION_QUANTILE },
		{ "v_lag_48", "v", FUNCTION_LAG }, { "v_count", "v", FUNCTION_COUNT } };
	struct fields *fields = fields_new();
	struct functions functions = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(functions_read(&functions, fields,
			     " count( ) , mean(a.b),\tmax(/odd.name/2) ", NULL),
	    0);
	assert_int_equal(functions_read(&functions, fields,
			     "ende\xc3\xa9 = last(v),quantile( v, 0.95), lag(v,48 ) ,count(v)",
			     NULL),
	    0);
	assert_int_equal(functions.count, sizeof should / sizeof should[0]);
	for (i = 0; i < functions.count; i++) {
		assert_string_equal(functions.at[i].name, should[i].name);
		assert_int_equal(functions.at[i].kind, should[i].kind);
		if (should[i].path == NULL)
			assert_int_equal(functions.at[i].slot, -1);
		else
			assert_string_equal(fields_path(fields, functions.at[i].slot),
			    should[i].path);
	}
	assert_true(functions.at[4].q > 0.949 && functions.at[4].q < 0.951);
	assert_int_equal(functions.at[5].n, 48);
	functions_free(&functions);
	fields_free(fields);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(windows_are_read),
		cmocka_unit_test(errors_have_their_place),
		cmocka_unit_test(functions_are_read_and_named) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
