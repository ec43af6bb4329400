/* Buffers that grow. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"
#include "base/text.h"

int
buf_reserve(struct buf *buf, size_t n)
{
	if (n <= buf->cap - buf->len)
		return 0;
	if (n > PTRDIFF_MAX - buf->len) {
		errno = ENOMEM;
		return -1;
	}
	return grow(&buf->p, &buf->cap, buf->len + n < 64 ? 64 : buf->len + n, 1);
}

int
buf_put(struct buf *buf, const void *bytes, size_t n)
{
	if (n == 0)
		return 0; /* memcpy must not get NULL, even for no bytes */
	if (buf_reserve(buf, n) == -1)
		return -1;
	memcpy(buf->p + buf->len, bytes, n);
	buf->len += n;
	return 0;
}

const char *
buf_keep(struct buf *buf, const void *bytes, size_t n)
{
	char *to = buf->p + buf->len;

	memcpy(to, bytes, n);
	buf->len += n;
	return to;
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

int
buf_put_json(struct buf *buf, const char *text, size_t n)
{
	size_t before = buf->len, plain;
	char escape[6];

	if (buf_putc(buf, '"') == -1)
		goto fail;
	for (;;) {
		plain = text_plain(text, n);
		if (buf_put(buf, text, plain) == -1)
			goto fail;
		if (plain == n)
			break;
		if (buf_put(buf, escape, text_escape(escape, text[plain])) == -1)
			goto fail;
		text += plain + 1;
		n -= plain + 1;
	}
	if (buf_putc(buf, '"') == 0)
		return 0;
fail:
	buf->len = before;
	return -1;
}

void
buf_free(struct buf *buf)
{
	free(buf->p);
	*buf = (struct buf){ 0 };
}
