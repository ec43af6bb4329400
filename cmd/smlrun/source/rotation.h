#ifndef SML_ROTATION_H
#define SML_ROTATION_H

#include <stdbool.h>

#include "base/err.h"
#include "source/source_place.h"

/*
 * The files of a rotated log: PATH, which is written to, and beside it those that were PATH
 * before. These are called PATH.1, PATH.2 ..., PATH.1 being the newest (there may be a newer
 * PATH.0), or PATH-DATE or PATH.DATE, where DATE is digits and hyphens that sort by age.
 */

/* An open file of the log. */
struct rotation_file {
	int fd;
	bool is_path; /* or a rotated file */
	bool is_copy; /* of what PATH held, which is still the same file, but was truncated */
};

/*
 * Opens the file that has what was read before a place.  If several have that, takes the one with
 * the inode of the place.  That file may have been copied and truncated since: if nothing of it
 * was read, takes the first copy; else the file must still have all bytes of each copy.  Returns
 * -1 with err if there is no such file, or it is not known which one was read.
 */
int rotation_find(const char *path, const struct source_place *, struct rotation_file *,
    struct err *);

/* Has an open file all bytes of a copy?  Then it was not truncated since the copy was made. */
bool rotation_has_all(int fd, int copy);

/*
 * Opens the file that came after an open one.  Returns 1; 0 if there is none for now; -1 with err
 * if it is not clear which one that is, perhaps because a rotation is under way.
 */
int rotation_next(const char *path, int fd, int *next, struct err *);

/* Counts the bytes of all files after a place.  Returns -1 with err if one is missing. */
int rotation_unread(const char *path, const struct source_place *, uint64_t *n, struct err *);

#endif
