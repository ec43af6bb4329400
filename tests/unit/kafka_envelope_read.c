/* Envelopes: which message an object stands for, and which objects are not envelopes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kafka/envelope_read.h"
#include "json/record.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct fields *fields;
static struct record record;

static int
start(void **state)
{
	(void)state;
	fields = fields_new();
	return fields == NULL ? -1 : record_open(&record, fields, 100, NULL);
}

static int
end(void **state)
{
	(void)state;
	record_close(&record);
	fields_free(fields);
	return 0;
}

static struct value
parse(const char *text)
{
	assert_int_equal(record_parse_text(&record, fields, text, strlen(text), NULL), 0);
	return record.object;
}

/* Checks bytes; want shows "a\x01" as "a<01>", and is NULL for none. */
static void
assert_bytes(struct bytes bytes, const char *want)
{
	char text[200] = "";
	size_t n = 0;

	if (want == NULL) {
		assert_null(bytes.p);
		return;
	}
	assert_non_null(bytes.p);
	for (size_t i = 0; i < bytes.n; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
		    bytes.p[i] > ' ' && bytes.p[i] <= '~' ? "%c" : "<%02x>",
		    (unsigned char)bytes.p[i]);
	assert_string_equal(text, want);
}

static void
an_envelope_is_the_message_that_it_was(void **state)
{
	struct envelope e = { 0 };

	(void)state;
	assert_int_equal(
	    envelope_read(&e, ENVELOPE_BYTES,
		parse("{\"topic\":\"t\",\"partition\":3,\"offset\":12,\"timestamp\":17,"
		      "\"timestamp_type\":\"create\",\"key\":{\"base64\":\"AP8=\"},"
		      "\"value\":\"a\\u0000\\n\\\"\",\"headers\":[[\"h\",\"v\"],[\"h\",null],"
		      "[\"\",\"\"],[{\"base64\":\"/w==\"},{\"base64\":\"\"}]]}"),
		NULL),
	    0);
	assert_bytes(e.topic, "t");
	assert_int_equal(e.partition, 3);
	assert_int_equal(e.offset, 12);
	assert_int_equal(e.timestamp, 17);
	assert_bytes(e.key, "<00><ff>");
	assert_bytes(e.value, "a<00><0a>\"");
	assert_int_equal(e.headers, 4);
	assert_bytes(e.header[0].name, "h");
	assert_bytes(e.header[0].value, "v");
	assert_bytes(e.header[1].name, "h");
	assert_bytes(e.header[1].value, NULL);
	assert_bytes(e.header[2].name, "");
	assert_bytes(e.header[2].value, "");
	assert_bytes(e.header[3].name, "<ff>");
	assert_bytes(e.header[3].value, "");
	envelope_free(&e);
}

/* Nothing of the previous envelope must show. */
static void
no_timestamp_is_not_the_same_as_none_given(void **state)
{
	struct envelope e = { 0 };

	(void)state;
	assert_int_equal(envelope_read(&e, ENVELOPE_BYTES,
			     parse("{\"timestamp\":-1,\"value\":null}"), NULL),
	    0);
	assert_true(e.timestamp == -1);
	envelope_free(&e);
}

static void
what_is_missing_or_null_is_none(void **state)
{
	static const char *const cases[] = { "{\"value\":null}",
		("{\"topic\":null,\"partition\":null,\"offset\":null,\"timestamp\":null,"
		 "\"key\":null,\"value\":null,\"headers\":null}"),
		("{\"partition\":-1,\"offset\":-1,\"value\":null,\"headers\":[]}") };
	struct envelope e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    envelope_read(&e, ENVELOPE_BYTES,
			parse("{\"topic\":\"t\",\"partition\":1,\"offset\":1,\"timestamp\":1,"
			      "\"key\":\"k\",\"value\":\"v\",\"headers\":[[\"a\",\"b\"]]}"),
			NULL),
		    0);
		assert_int_equal(envelope_read(&e, ENVELOPE_BYTES, parse(cases[i]), NULL), 0);
		assert_null(e.topic.p);
		assert_null(e.key.p);
		assert_null(e.value.p);
		assert_int_equal(e.partition, -1);
		assert_int_equal(e.offset, -1);
		assert_true(e.timestamp == INSTANT_NONE);
		assert_int_equal(e.headers, 0);
	}
	envelope_free(&e);
}

static void
an_embedded_value_is_its_bytes(void **state)
{
	static const struct {
		const char *text, *value;
	} cases[] = {
		{ "{\"value\":{\"a\":1e0}}", "{\"a\":1e0}" },
		{ "{\"value\":\"\\u0041\"}", "\"\\u0041\"" },
		{ "{\"value\":{\"base64\":\"AP8=\"}}", "{\"base64\":\"AP8=\"}" },
		{ "{\"value\":12.50}", "12.50" },
		{ "{\"value\":null}", NULL },
	};
	struct envelope e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(envelope_read(&e, ENVELOPE_JSON, parse(cases[i].text), NULL),
		    0);
		assert_bytes(e.value, cases[i].value);
	}
	envelope_free(&e);
}

/* As kcat 1.7.1 writes it. */
static void
kcat_is_read_too(void **state)
{
	struct envelope e = { 0 };
	struct value object;

	(void)state;
	object =
	    parse("{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"tstype\":\"create\","
		  "\"ts\":1700000000000,\"broker\":1,\"headers\":[\"h\",\"v\",\"h\",null],"
		  "\"key\":null,\"payload\":\"{}\"}");
	assert_int_equal(envelope_form(object), ENVELOPE_KCAT);
	assert_int_equal(envelope_read(&e, ENVELOPE_KCAT, object, NULL), 0);
	assert_bytes(e.topic, "t");
	assert_true(e.timestamp == 1700000000000);
	assert_bytes(e.key, NULL);
	assert_bytes(e.value, "{}");
	assert_int_equal(e.headers, 2);
	assert_bytes(e.header[0].value, "v");
	assert_bytes(e.header[1].name, "h");
	assert_bytes(e.header[1].value, NULL);
	envelope_free(&e);
}

static void
forms_are_told_by_their_members(void **state)
{
	static const struct {
		const char *text;
		enum envelope_form form;
	} cases[] = {
		{ "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"value\":\"\"}",
		    ENVELOPE_BYTES },
		{ "{\"offset\":0,\"value\":null,\"topic\":\"t\",\"partition\":0}",
		    ENVELOPE_BYTES },
		{ "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"value\":{\"base64\":\"\"}}",
		    ENVELOPE_BYTES },
		{ "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"value\":{\"base64\":5}}",
		    ENVELOPE_JSON },
		{ "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"value\":{\"base64\":\"\","
		  "\"a\":1}}",
		    ENVELOPE_JSON },
		{ "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"value\":1}",
		    ENVELOPE_JSON },
		{ "{\"topic\":\"t\",\"partition\":0,\"value\":1}", ENVELOPE_NONE },
		{ "{\"topic\":\"t\",\"offset\":0,\"ts\":1,\"payload\":null}", ENVELOPE_KCAT },
		{ "{\"ts\":1,\"payload\":null}", ENVELOPE_NONE },
		{ "{}", ENVELOPE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(envelope_form(parse(cases[i].text)), cases[i].form);
}

/* The ^ is before the byte to blame. */
static void
what_would_be_lost_is_refused(void **state)
{
	static const char *const cases[] = { "^{\"topic\":\"t\"}", "^{}", "{\"value\":^1}",
		"{\"value\":^{}}", "{\"value\":^{\"base64\":\"AA==\",\"b\":1}}",
		"{\"value\":{\"base64\":^\"AA\"}}", "{\"value\":\"a^\\ud800\"}",
		"{\"value\":\"\",^\"more\":1}", "{\"value\":\"\",\"key\":^5}",
		"{\"value\":\"\",\"partition\":^2147483648}",
		"{\"value\":\"\",\"partition\":^-2}", "{\"value\":\"\",\"timestamp\":^1.5}",
		"{\"value\":\"\",\"offset\":^\"1\"}", "{\"value\":\"\",\"headers\":^{}}",
		"{\"value\":\"\",\"headers\":[^{\"a\":1}]}",
		"{\"value\":\"\",\"headers\":[^[\"a\"]]}",
		"{\"value\":\"\",\"headers\":[^[\"a\",\"b\",\"c\"]]}",
		"{\"value\":\"\",\"headers\":[[^null,\"b\"]]}",
		"{\"value\":\"\",\"headers\":[[\"a\",^1]]}" };
	struct envelope e = { 0 };
	struct err err;
	char text[200];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t at = strcspn(cases[i], "^");

		(void)snprintf(text, sizeof text, "%.*s%s", (int)at, cases[i],
		    cases[i] + at + 1);
		assert_int_equal(envelope_read(&e, ENVELOPE_BYTES, parse(text), &err), -1);
		assert_ptr_equal(err.at, record.object.p + at);
	}
	envelope_free(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_envelope_is_the_message_that_it_was),
		cmocka_unit_test(what_is_missing_or_null_is_none),
		cmocka_unit_test(no_timestamp_is_not_the_same_as_none_given),
		cmocka_unit_test(an_embedded_value_is_its_bytes),
		cmocka_unit_test(kcat_is_read_too),
		cmocka_unit_test(forms_are_told_by_their_members),
		cmocka_unit_test(what_would_be_lost_is_refused),
	};

	return cmocka_run_group_tests(tests, start, end);
}
