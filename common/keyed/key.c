/* Keys as bytes that compare as the values do. */
#include <string.h>

#include "base/decimal.h"
#include "keyed/key.h"

/*
 * A value is a tag and, for a number or a string, bytes that mark their own end:
 *
 * number	The decimal exponent and the digits (decimal.h), two in a byte: a pair d
 *	(0 to 99) is 2d + 1, but the last pair is 2d.  For a negative number
 *	all these bytes are complemented.
 * string	The text and a byte 0.  A byte 0 or 1 in the text, which only escapes can
 *	make, gets a byte 1 before it.
 */
enum tag { TAG_FALSE = 1, TAG_TRUE, TAG_NEGATIVE, TAG_ZERO, TAG_POSITIVE, TAG_STRING };

/*
 * An exponent within NEAR is one byte, 128 + exponent.  Any other takes seven bytes, after a
 * byte that is lower or higher than all bytes of near exponents.
 */
#define NEAR 126
#define EXPONENT_MAX 8

static unsigned char *
put_exponent(unsigned char *out, int64_t exponent)
{
	uint64_t biased = (uint64_t)(exponent + (INT64_C(1) << 55));
	int shift;

	if (exponent >= -NEAR && exponent <= NEAR) {
		*out++ = (unsigned char)(128 + exponent);
		return out;
	}
	*out++ = exponent < 0 ? 0 : 255;
	for (shift = 48; shift >= 0; shift -= 8)
		*out++ = (unsigned char)(biased >> shift);
	return out;
}

static int
put_number(struct value v, struct buf *buf, struct err *err)
{
	struct decimal decimal;
	unsigned char *out, *first;
	const char *p;
	uint64_t left;
	int pair;

	decimal_read(v.p, v.len, &decimal);
	if (decimal.n == 0)
		return buf_putc(buf, TAG_ZERO) == -1 ? err_memory(err) : 0;
	if (decimal.exponent == DECIMAL_FAR || decimal.exponent == -DECIMAL_FAR)
		return err_set(err, v.p, "the exponent is too large for a key");
	if (buf_reserve(buf, 1 + EXPONENT_MAX + (decimal.n + 1) / 2) == -1)
		return err_memory(err);
	out = (unsigned char *)buf->p + buf->len;
	*out++ = decimal.negative ? TAG_NEGATIVE : TAG_POSITIVE;
	first = out;
	out = put_exponent(out, decimal.exponent);
	p = decimal.p;
	for (left = decimal.n; left > 0; left -= left > 1 ? 2 : 1) {
		p += *p == '.';
		pair = 10 * (*p++ - '0');
		if (left > 1) {
			p += *p == '.';
			pair += *p++ - '0';
		}
		*out++ = (unsigned char)(2 * pair + 1);
	}
	out[-1]--; /* the last pair */
	if (decimal.negative) {
		for (; first < out; first++)
			*first = (unsigned char)~*first;
	}
	buf->len = (size_t)(out - (unsigned char *)buf->p);
	return 0;
}

/*
 * Escapes the bytes 0 and 1 from start on, working from the end, so that nothing is
 * overwritten.
 */
static int
escape_low(struct buf *buf, size_t start)
{
	size_t i, low = 0;
	char *to;

	for (i = start; i < buf->len; i++)
		low += (unsigned char)buf->p[i] <= 1;
	if (low == 0)
		return 0;
	if (buf_reserve(buf, low) == -1)
		return -1;
	to = buf->p + buf->len + low;
	for (i = buf->len; i-- > start;) {
		*--to = buf->p[i];
		if ((unsigned char)buf->p[i] <= 1)
			*--to = 1;
	}
	buf->len += low;
	return 0;
}

static int
put_string(struct value v, struct buf *buf, struct err *err)
{
	size_t start;
	char *out;

	if (buf_reserve(buf, v.len) == -1) /* the quotes make room for tag and end */
		return err_memory(err);
	out = buf->p + buf->len;
	*out++ = TAG_STRING;
	if (memchr(v.p, '\\', v.len) == NULL) {
		memcpy(out, v.p + 1, v.len - 2);
		out[v.len - 2] = 0;
		buf->len += v.len;
		return 0;
	}
	start = ++buf->len;
	if (value_text(v, buf, err) == -1)
		return -1;
	if (escape_low(buf, start) == -1 || buf_putc(buf, 0) == -1)
		return err_memory(err);
	return 0;
}

int
key_refuse(struct value v, struct err *err)
{
	if (v.kind == V_MISSING)
		return err_set(err, NULL, "the key is missing");
	return err_set(err, v.p, "a key is a string, a number, true or false, not %s",
	    kind_name(v.kind));
}

int
key_check(const struct buf *key, struct value last, struct err *err)
{
	if (key->len > KEY_LONGEST)
		return err_set(err, last.p, "a key of more than %d bytes", KEY_LONGEST);
	return 0;
}

static int
put_value(struct value v, struct buf *buf, struct err *err)
{
	switch (v.kind) {
	case V_FALSE:
		return buf_putc(buf, TAG_FALSE) == -1 ? err_memory(err) : 0;
	case V_TRUE:
		return buf_putc(buf, TAG_TRUE) == -1 ? err_memory(err) : 0;
	case V_NUMBER:
		return put_number(v, buf, err);
	case V_STRING:
		return put_string(v, buf, err);
	default:
		return key_refuse(v, err);
	}
}

int
key_make(const struct value *values, int n, struct buf *buf, struct err *err)
{
	int i;

	buf->len = 0;
	for (i = 0; i < n; i++) {
		if (put_value(values[i], buf, err) == -1)
			return -1;
	}
	return n == 0 ? 0 : key_check(buf, values[n - 1], err);
}

int
key_spell(const struct value *values, int n, struct buf *buf, struct err *err)
{
	buf->len = 0;
	for (int i = 0; i < n; i++) {
		if (buf_putc(buf, i == 0 ? '[' : ',') == -1 ||
		    buf_put(buf, values[i].p, values[i].len) == -1)
			return err_memory(err);
	}
	return buf_putc(buf, ']') == -1 ? err_memory(err) : 0;
}

int
key_values(struct value array, struct value *values, int max)
{
	struct value none, item = { 0 };
	int n = 0;

	while (n < max && value_next(array, &none, &item))
		values[n++] = item;
	return n;
}
