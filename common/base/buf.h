#ifndef SML_BUF_H
#define SML_BUF_H

#include <stddef.h>

/*
 * A buffer that grows.  All zeroes is an empty buffer.  The bytes are not zero-terminated.
 * Functions that can fail return -1 with errno ENOMEM and leave the buffer as it was.
 */
struct buf {
	char *p;
	size_t len, cap;
};

/* Makes room for n more bytes after the present ones. */
int buf_reserve(struct buf *, size_t n);

int buf_put(struct buf *, const void *bytes, size_t n);
int buf_putc(struct buf *, char);

/*
 * Appends n bytes, for which buf_reserve must have made room.  Returns a pointer to them,
 * valid until more room is made.
 */
const char *buf_keep(struct buf *, const void *bytes, size_t n);

int buf_puts(struct buf *, const char *text);

/* Appends text as a JSON string with its quotes; text must be UTF-8. */
int buf_put_json(struct buf *, const char *text, size_t n);

void buf_free(struct buf *);

#endif
