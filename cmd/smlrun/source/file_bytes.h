#ifndef SML_FILE_BYTES_H
#define SML_FILE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/file_digest.h"

/*
 * An open file that is read from start to end.  In memory are the bytes that were read but are
 * not handed out yet, and enough earlier bytes to recognise the file.
 */
struct file_bytes {
	int fd;		   /* -1: none */
	uint64_t offset;   /* of the next byte to read */
	char *p;	   /* bytes that were read; ... */
	size_t start, end; /* ... from start to end not handed out yet */
	size_t capacity;
	char first[FILE_DIGESTED]; /* the first bytes of the file that were read */
	bool lent;		   /* the last newline in memory is not in the file */
};

/* Allocates memory for the bytes.  Returns -1 if memory is short. */
int file_bytes_open(struct file_bytes *);
void file_bytes_free(struct file_bytes *);

/* Closes the file, if one is open, and forgets what was read. */
void file_bytes_close(struct file_bytes *);

/* Takes over an open file, to read it from a byte on.  Returns -1 with errno. */
int file_bytes_enter(struct file_bytes *, int fd, uint64_t byte);

enum { FILE_CHANGED = -2 };

/*
 * Reads more, and leaves room for a newline.  Returns how many bytes; 0 if there are none for
 * now; -1 with errno.  If same is true, checks that the file still has the bytes that were
 * read before; if not, because it was truncated and written again, takes nothing and returns
 * FILE_CHANGED.
 */
ssize_t file_bytes_read(struct file_bytes *, bool same);

/* Adds the newline that the last line of the file lacks. */
void file_bytes_lend_newline(struct file_bytes *);

/* Hands out n bytes.  Returns how many of them are in the file. */
size_t file_bytes_take(struct file_bytes *, size_t n);

/*
 * Computes from memory what file_digest returns for the offset byte.  p[at] is the byte at
 * that offset; at is start or end.
 */
uint64_t file_bytes_digest(const struct file_bytes *, size_t at, uint64_t byte);

#endif
