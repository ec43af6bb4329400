#ifndef SML_SNAPSHOT_FILES_H
#define SML_SNAPSHOT_FILES_H

#include "base/err.h"
#include "cli/stream/saved.h"

/* What a snapshot says of files outside: one callback for each kind of line. */
struct snapshot_files {
	int (*file)(void *context, const struct saved_file *, struct err *);
	int (*replaces)(void *context, const struct saved_replaces *, struct err *);
	void *context;
};

/*
 * Walks over those lines of one snapshot, without reading the rest of it, which may be large:
 * they follow the first line, and precede the last.  Stops at the first -1.
 */
int snapshot_files_read(const char *path, const struct snapshot_files *, struct err *);

#endif
