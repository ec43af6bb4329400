/* Bytes as base64, RFC 4648. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
encode(char out[4], const char three[3])
{
	uint32_t bits = (uint32_t)(unsigned char)three[0] << 16 |
	    (uint32_t)(unsigned char)three[1] << 8 | (unsigned char)three[2];

	for (int i = 0; i < 4; i++)
		out[i] = alphabet[bits >> (18 - 6 * i) & 63];
}

void
base64_write(struct base64 *b, struct out *o, const char *p, size_t n)
{
	char four[4];

	for (size_t i = 0; i < n; i++) {
		b->held[b->count++] = p[i];
		if (b->count < 3)
			continue;
		encode(four, b->held);
		out_write(o, four, sizeof four);
		b->count = 0;
	}
}

void
base64_end(struct base64 *b, struct out *o)
{
	char four[4];

	if (b->count == 0)
		return;
	memset(b->held + b->count, 0, 3 - b->count);
	encode(four, b->held);
	memset(four + b->count + 1, '=', 3 - b->count);
	out_write(o, four, sizeof four);
	b->count = 0;
}

/*
 * Decodes a group of four characters.  Returns the number of bytes, or 0 if the group is bad.
 */
static size_t
decode(char out[3], const char four[4])
{
	size_t n = four[3] != '=' ? 3 : four[2] != '=' ? 2 : 1;
	uint32_t bits = 0;
	const char *digit;

	for (size_t i = 0; i < 4; i++) {
		digit = i > n ? alphabet : memchr(alphabet, four[i], 64);
		if (digit == NULL)
			return 0;
		bits = bits << 6 | (uint32_t)(digit - alphabet);
	}
	/* Refuse unused bits that are not zero: base64_write sets them to zero. */
	if ((bits & (UINT32_C(0xffffff) >> 8 * n)) != 0)
		return 0;
	for (size_t i = 0; i < 3; i++)
		out[i] = (char)(bits >> (16 - 8 * i) & 0xff);
	return n;
}

int
base64_read(struct buf *buf, const char *text, size_t n)
{
	size_t before = buf->len, length;
	char three[3];

	for (size_t i = 0; i < n; i += 4) {
		length = n - i < 4 ? 0 : decode(three, text + i);
		if (length == 0 || (length < 3 && n - i > 4)) {
			buf->len = before;
			errno = EINVAL;
			return -1;
		}
		if (buf_put(buf, three, length) == -1) {
			buf->len = before;
			return -1;
		}
	}
	return 0;
}

void
text_write_bytes(struct out *o, const char *p, size_t n)
{
	static const char before[] = "{\"base64\":\"";
	struct base64 base64 = { 0 };

	if (text_is_utf8(p, n)) {
		text_write_json(o, p, n);
		return;
	}
	out_write(o, before, sizeof before - 1);
	base64_write(&base64, o, p, n);
	base64_end(&base64, o);
	out_write(o, "\"}", 2);
}
