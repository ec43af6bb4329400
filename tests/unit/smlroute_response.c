/* What a line answers to a request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "answer/response.h"

static int
enter(void **state)
{
	static struct response_reader reader;
	struct err err;

	*state = &reader;
	return response_reader_open(&reader, 10, &err);
}

static int
leave(void **state)
{
	response_reader_close(*state);
	return 0;
}

static void
assert_text(struct value v, const char *text)
{
	if (text == NULL) {
		assert_int_equal(v.kind, V_MISSING);
		return;
	}
	assert_int_equal(v.len, strlen(text));
	assert_memory_equal(v.p, text, v.len);
}

static void
assert_read(void **state, const char *line, const char *prediction, const char *probability)
{
	struct response response, copy;
	struct buf buf = { 0 };
	struct err err;

	if (response_read(*state, line, strlen(line), &response, &err) == -1)
		fail_msg("%s: %s", line, err.text);
	assert_int_equal(response_copy(&copy, &response, &buf, &err), 0);
	assert_text(copy.prediction, prediction);
	assert_text(copy.probability, probability);
	buf_free(&buf);
}

static void
any_value_is_a_prediction(void **state)
{
	assert_read(state, "1", "1", NULL);
	assert_read(state, " \t-0.50e1\r", "-0.50e1", NULL);
	assert_read(state, "\"a\\u0000, b\"", "\"a\\u0000, b\"", NULL);
	assert_read(state, "null", "null", NULL);
	assert_read(state, "[1, {\"prediction\": 2}]", "[1, {\"prediction\": 2}]", NULL);
	assert_read(state, "{}", "{}", NULL);
	assert_read(state, "{\"r\": 1}", "{\"r\": 1}", NULL);
}

static void
an_object_may_name_it(void **state)
{
	assert_read(state, "{\"prediction\": [1, 2] }", "[1, 2]", NULL);
	assert_read(state, "{\"a\":{}, \"probability\":0.25,\"prediction\":\"x\"}", "\"x\"",
	    "0.25");
	assert_read(state, "{\"prediction\":null}", "null", NULL);
	assert_read(state, "{\"prediction\":1,\"prediction\":2}", "2", NULL);
	assert_read(state, "{\"predi\\u0063tion\":3}", "3", NULL);
	assert_read(state, "{\"probability\":0.5}", "{\"probability\":0.5}", NULL);
	assert_read(state, "{\"r\":{\"prediction\":1}}", "{\"r\":{\"prediction\":1}}", NULL);
}

static void
what_is_not_one_value_is_refused(void **state)
{
	static const char *const lines[] = { "", " ", "x", "1,2", "1 2", "{", "1}",
		"1,\"r\":2", "1,\"r\":{\"prediction\":1}", "}", "{}{}", "\"a", "nul", "01",
		"\xff", "\"\xff\"", "[[[[[[[[[[[1]]]]]]]]]]]", "{\"prediction\":}" };
	struct response response;
	struct err err;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (response_read(*state, lines[i], strlen(lines[i]), &response, &err) == 0)
			fail_msg("%s", lines[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(any_value_is_a_prediction),
		TEST(an_object_may_name_it),
		TEST(what_is_not_one_value_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
