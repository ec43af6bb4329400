#ifndef SML_SNAPSHOT_FILES_H
#define SML_SNAPSHOT_FILES_H

#include "base/err.h"
#include "cli/stream/saved.h"

/* The lines of a snapshot that name side files and models, with a callback for each kind. */
struct snapshot_files {
	int (*file)(void *context, const struct saved_file *, struct err *);
	int (*replaces)(void *context, const struct saved_replaces *, struct err *);
	void *context;
};

/*
 * Calls the callbacks for these lines of one snapshot.  Some of the lines follow its first
 * line, the others precede its last line; what is between, which may be large, is not read.
 * Stops when a callback returns -1.
 */
int snapshot_files_read(const char *path, const struct snapshot_files *, struct err *);

#endif
