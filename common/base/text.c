/* Bytes as text: UTF-8 and JSON strings. */
#include <stdint.h>
#include <string.h>

#include "base/text.h"

/*
 * Returns the length of the UTF-8 character at p, or 0 if there is none.  The bounds of the
 * second byte depend on the first (RFC 3629, section 4): without them a character could be
 * overlong (after E0, F0), a surrogate (ED) or too high (F4).
 */
static size_t
character(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (p[0] < 0x80)
		return 1;
	length = p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	if (length == 0 || length > n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

size_t
text_utf8_length(const char *p, size_t n)
{
	uint64_t eight;
	size_t i = 0, length;

	while (i < n) {
		/* Nearly all text is ASCII. */
		if (n - i >= sizeof eight) {
			memcpy(&eight, p + i, sizeof eight);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof eight;
				continue;
			}
		}
		length = character((const unsigned char *)p + i, n - i);
		if (length == 0)
			break;
		i += length;
	}
	return i;
}

size_t
text_plain(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (unsigned char)p[i] >= 0x20 && p[i] != '"' && p[i] != '\\')
		i++;
	return i;
}

size_t
text_escape(char out[6], char c)
{
	static const char from[] = "\b\f\n\r\t\"\\", to[] = "bfnrt\"\\",
			  hex[] = "0123456789abcdef";
	const char *letter = c == '\0' ? NULL : strchr(from, c);

	out[0] = '\\';
	if (letter != NULL) {
		out[1] = to[letter - from];
		return 2;
	}
	out[1] = 'u';
	out[2] = out[3] = '0';
	out[4] = hex[(unsigned char)c >> 4];
	out[5] = hex[c & 15];
	return 6;
}

char *
text_put_json(char *to, const char *text, size_t n)
{
	static const unsigned char escaped[256] = { ['"'] = 1, ['\\'] = 1 };
	const char *end = text + n;

	*to++ = '"';
	/* Escape quotes without a branch, because JSON in JSON is full of them. */
	for (; text < end; text++) {
		if ((unsigned char)*text < 0x20) {
			to += text_escape(to, *text);
			continue;
		}
		*to = '\\';
		to += escaped[(unsigned char)*text];
		*to++ = *text;
	}
	*to++ = '"';
	return to;
}

void
text_write_json(struct out *o, const char *text, size_t n)
{
	char escape[6];
	size_t plain;

	out_write(o, "\"", 1);
	for (;;) {
		plain = text_plain(text, n);
		out_write(o, text, plain);
		if (plain == n)
			break;
		out_write(o, escape, text_escape(escape, text[plain]));
		text += plain + 1;
		n -= plain + 1;
	}
	out_write(o, "\"", 1);
}

void
text_write_repaired(struct out *out, const char *text)
{
	char repaired[1024];
	size_t left = strlen(text), used = 0;

	while (left > 0 && used < sizeof(repaired)) {
		size_t n = text_utf8_length(text, left);

		if (n > sizeof(repaired) - used) { /* cut between two characters */
			n = sizeof(repaired) - used;
			while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
				n--;
			left = n;
		}
		memcpy(repaired + used, text, n);
		used += n;
		text += n;
		left -= n;
		if (left > 0 && sizeof(repaired) - used < 3)
			break;
		if (left > 0) {
			memcpy(repaired + used, "\xef\xbf\xbd", 3);
			used += 3;
			text++;
			left--;
		}
	}
	text_write_json(out, repaired, used);
}
