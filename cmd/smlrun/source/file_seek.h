#ifndef SML_FILE_SEEK_H
#define SML_FILE_SEEK_H

#include "source/file_source.h"

/* Private to file_source.c and file_seek.c, which has file_source_open, _seek and _close. */

/*
 * Opens the file of the place, at its first byte.  Returns SOURCE_LINES; SOURCE_LATER if the
 * log is missing for now; SOURCE_FAILED.
 */
enum source_event file_seek_open_next(struct file_source *, struct err *);

/* Closes the open file. */
void file_seek_close(struct file_source *);

/* Returns whether the place is in the log that is followed. */
bool file_seek_in_log(const struct file_source *);

/* Notes the inode of an open file in the place. */
int file_seek_note_inode(struct file_source *, int fd, struct err *);

/* Sets err from errno: the file cannot be read.  Returns -1. */
int file_seek_fail(const char *path, struct err *);

#endif
