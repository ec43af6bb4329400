#ifndef SML_REPLACE_H
#define SML_REPLACE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/out.h"

/*
 * A file replaced at once: whoever opens path sees the old bytes or all of the
 * new ones, also after a crash or a power cut.  The new bytes are written to
 * path.tmp; one that a crash left behind is taken over.
 */
struct replace {
	struct out out; /* the new bytes go here */
	char *path;	/* symbolic links followed */
	char *temporary;
	bool durable; /* true unless cleared: on disk when committed */
};

/*
 * Begins.  The new file has the permissions of the old one.  -1 where path is
 * there and no regular file, where another process is replacing it at this
 * moment, and where path.tmp cannot be written; nothing is held then, errno
 * says why.
 */
int replace_begin(struct replace *, const char *path, struct err *);

/*
 * Flushes, fsyncs, renames over path and fsyncs the folder.  -1 with errno:
 * the old file stands as it was and path.tmp is gone; only where the folder's
 * fsync failed, the new file stands there and may be lost in a power cut.
 * Releases everything either way.
 */
int replace_commit(struct replace *, struct err *);

/* Leaves the old file as it is.  Takes one of all zeroes. */
void replace_abandon(struct replace *);

#endif
