#ifndef SML_LOCK_H
#define SML_LOCK_H

#include "base/err.h"

/*
 * Locks that stop two processes from using one file at the same time.  A lock lasts until its
 * descriptor is closed or the process ends.  If another process holds it, that is an error
 * whose text names the process.
 */

/*
 * Locks a file that will be replaced, by locking path.lock next to it (mode 0600).  what: what
 * messages call the file, such as "the state".  Returns the lock's descriptor, or -1 with err,
 * and with errno EWOULDBLOCK if another process holds the lock.  Refuses a path.lock that is a
 * link, is not a regular file, or belongs to another user.
 */
int lock_beside(const char *path, const char *what, struct err *);

/* Locks the open file itself.  Returns 0, or -1 with err. */
int lock_open_file(int fd, const char *path, struct err *);

#endif
