#ifndef SML_FILE_SEEK_H
#define SML_FILE_SEEK_H

#include "source/file_source.h"

/* What file_source.c needs beyond file_source_open, file_source_seek and file_source_close. */

/* Opens the file of the place, at its first byte: SOURCE_LINES, or why not. */
enum source_event file_seek_open_next(struct file_source *, struct err *);

/* Closes the open file. */
void file_seek_close(struct file_source *);

/* Is the place in the log that is followed? */
bool file_seek_in_log(const struct file_source *);

/* Puts the inode of an open file into the place. */
int file_seek_note_inode(struct file_source *, int fd, struct err *);

/* Says by errno that a file cannot be read.  Returns -1. */
int file_seek_fail(const char *path, struct err *);

#endif
