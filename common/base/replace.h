#ifndef SML_REPLACE_H
#define SML_REPLACE_H

#include <sys/types.h>

#include <stdbool.h>

#include "base/err.h"
#include "base/out.h"

/*
 * Replaces a file atomically: whoever opens path sees the old bytes or all of the new ones,
 * also after a crash or a power cut.  The new bytes are written to a temporary file next to
 * it, path.sml-XXXXXX.tmp; if a crash leaves that there, the next replacement removes it.
 *
 * If several files belong together, call replace_sync for all of them before the first
 * replace_commit: a full disk then fails before anything is replaced.
 */
struct replace {
	struct out out; /* the new bytes go here */
	char *path;	/* the path, with symbolic links resolved */
	char *temporary;
	bool durable; /* sync it before the commit; true unless cleared */
	bool synced;
};

/*
 * The permissions of a new file: REPLACE_PRIVATE is 0600, and REPLACE_SHARED what the umask
 * leaves of 0666.  With REPLACE_EXACT an existing file gets these permissions, too.
 */
enum { REPLACE_PRIVATE = 0600, REPLACE_SHARED = 0, REPLACE_EXACT = 1 << 16 };

/*
 * Removes leftovers of crashes and creates the temporary file with the permissions of the old
 * file, or, if there is no old file, with mode (whatever the umask is).  Returns -1 with
 * errno, and holds nothing, if path exists and is not a regular file, or the temporary file
 * cannot be made.  Does not keep others from replacing path: lock.h does.
 */
int replace_begin(struct replace *, const char *path, mode_t mode, struct err *);

/*
 * Checks whether replace_begin would succeed: an early check for files that are replaced only
 * at the end of a run.  Returns 0, or -1 with err.
 */
int replace_check(const char *path, struct err *);

/*
 * Flushes, and fsyncs if durable.  On error it abandons everything and returns -1 with errno.
 */
int replace_sync(struct replace *, struct err *);

/*
 * Syncs the temporary file, renames it to path and fsyncs the folder.  On error returns -1
 * with errno: the old file is unchanged and the new bytes are gone.  (If only the folder's
 * fsync failed, the new file is in place, but a power cut may lose it.)  Releases everything
 * in any case.
 */
int replace_commit(struct replace *, struct err *);

/* Removes the temporary file; the old file stays.  Accepts all zeroes. */
void replace_abandon(struct replace *);

#endif
