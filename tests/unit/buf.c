/* Growing bytes, and the text of errors. */
#include <stdio.h>

#include "scarce.h"

#include "base/buf.c"
#include "base/grow.c"
#include "base/err.h"

static void
assert_holds(const struct buf *buf, const char *bytes, size_t n)
{
	assert_int_equal(buf->len, n);
	assert_true(buf->len <= buf->cap);
	assert_memory_equal(buf->p, bytes, n);
}

static void
bytes_are_kept_in_order(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	assert_int_equal(buf_put(&buf, NULL, 0), 0);
	assert_int_equal(buf_put(&buf, "a\0b", 3), 0);
	assert_int_equal(buf_putc(&buf, 'c'), 0);
	assert_int_equal(buf_puts(&buf, "de"), 0);
	assert_holds(&buf, "a\0bcde", 6);
	for (size_t i = 6; i < 100000; i++)
		assert_int_equal(buf_putc(&buf, (char)('a' + i % 26)), 0);
	for (size_t i = 6; i < 100000; i++)
		assert_int_equal(buf.p[i], 'a' + i % 26);
	/* The buffer doubles: 100000 bytes, added one by one, take few allocations. */
	assert_true(memory.made < 20);
	buf_free(&buf);
	assert_null(buf.p);
	assert_int_equal(buf.len, 0);
}

static void
room_is_there_when_it_was_asked_for(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	assert_int_equal(buf_reserve(&buf, 1000), 0);
	memory.allowed = 0;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(buf_putc(&buf, 'x'), 0);
	assert_int_equal(buf.len, 1000);
	buf_free(&buf);
}

static void
without_memory_a_buffer_stays_as_it_was(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	memory.allowed = 0;
	assert_int_equal(buf_puts(&buf, "a"), -1);
	assert_int_equal(errno, ENOMEM);
	memory.allowed = PLENTY;
	assert_int_equal(buf_puts(&buf, "kept"), 0);
	while (buf.len < buf.cap)
		assert_int_equal(buf_putc(&buf, '.'), 0);
	memory.allowed = 0;
	buf.len = 4;
	errno = 0;
	assert_int_equal(buf_reserve(&buf, buf.cap), -1);
	assert_int_equal(errno, ENOMEM);
	assert_int_equal(buf_reserve(&buf, SIZE_MAX), -1);
	assert_holds(&buf, "kept", 4);
	buf.len = buf.cap - 3;
	assert_int_equal(buf_put_json(&buf, "12", 2), -1);
	assert_int_equal(buf.len, buf.cap - 3);
	assert_int_equal(buf_put_json(&buf, "1", 1), 0);
	buf_free(&buf);
}

static void
text_is_put_as_a_json_string(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *json;
	} cases[] = { { "", 0, "\"\"" }, { "plain", 5, "\"plain\"" }, { "\"", 1, "\"\\\"\"" },
		{ "a\\b", 3, "\"a\\\\b\"" }, { "\n\r\t\b\f", 5, "\"\\n\\r\\t\\b\\f\"" },
		{ "x\0y\x1f", 4, "\"x\\u0000y\\u001f\"" },
		{ "\x7f/\xc3\xa9", 4, "\"\x7f/\xc3\xa9\"" } };
	struct buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf.len = 0;
		assert_int_equal(buf_put_json(&buf, cases[i].text, cases[i].n), 0);
		assert_holds(&buf, cases[i].json, strlen(cases[i].json));
	}
	buf_free(&buf);
}

static void
an_error_says_what_and_where(void **state)
{
	const char *line = "text";
	struct err err = { 0 };

	(void)state;
	assert_int_equal(err_set(&err, line + 1, "%d and %s", 1, "two"), -1);
	assert_ptr_equal(err.at, line + 1);
	assert_string_equal(err.text, "1 and two");
	assert_int_equal(err_set(NULL, line, "nobody listens"), -1);
	assert_int_equal(err_memory(&err), -1);
	assert_null(err.at);
}

/* For it becomes a JSON string. */
static void
a_long_error_ends_with_a_whole_character(void **state)
{
	static const char *const characters[] = { "x", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9d\x84\x9e" };
	char text[600];
	struct err err;
	size_t size, n;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		size = strlen(characters[i]);
		for (size_t shift = 0; shift < size; shift++) {
			memset(text, 'a', shift);
			for (n = shift; n + size < sizeof text; n += size)
				memcpy(text + n, characters[i], size);
			text[n] = '\0';
			err_set(&err, NULL, "%s", text);
			n = strlen(err.text);
			assert_true(n < sizeof err.text && n + 2 * size >= sizeof err.text);
			assert_int_equal((n - shift) % size, 0);
			assert_memory_equal(err.text, text, n);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_are_kept_in_order),
		TEST(room_is_there_when_it_was_asked_for),
		TEST(without_memory_a_buffer_stays_as_it_was),
		TEST(text_is_put_as_a_json_string),
		TEST(an_error_says_what_and_where),
		TEST(a_long_error_ends_with_a_whole_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
