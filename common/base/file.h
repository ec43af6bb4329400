#ifndef SML_FILE_H
#define SML_FILE_H

#include "base/buf.h"
#include "base/err.h"

/* The largest file that file_read takes. */
enum { FILE_READ_MAX = 256 << 20 };

/*
 * Appends all of a regular file to buf.  Any other kind of file, or one of more than
 * FILE_READ_MAX bytes, is an error: reading a model or a configuration must neither block nor
 * take all memory.  Returns 0, or -1 with errno and err, whose text has the path; the buffer
 * then holds what was read so far.
 */
int file_read(const char *path, struct buf *buf, struct err *err);

/* Returns 0 if file_read would accept the file's kind and size, or -1 with err and errno. */
int file_check(const char *path, struct err *err);

/*
 * Syncs a folder, so that the names of files created or renamed in it survive a power cut.
 * Some network file systems cannot fsync a folder and need not; that is not an error.  Returns
 * 0, or -1 with errno.
 */
int folder_sync(const char *folder);

/* Does the same for the folder that a file is in. */
int folder_sync_of(const char *path);

/*
 * Returns a file's absolute path, malloc'ed, or NULL with errno.  The folder must exist.
 * Links in the folder's path are resolved; if the file itself is a link, it is not resolved.
 */
char *file_absolute(const char *path);

#endif
