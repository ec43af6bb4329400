/* UTF-8, JSON strings, base64. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/text.h"

#define BYTES(s) (s), sizeof(s) - 1

/* What comes out of an out. */
struct sink {
	struct out out;
	char text[256];
};

static void
note(void *sink, const char *p, size_t n)
{
	strncat(((struct sink *)sink)->text, p, n);
}

static void
sink_open(struct sink *s)
{
	memset(s, 0, sizeof *s);
	assert_int_equal(out_open(&s->out, open("/dev/null", O_WRONLY), 16), 0);
	s->out.tap = note;
	s->out.tapped = s;
}

static void
assert_sink(struct sink *s, const char *text)
{
	assert_int_equal(out_close(&s->out), 0);
	assert_string_equal(s->text, text);
}

/* Writes a code point as UTF-8 would, even if UTF-8 does not allow it. */
static size_t
spell(unsigned char out[4], uint32_t code, size_t length)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = length - 1; i > 0; i--, code >>= 6)
		out[i] = (unsigned char)(0x80 | (code & 0x3f));
	out[0] = (unsigned char)(lead[length] | code);
	return length;
}

static void
every_character_is_known(void **state)
{
	unsigned char bytes[4];
	size_t length, needs;

	(void)state;
	for (uint32_t code = 0; code < 0x200000; code++) {
		needs = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		for (length = needs; length <= 4; length++) {
			bool good = length == needs && code <= 0x10ffff &&
			    (code < 0xd800 || code > 0xdfff);

			if (text_is_utf8((char *)bytes, spell(bytes, code, length)) != good)
				fail_msg("U+%04X in %zu bytes", (unsigned)code, length);
		}
	}
}

static void
the_first_bad_byte_is_found(void **state)
{
	(void)state;
	assert_int_equal(text_utf8_length(BYTES("")), 0);
	assert_int_equal(text_utf8_length(BYTES("0123456789abcdef")), 16);
	assert_int_equal(text_utf8_length(BYTES("0123456789\xff/abcde")), 10);
	assert_int_equal(text_utf8_length(BYTES("\x80")), 0);
	assert_int_equal(text_utf8_length(BYTES("abc\xc3\xa9\xc3")), 5);
	assert_int_equal(text_utf8_length(BYTES("abc\xe2\x82")), 3);
	assert_int_equal(text_utf8_length(BYTES("abc\xf0\x9f\x98")), 3);
	assert_int_equal(text_utf8_length(BYTES("abc\xe2\x82x")), 3);
	assert_int_equal(text_utf8_length(BYTES("abc\xf0\x9f\x98x")), 3);
	assert_int_equal(text_utf8_length("\xc3\xa9", 1), 0);
	assert_int_equal(text_utf8_length(BYTES("\xf5\x80\x80\x80")), 0);
}

static void
strings_are_escaped_minimally(void **state)
{
	static const char plain[] = "a/\"\\\b\f\n\r\t\x01\x1f\x7f\xc3\xa9\0z";
	static const char json[] =
	    "\"a/\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9\\u0000z\"";
	char place[TEXT_JSON(sizeof plain)];
	struct buf buf = { 0 };
	struct sink s;

	(void)state;
	sink_open(&s);
	text_write_json(&s.out, BYTES(plain));
	assert_sink(&s, json);
	assert_int_equal(buf_put_json(&buf, BYTES(plain)), 0);
	assert_int_equal(buf.len, sizeof json - 1);
	assert_memory_equal(buf.p, json, buf.len);
	buf_free(&buf);
	assert_int_equal(text_put_json(place, BYTES(plain)) - place, sizeof json - 1);
	assert_memory_equal(place, json, sizeof json - 1);
	sink_open(&s);
	text_write_json(&s.out, NULL, 0);
	assert_sink(&s, "\"\"");
}

static void
bytes_that_are_no_text_come_as_base64(void **state)
{
	struct sink s;

	(void)state;
	sink_open(&s);
	text_write_bytes(&s.out, BYTES("caf\xc3\xa9"));
	text_write_bytes(&s.out, BYTES("caf\xe9"));
	assert_sink(&s, "\"caf\xc3\xa9\"{\"base64\":\"Y2Fm6Q==\"}");
}

/* RFC 4648, section 10. */
static void
base64_is_that_of_the_rfc(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/" },
	};
	struct base64 b = { 0 };
	struct buf buf = { 0 };
	struct sink s;

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const char *plain = pairs[i][0], *coded = pairs[i][1];

		sink_open(&s);
		for (const char *p = plain; *p != '\0'; p++)
			base64_write(&b, &s.out, p, 1);
		base64_end(&b, &s.out);
		assert_sink(&s, coded);
		sink_open(&s);
		base64_write(&b, &s.out, plain, strlen(plain));
		base64_end(&b, &s.out);
		assert_sink(&s, coded);
		buf.len = 0;
		assert_int_equal(base64_read(&buf, coded, strlen(coded)), 0);
		assert_int_equal(buf.len, strlen(plain));
		if (buf.len > 0)
			assert_memory_equal(buf.p, plain, buf.len);
	}
	buf_free(&buf);
}

static void
bad_base64_is_refused(void **state)
{
	static const char *const bad[] = {
		"Z",
		"Zg",
		"Zg=",
		"Zg==Zg==",
		"Zm8=Zg==",
		"Zh==",
		"Zm9=",
		"====",
		"Z===",
		"Zm=v",
		"Zm9-",
		"Zm 9v",
	};
	struct buf buf = { 0 };

	(void)state;
	assert_int_equal(buf_putc(&buf, 'x'), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		errno = 0;
		if (base64_read(&buf, bad[i], strlen(bad[i])) != -1)
			fail_msg("%s is accepted", bad[i]);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(buf.len, 1);
	}
	buf_free(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_is_known),
		cmocka_unit_test(the_first_bad_byte_is_found),
		cmocka_unit_test(strings_are_escaped_minimally),
		cmocka_unit_test(bytes_that_are_no_text_come_as_base64),
		cmocka_unit_test(base64_is_that_of_the_rfc),
		cmocka_unit_test(bad_base64_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
