#include "buf.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int
buf_reserve(struct buf *buf, size_t n)
{
	size_t cap = buf->cap < 64 ? 64 : buf->cap;
	char *p;

	if (n <= buf->cap - buf->len)
		return 0;
	if (n > PTRDIFF_MAX - buf->len) {
		errno = ENOMEM;
		return -1;
	}
	while (cap - buf->len < n)
		cap *= 2;
	p = realloc(buf->p, cap);
	if (p == NULL)
		return -1;
	buf->p = p;
	buf->cap = cap;
	return 0;
}

int
buf_put(struct buf *buf, const void *bytes, size_t n)
{
	if (n == 0)
		return 0;	/* memcpy wants no NULL, not even for nothing */
	if (buf_reserve(buf, n) == -1)
		return -1;
	memcpy(buf->p + buf->len, bytes, n);
	buf->len += n;
	return 0;
}

int
buf_putc(struct buf *buf, char c)
{
	return buf_put(buf, &c, 1);
}

int
buf_puts(struct buf *buf, const char *text)
{
	return buf_put(buf, text, strlen(text));
}

/* The letter of a two-byte escape, 'u' for \u00XX, or 0 for a byte as it is. */
static char
escape_of(unsigned char c)
{
	static const char control[32] = {
		'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b', 't', 'n', 'u', 'f', 'r', 'u', 'u',
		'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u'
	};

	if (c < sizeof control)
		return control[c];
	return c == '"' || c == '\\' ? (char)c : 0;
}

static size_t
json_size(const char *text, size_t n)
{
	size_t i, size = n + 2;
	char escape;

	for (i = 0; i < n; i++) {
		escape = escape_of((unsigned char)text[i]);
		if (escape != 0)
			size += escape == 'u' ? 5 : 1;
	}
	return size;
}

int
buf_put_json(struct buf *buf, const char *text, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;
	char escape, *out;

	if (n > PTRDIFF_MAX / 8) {
		errno = ENOMEM;
		return -1;
	}
	if (buf_reserve(buf, json_size(text, n)) == -1)
		return -1;
	out = buf->p + buf->len;
	*out++ = '"';
	for (i = 0; i < n; i++) {
		escape = escape_of((unsigned char)text[i]);
		if (escape == 0) {
			*out++ = text[i];
			continue;
		}
		*out++ = '\\';
		*out++ = escape;
		if (escape == 'u') {
			*out++ = '0';
			*out++ = '0';
			*out++ = hex[(unsigned char)text[i] >> 4];
			*out++ = hex[text[i] & 15];
		}
	}
	*out++ = '"';
	buf->len = (size_t)(out - buf->p);
	return 0;
}

void
buf_free(struct buf *buf)
{
	free(buf->p);
	*buf = (struct buf){ 0 };
}
