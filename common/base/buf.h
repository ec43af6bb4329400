#ifndef SML_BUF_H
#define SML_BUF_H

#include <stddef.h>

/*
 * Bytes that grow.  All zeroes is an empty buffer.  The bytes are not
 * terminated.  Functions that can fail return -1 with errno ENOMEM and leave
 * the buffer as it was.
 */
struct buf {
	char *p;
	size_t len, cap;
};

/* Makes room for n more bytes behind the ones there. */
int buf_reserve(struct buf *, size_t n);

int buf_put(struct buf *, const void *bytes, size_t n);
int buf_putc(struct buf *, char);

/*
 * Appends n bytes for which buf_reserve has made room, and returns where they
 * stand, which is good until more room is made.
 */
const char *buf_keep(struct buf *, const void *bytes, size_t n);

int buf_puts(struct buf *, const char *text);

/* Appends text as a JSON string with its quotes; text must be UTF-8. */
int buf_put_json(struct buf *, const char *text, size_t n);

void buf_free(struct buf *);

#endif
