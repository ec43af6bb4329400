#ifndef SML_FILE_SOURCE_H
#define SML_FILE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A place between two lines of the files, and how to know its file again. */
struct file_place {
	size_t file;	  /* its number, from 0 */
	uint64_t inode;	  /* of that file; 0: not opened yet */
	uint64_t byte;	  /* where the next line begins */
	uint64_t line;	  /* its number, from 1 */
	uint64_t digest;  /* of bytes before it; file_digest */
	uint64_t records; /* lines before it, of all files */
};

/*
 * Regular files, read in order as one source of lines.  A last line without its end waits
 * for the next run, because somebody may still be writing it; that of a file that another
 * one follows, or if drain is set, is taken as it is.
 */
struct file_source {
	const char *const *path; /* borrowed */
	size_t count;
	size_t longest;	   /* most bytes in a line */
	bool drain;	   /* takes the last line as it is */
	bool follow;	   /* waits for the last file to grow */
	int fd;		   /* of the open file; -1: none */
	char *bytes;	   /* what was read of it ... */
	size_t start, end; /* ... and not handed out yet */
	size_t capacity;
	bool read_all;		 /* the open file has no more */
	struct file_place place; /* of the next line; its digest is file_source_mark's */
};

/* Checks that all files can be read.  Returns -1 with err. */
int file_source_open(struct file_source *, const char *const *paths, size_t count,
    size_t longest, struct err *);
void file_source_close(struct file_source *);

/* Goes to a place; all zeroes is the beginning.  Returns -1 if its file is not the same one. */
int file_source_seek(struct file_source *, const struct file_place *, struct err *);

enum source_event {
	SOURCE_LINES, /* p and n are whole lines, borrowed until the next call */
	SOURCE_BAD,   /* p and n are the next line, which cannot be a record; err says why */
	SOURCE_LATER, /* there is nothing now, but more may come */
	SOURCE_END,   /* there is no more */
	SOURCE_FAILED /* err says why */
};

/* Hands out the next lines, at most this many (at least 1). */
enum source_event file_source_next(struct file_source *, uint64_t most, const char **p,
    size_t *n, struct err *);

/* Goes over the line of n bytes that SOURCE_BAD showed. */
void file_source_skip(struct file_source *, size_t n);

/* Fills in the place after what was handed out last, with its digest. */
int file_source_mark(struct file_source *, struct file_place *, struct err *);

/* The name of the file that a place is in. */
const char *file_source_name(const struct file_source *, const struct file_place *);

#endif
