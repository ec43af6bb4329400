#ifndef SML_FILE_BYTES_H
#define SML_FILE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/file_digest.h"

/*
 * An open file that is read from the front to the back: what was read of it and is not handed
 * out yet, and enough of what came before to know the file again.
 */
struct file_bytes {
	int fd;		   /* -1: none */
	uint64_t offset;   /* of the next byte to read */
	char *p;	   /* what was read ... */
	size_t start, end; /* ... and is not handed out; before it stands what was */
	size_t capacity;
	char first[FILE_DIGESTED]; /* of the file, as far as it was read */
	bool lent;		   /* the newline at the end is not the file's */
};

/* Returns -1 if memory is short. */
int file_bytes_open(struct file_bytes *);
void file_bytes_free(struct file_bytes *);

/* Closes the file, if one is open, and forgets what was read. */
void file_bytes_close(struct file_bytes *);

/* Takes over an open file, to be read from a byte on.  Returns -1 with errno. */
int file_bytes_enter(struct file_bytes *, int fd, uint64_t byte);

enum { FILE_CHANGED = -2 };

/*
 * Reads more, leaving room for a newline.  Returns how many bytes; 0: there are no more for now;
 * -1 with errno; or, if same is set, FILE_CHANGED and takes nothing: the file no longer has what
 * was read of it before, so that it was cut and written again.
 */
ssize_t file_bytes_read(struct file_bytes *, bool same);

/* Ends the last line of a file that has not ended it. */
void file_bytes_lend_newline(struct file_bytes *);

/* Hands out n bytes.  Returns how many of them are the file's. */
size_t file_bytes_take(struct file_bytes *, size_t n);

/*
 * Returns what file_digest says of the file up to a byte, from memory: that byte is the one
 * at p[at], which is start or end.
 */
uint64_t file_bytes_digest(const struct file_bytes *, size_t at, uint64_t byte);

#endif
