#ifndef SML_FILE_BYTES_H
#define SML_FILE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/file_digest.h"

/*
 * An open file that is read from start to end: the bytes that were read and are not handed out
 * yet, and enough earlier ones to recognise the file.
 */
struct file_bytes {
	int fd;		   /* -1: none */
	uint64_t offset;   /* of the next byte to read */
	char *p;	   /* what was read ... */
	size_t start, end; /* ... and not handed out; before start is what was handed out */
	size_t capacity;
	char first[FILE_DIGESTED]; /* the first bytes of the file that were read */
	bool lent;		   /* the newline at the end is not in the file */
};

/* Returns -1 if memory is short. */
int file_bytes_open(struct file_bytes *);
void file_bytes_free(struct file_bytes *);

/* Closes the file, if one is open, and forgets what was read. */
void file_bytes_close(struct file_bytes *);

/* Takes over an open file, to read it from a byte on.  Returns -1 with errno. */
int file_bytes_enter(struct file_bytes *, int fd, uint64_t byte);

enum { FILE_CHANGED = -2 };

/*
 * Reads more, leaving room for a newline.  Returns how many bytes; 0: there are no more for now;
 * -1 with errno.  If same is set, it returns FILE_CHANGED and takes nothing if the file no longer
 * has what was read before, because it was truncated and written again.
 */
ssize_t file_bytes_read(struct file_bytes *, bool same);

/* Adds the newline that the last line of the file lacks. */
void file_bytes_lend_newline(struct file_bytes *);

/* Hands out n bytes.  Returns how many of them are in the file. */
size_t file_bytes_take(struct file_bytes *, size_t n);

/*
 * Returns the same as file_digest up to a byte of the file, from memory: that byte is p[at],
 * where at is start or end.
 */
uint64_t file_bytes_digest(const struct file_bytes *, size_t at, uint64_t byte);

#endif
