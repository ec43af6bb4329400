#ifndef SML_OUT_H
#define SML_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A descriptor with a buffer for writing.  error holds the errno of the first error; all
 * output after it is dropped, so that a caller may write a whole record and check once.
 * Interrupted and short writes are continued.
 */
struct out {
	int fd;
	int error;
	char *p;
	size_t len, cap;
	uint64_t written; /* bytes that write(2) took */
	/*
	 * If not 0: each time this many bytes have been written, the system is asked to start
	 * putting them on disk, so that out_sync waits for few.  begun: how many bytes it was
	 * asked for.
	 */
	size_t begin_every;
	uint64_t begun;
	size_t step; /* the most out_try writes in one call if fd could block; 0: it cannot */
	/*
	 * may_write, if set, returns how many of n bytes may be written now.  If it returns 0,
	 * the rest is passed to keep, and that is not an error.  keep returns -1 if memory is
	 * short.
	 */
	size_t (*may_write)(int fd, size_t n);
	int (*keep)(void *kept, const char *, size_t n);
	void *kept;
	/* If set: called with all bytes written, for example to hash them. */
	void (*tap)(void *tapped, const char *, size_t n);
	void *tapped;
};

/* Takes over fd.  Returns -1 if memory is short. */
int out_open(struct out *, int fd, size_t capacity);

/* For out_write, which callers call: also writes what does not fit into the buffer. */
void out_write_more(struct out *, const void *, size_t);

static inline void
out_write(struct out *o, const void *bytes, size_t n)
{
	if (n == 0)
		return; /* memcpy must not get NULL, even for no bytes */
	if (o->cap - o->len < n) {
		out_write_more(o, bytes, n);
		return;
	}
	memcpy(o->p + o->len, bytes, n);
	o->len += n;
}

/* Writes a text without a newline. */
static inline void
out_puts(struct out *o, const char *text)
{
	out_write(o, text, strlen(text));
}

/*
 * Returns where to put n bytes, at most the capacity; then call out_advance with the number of
 * bytes put there.
 */
char *out_room(struct out *, size_t n);
static inline void
out_advance(struct out *o, size_t n)
{
	o->len += n;
}

/*
 * Write without ever waiting for the reader.  out_unblock makes our own writes not block;
 * those of other processes that share the descriptor still do.  out_grow makes room for n more
 * bytes without writing any (-1: memory is short).  out_try writes what the system takes
 * without waiting: returns 1 if that is everything, 0 if bytes are left, -1 with errno on
 * error.
 */
void out_unblock(struct out *);
int out_grow(struct out *, size_t n);
int out_try(struct out *);

/* Write all that is buffered.  Return 0, or -1 with the errno of the first error. */
int out_flush(struct out *);
int out_sync(struct out *); /* flush and fsync; a pipe cannot be synced, and need not be */

/* Flushes, closes and frees.  Returns -1 with errno if any byte may have been lost. */
int out_close(struct out *);

#endif
