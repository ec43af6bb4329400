/* Values of messages: which of them are records, which are JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kafka/payload.h"

/* Returns whether the text is accepted as a record; at: the byte at fault, from 1, or 0. */
static int
object(struct payload *p, const char *text, bool models, size_t *at)
{
	char value[256 + PAYLOAD_SLACK];
	struct err err = { 0 };
	int result;

	memcpy(value, text, strlen(text));
	result = payload_check_object(p, value, strlen(text), models, &err);
	*at = result == -1 && err.at != NULL ? (size_t)(err.at - value) + 1 : 0;
	return result;
}

static void
assert_object(struct payload *p, const char *text, int want, size_t want_at)
{
	size_t at;

	assert_int_equal(object(p, text, false, &at), want);
	assert_int_equal(at, want_at);
}

static void
assert_json(struct payload *p, const char *text, int want, size_t want_at)
{
	struct err err = { 0 };
	size_t at = 0;

	assert_int_equal(payload_check_json(p, text, strlen(text), &at, &err), want);
	assert_int_equal(at, want_at);
}

static int
open_payload(void **state)
{
	static struct payload p;

	*state = &p;
	return payload_open(&p, NULL);
}

static int
close_payload(void **state)
{
	payload_close(*state);
	return 0;
}

static void
objects_are_records(void **state)
{
	assert_object(*state, "{}", 0, 0);
	assert_object(*state, " {\n\"a\"\r\n:\t[1e5,{\"$sml\":\"end\"}] } \n", 0, 0);
	assert_object(*state, "{\"a\":1,\"$sml\":\"end\"}", 0, 0);
}

static void
nothing_else_is(void **state)
{
	assert_object(*state, "[1]", -1, 1);
	assert_object(*state, " 12", -1, 2);
	assert_object(*state, "{\"a\":1}x", -1, 8);
	assert_object(*state, "{\"a\":1}{}", -1, 8);
	assert_object(*state, "{\"a\":\"\n\"}", -1, 7);
	assert_object(*state, "{\"a\":\"\xff\"}", -1, 7);
	assert_object(*state, "{\"a\":01}", -1, 6);
	assert_object(*state, "\xef\xbb\xbf{}", -1, 1);
	assert_object(*state, "\n", -1, 2);
}

static void
no_control_line_passes(void **state)
{
	size_t at;

	assert_object(*state, "{\"$sml\":\"end\"}", -1, 1);
	assert_object(*state, " \n{\n\"\\u0024sml\":\"end\"}", -1, 3);
	assert_int_equal(object(*state, "{\"$sml\":\"model\"}", false, &at), -1);
	assert_int_equal(object(*state, "{\"$sml\":\"model\"}", true, &at), 0);
	assert_int_equal(object(*state, "{\"$sml\":\"models\"}", true, &at), -1);
	assert_int_equal(object(*state, "{\"$sml\":1}", true, &at), -1);
}

static void
any_json_can_stand_in_an_envelope(void **state)
{
	assert_json(*state, "12", 0, 0);
	assert_json(*state, " \"a\\n\" ", 0, 0);
	assert_json(*state, "\n[1,\n2]\n", 0, 0);
	assert_json(*state, "true", 0, 0);
	assert_json(*state, "{\"a\":null}", 0, 0);
	assert_json(*state, "{\"base64\":\"AA==\"}", 0, 0);
}

static void
and_nothing_that_would_break_out_of_it(void **state)
{
	assert_json(*state, "1,\"v\":2", -1, 0);
	assert_json(*state, "1,\"w\":2", -1, 0);
	assert_json(*state, "1}", -1, 3);
	assert_json(*state, "1},{\"v\":1", -1, 3);
	assert_json(*state, "", -1, 1);
	assert_json(*state, "  ", -1, 3);
	assert_json(*state, " nul", -1, 2);
	assert_json(*state, "{\"$sml\":\"end\"}", -1, 1);
}

static void
null_is_a_tombstones(void **state)
{
	assert_json(*state, "null", -1, 0);
	assert_json(*state, " null\n", -1, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_records),
		cmocka_unit_test(nothing_else_is),
		cmocka_unit_test(no_control_line_passes),
		cmocka_unit_test(any_json_can_stand_in_an_envelope),
		cmocka_unit_test(and_nothing_that_would_break_out_of_it),
		cmocka_unit_test(null_is_a_tombstones),
	};

	return cmocka_run_group_tests(tests, open_payload, close_payload);
}
