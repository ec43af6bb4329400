#ifndef SML_LOCK_H
#define SML_LOCK_H

#include "base/err.h"

/*
 * Locks that keep two processes from one file.  They last as long as the
 * descriptor is open, and are gone when the process is.  A lock that another
 * process has is an error whose text names that process.
 */

/*
 * Locks a file that is replaced, by path.lock beside it (0600).  Returns its
 * descriptor, or -1 with err; what: "the state".  A path.lock that is a link,
 * no regular file, or another user's is refused.
 */
int lock_beside(const char *path, const char *what, struct err *);

/* Locks the open file itself.  Returns 0, or -1 with err. */
int lock_open_file(int fd, const char *path, struct err *);

#endif
