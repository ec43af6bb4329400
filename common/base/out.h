#ifndef SML_OUT_H
#define SML_OUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * A buffered descriptor for writing.  Errors stick: the first one is kept in
 * error (an errno) and everything after it is thrown away, so that a caller
 * may write a whole record and look once.  Interrupted and short writes go on.
 */
struct out {
	int fd;
	int error;
	char *p;
	size_t len, cap;
	uint64_t written; /* bytes that write(2) took */
	size_t step;	  /* out_try: most at once, where fd could block; 0: it can't */
	/*
	 * Where set: says how much of n may be written now; 0: no more.  What is
	 * not written then goes to keep (-1: memory is short), and is no error.
	 */
	size_t (*may_write)(int fd, size_t n);
	int (*keep)(void *kept, const char *, size_t n);
	void *kept;
	/* Where set: is shown every byte on its way out (a hash of a file). */
	void (*tap)(void *tapped, const char *, size_t n);
	void *tapped;
};

/* Takes over fd.  Returns -1 where memory is short. */
int out_open(struct out *, int fd, size_t capacity);

void out_write(struct out *, const void *, size_t);
void out_puts(struct out *, const char *); /* without a newline */

/* Room for n bytes, n at most the capacity; *then* out_advance by what was used. */
char *out_room(struct out *, size_t n);
static inline void
out_advance(struct out *o, size_t n)
{
	o->len += n;
}

/*
 * For somebody who must never wait for the reader.  out_unblock readies the
 * descriptor, out_grow makes room for n more bytes without writing any (-1:
 * memory is short), and out_try has the system take what it takes at once:
 * 1 when that is everything, 0 when bytes are left, -1 with errno on error.
 * Other processes that share the descriptor go on blocking.
 */
void out_unblock(struct out *);
int out_grow(struct out *, size_t n);
int out_try(struct out *);

/* Returns 0, or -1 with errno: the first error of this descriptor. */
int out_flush(struct out *);
int out_sync(struct out *); /* flush and fsync; a pipe cannot, and need not */

/* Flushes, closes and frees.  -1 with errno where any byte may be lost. */
int out_close(struct out *);

#endif
