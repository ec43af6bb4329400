#ifndef SML_FILE_SOURCE_H
#define SML_FILE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "source/follow.h"
#include "source/source_event.h"

/*
 * Regular files, read in order as one source of lines.  A last line without a newline is left
 * to the next run, because somebody may still be writing it; but it is taken as it is if
 * another file follows, or if drain is set.
 *
 * The last file may be a log that grows and is rotated (follow.h).  Then the place stays at
 * the end of the old file, which can be recognised, until the first line of the new file is
 * read.
 */
struct file_source {
	const char *const *path; /* borrowed */
	size_t count;
	size_t longest;	    /* most bytes in a line */
	bool drain;	    /* takes a last line without a newline */
	bool follows;	    /* waits for the last file to grow */
	bool read_all;	    /* the open file has been read to its end */
	bool changed;	    /* the open file no longer has the bytes that were read */
	size_t from_before; /* bytes of the next line that are in the previous file */
	struct file_bytes open;
	uint64_t opened; /* when the log's first file was opened, ns since 1970; 0: not open */
	struct follow log;
	int log_first; /* the log's file at the start, if other files come first; -1: none */
	struct source_place place; /* of the next line; file_source_mark computes the digest */
	struct source_place before; /* the end of the previous file; inode 0: none */
	struct source_place known;  /* the place sought last: all before it must be there */
};

/*
 * Checks that all files can be read; a log that is followed may be missing for a moment. Returns
 * -1 with err.
 */
int file_source_open(struct file_source *, const char *const *paths, size_t count,
    size_t longest, bool follows, struct err *);
void file_source_close(struct file_source *); /* does nothing if all is zero */

/*
 * Goes to a place; all zeroes: to the beginning.  Returns -1 with err, also if the place's
 * file was replaced.
 */
int file_source_seek(struct file_source *, const struct source_place *, struct err *);

/* Hands out the next lines: not more than most, which is at least 1.  See source_event.h. */
enum source_event file_source_next(struct file_source *, uint64_t most, const char **p,
    size_t *n, struct err *);

/* Skips the line of n bytes that SOURCE_BAD has handed out. */
void file_source_skip(struct file_source *, size_t n);

/* Fills in the place after the lines handed out last, with its digest. */
void file_source_mark(struct file_source *, struct source_place *);

/* Returns the name of the file that a place is in. */
const char *file_source_name(const struct file_source *, const struct source_place *);

#endif
