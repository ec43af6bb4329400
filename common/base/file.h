#ifndef SML_FILE_H
#define SML_FILE_H

#include "base/buf.h"
#include "base/err.h"

/* The largest file that file_read takes. */
enum { FILE_READ_MAX = 256 << 20 };

/*
 * Appends all of a regular file to buf.  A device, a pipe, a folder, and a file of more than
 * FILE_READ_MAX bytes is an error: reading a model or a configuration must neither block nor
 * take all memory.  Returns 0, or -1 with err (the path in its text) and errno; the buffer
 * then holds what was read.
 */
int file_read(const char *path, struct buf *buf, struct err *err);

/* Returns 0 if file_read would accept a file's kind and size, or -1 with err and errno. */
int file_check(const char *path, struct err *err);

/*
 * Syncs a folder, so that the names of files that were made or renamed in it survive a power
 * cut.  Some network file systems cannot fsync a folder, and need not: that is no error.
 * Returns 0, or -1 with errno.
 */
int folder_sync(const char *folder);

/* The same for the folder that a file is in. */
int folder_sync_of(const char *path);

/*
 * Returns a file's path from the root, malloc'ed, or NULL with errno.  The folder must exist;
 * links are followed in its path, but not in the file's own name.
 */
char *file_absolute(const char *path);

#endif
