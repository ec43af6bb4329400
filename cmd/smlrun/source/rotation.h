#ifndef SML_ROTATION_H
#define SML_ROTATION_H

#include <stdbool.h>

#include "base/err.h"
#include "source/source_place.h"

/*
 * The files of a log that is rotated: PATH, which is written to, and beside it those that were
 * PATH before.  They are called PATH.1, PATH.2 ..., PATH.1 being the newest (there may be a
 * PATH.0 before it), or PATH-DATE or PATH.DATE, of digits and hyphens that sort by age.
 */

/* A file of the log, open. */
struct rotation_file {
	int fd;
	bool is_path; /* or one that was PATH */
	bool is_copy; /* of what PATH held, which is the same file still, and was cut */
};

/*
 * Opens the file that has what was read before a place.  If several have it, the one with the
 * inode of the place is taken.  That file may have been copied and cut since.  If nothing of it
 * was read, the first copy is taken; else it must still have all bytes of each copy.  Returns -1
 * with err if there is no such file, or it is not known which one was read.
 */
int rotation_find(const char *path, const struct source_place *, struct rotation_file *,
    struct err *);

/* Has an open file all bytes of a copy?  Then it was not cut since that was made. */
bool rotation_has_all(int fd, int copy);

/*
 * Opens the file that came after an open one.  Returns 1; 0 if there is none for now; -1 with
 * err if it cannot be shown which one that is, which may be because of a rotation that goes on
 * at this moment.
 */
int rotation_next(const char *path, int fd, int *next, struct err *);

/* Counts the bytes of all files after a place.  Returns -1 with err if one is missing. */
int rotation_unread(const char *path, const struct source_place *, uint64_t *n, struct err *);

#endif
