#ifndef SML_FILE_SOURCE_H
#define SML_FILE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "source/follow.h"
#include "source/source_event.h"

/*
 * Regular files, read in order as one source of lines.  A last line without a newline waits for
 * the next run, because somebody may still be writing it; if another file follows, or drain is
 * set, it is taken as it is.
 *
 * The last file may be a log that grows, and is rotated (follow.h).  Then a place moves to a new
 * file only with its first line: until then it is the end of the file before, which can be
 * recognised.
 */
struct file_source {
	const char *const *path; /* borrowed */
	size_t count;
	size_t longest;	    /* most bytes in a line */
	bool drain;	    /* takes a last line without a newline */
	bool follows;	    /* waits for the last file to grow */
	bool read_all;	    /* the open file is read to its end */
	bool changed;	    /* the open file no longer has what was read of it */
	size_t from_before; /* bytes of the next line that are in the file before */
	struct file_bytes open;
	uint64_t opened; /* when the first file of a log was, ns since 1970; 0: another is */
	struct follow log;
	int log_first; /* the log's file when the run began, if other files come before it; -1 */
	struct source_place place;  /* of the next line; its digest is file_source_mark's */
	struct source_place before; /* the end of the file before; inode 0: none */
	struct source_place known;  /* the last one sought: all before it must be there */
};

/*
 * Checks that all files can be read; a log that is followed may be missing for a moment. Returns
 * -1 with err.
 */
int file_source_open(struct file_source *, const char *const *paths, size_t count,
    size_t longest, bool follows, struct err *);
void file_source_close(struct file_source *); /* all zeroes: does nothing */

/* Goes to a place; all zeroes is the beginning.  Returns -1 if its file is another one now. */
int file_source_seek(struct file_source *, const struct source_place *, struct err *);

/* Hands out the next lines, at most this many (at least 1); see source_event.h. */
enum source_event file_source_next(struct file_source *, uint64_t most, const char **p,
    size_t *n, struct err *);

/* Skips the line of n bytes that SOURCE_BAD has handed out. */
void file_source_skip(struct file_source *, size_t n);

/* Fills in the place after what was handed out last, with its digest. */
void file_source_mark(struct file_source *, struct source_place *);

/* Returns the name of the file that a place is in. */
const char *file_source_name(const struct file_source *, const struct source_place *);

#endif
