#ifndef SML_ROTATION_H
#define SML_ROTATION_H

#include <stdbool.h>

#include "base/err.h"
#include "source/source_place.h"

/*
 * The files of a rotated log: PATH, to which the log is written now, and in the same folder
 * the files that were PATH before.  Those are called PATH.1, PATH.2 and so on, from the newest
 * (there may be a newer PATH.0); or PATH-DATE or PATH.DATE, where DATE is digits and hyphens
 * that sort by age.
 */

/* An open file of the log. */
struct rotation_file {
	int fd;
	bool is_path; /* it is PATH, not a rotated file */
	bool is_copy; /* a copy of PATH, which was then truncated but is still the same file */
};

/*
 * Opens the file that has the bytes read before a place; if several have them, the one with
 * the inode of the place.  That file may have been copied and truncated since: if nothing of
 * it was read, takes the first copy; otherwise the file must still have all bytes of each
 * copy.  Returns -1 with err if there is no such file, or if it is not known which file was
 * read.
 */
int rotation_find(const char *path, const struct source_place *, struct rotation_file *,
    struct err *);

/*
 * Returns whether an open file has all bytes of a copy.  If so, it has not been truncated
 * since the copy was made.
 */
bool rotation_has_all(int fd, int copy);

/*
 * Opens the file that came after an open one.  Returns 1; 0 if there is none for now; or -1
 * with err if it is unclear which file that is, perhaps because a rotation is under way.
 */
int rotation_next(const char *path, int fd, int *next, struct err *);

/* Counts the bytes of all files after a place.  Returns -1 with err if a file is missing. */
int rotation_unread(const char *path, const struct source_place *, uint64_t *n, struct err *);

#endif
