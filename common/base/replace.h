#ifndef SML_REPLACE_H
#define SML_REPLACE_H

#include <sys/types.h>

#include <stdbool.h>

#include "base/err.h"
#include "base/out.h"

/*
 * A file replaced atomically: whoever opens path sees the old bytes or all of
 * the new ones, also after a crash or a power cut.  The new bytes are written
 * to a file of our own beside it, path.sml-XXXXXX.tmp; those that a crash left
 * are removed by the next replacement.
 *
 * Where several files belong together, replace_sync all of them before the
 * first replace_commit: whatever can fail for want of space has failed by then.
 */
struct replace {
	struct out out; /* the new bytes go here */
	char *path;	/* symbolic links followed */
	char *temporary;
	bool durable; /* true unless cleared: on disk when committed */
	bool synced;
};

/* The permissions of a new file: REPLACE_PRIVATE, or what the umask leaves of 0666. */
enum { REPLACE_PRIVATE = 0600, REPLACE_SHARED = 0 };

/*
 * Begins.  The new file has the permissions of the old one, else mode
 * (whatever the umask is).  -1 where path is there and no regular file, and
 * where none can be made beside it; nothing is held then, errno says why.
 * Does not keep others from replacing path: lock.h does.
 */
int replace_begin(struct replace *, const char *path, mode_t mode, struct err *);

/* Flushes, and fsyncs where it is durable.  -1 with errno: abandoned. */
int replace_sync(struct replace *, struct err *);

/*
 * Syncs, renames over path and fsyncs the folder.  -1 with errno: the old file
 * is as it was and the new bytes are gone; only where the folder's fsync
 * failed, the new file is there and may be lost in a power cut.  Releases
 * everything either way.
 */
int replace_commit(struct replace *, struct err *);

/* Leaves the old file as it is.  Takes one of all zeroes. */
void replace_abandon(struct replace *);

#endif
