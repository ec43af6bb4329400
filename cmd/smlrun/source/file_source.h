#ifndef SML_FILE_SOURCE_H
#define SML_FILE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "source/follow.h"
#include "source/source_event.h"

/*
 * Regular files, read in order as one source of lines.  A last line without its end waits
 * for the next run, because somebody may still be writing it; that of a file that another
 * one follows, or if drain is set, is taken as it is.
 *
 * The last file may be a log that grows, and is rotated (follow.h).  Then a place moves to a new
 * file only with its first line: until then it is the end of the file before, which can be
 * known again.
 */
struct file_source {
	const char *const *path; /* borrowed */
	size_t count;
	size_t longest;	    /* most bytes in a line */
	bool drain;	    /* takes the last line as it is */
	bool follows;	    /* waits for the last file to grow */
	bool read_all;	    /* the open file has no more */
	bool changed;	    /* it lacks what was read of it */
	size_t from_before; /* bytes of the next line that the file before has */
	struct file_bytes open;
	uint64_t opened; /* when, in ns since 1970, if it is the first of a log; else 0 */
	struct follow log;
	int log_first; /* its file when the run began, if others come before it; -1 */
	struct source_place place;  /* of the next line; its digest is file_source_mark's */
	struct source_place before; /* the end of the file before; inode 0: none */
	struct source_place known;  /* the last one that was gone to: all before it is there */
};

/*
 * Checks that all files can be read; a log that is followed may lack its last one for a moment.
 * Returns -1 with err.
 */
int file_source_open(struct file_source *, const char *const *paths, size_t count,
    size_t longest, bool follows, struct err *);
void file_source_close(struct file_source *); /* all zeroes: nothing */

/* Goes to a place; all zeroes is the beginning.  Returns -1 if its file is not the same one. */
int file_source_seek(struct file_source *, const struct source_place *, struct err *);

/* Hands out the next lines, at most this many (at least 1): source_event.h. */
enum source_event file_source_next(struct file_source *, uint64_t most, const char **p,
    size_t *n, struct err *);

/* Goes over the line of n bytes that SOURCE_BAD showed. */
void file_source_skip(struct file_source *, size_t n);

/* Fills in the place after what was handed out last, with its digest. */
void file_source_mark(struct file_source *, struct source_place *);

/* The name of the file that a place is in. */
const char *file_source_name(const struct file_source *, const struct source_place *);

#endif
