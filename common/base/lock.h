#ifndef SML_LOCK_H
#define SML_LOCK_H

#include "base/err.h"

/*
 * Locks that keep two processes off one file.  A lock lasts as long as its
 * descriptor is open, at most as long as the process.  If another process holds
 * it, that is an error whose text names the process.
 */

/*
 * Locks a file that will be replaced, through path.lock next to it (0600).
 * what: its name in messages, "the state".  Returns the lock's descriptor, or -1
 * with err, and errno EWOULDBLOCK if another process holds it.  Refuses a path.lock
 * that is a link, no regular file, or another user's.
 */
int lock_beside(const char *path, const char *what, struct err *);

/* Locks the open file itself.  Returns 0, or -1 with err. */
int lock_open_file(int fd, const char *path, struct err *);

#endif
