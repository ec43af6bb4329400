#ifndef SML_REPLACE_H
#define SML_REPLACE_H

#include <sys/types.h>

#include <stdbool.h>

#include "base/err.h"
#include "base/out.h"

/*
 * A file replaced atomically: whoever opens path sees the old bytes or all of
 * the new ones, also after a crash or a power cut.  The new bytes are written
 * to a temporary file next to it, path.sml-XXXXXX.tmp; the next replacement
 * removes those that a crash has left.
 *
 * If several files belong together, replace_sync all of them before the first
 * replace_commit: a full disk then fails before anything is replaced.
 */
struct replace {
	struct out out; /* the new bytes go here */
	char *path;	/* symbolic links followed */
	char *temporary;
	bool durable; /* true unless cleared: on disk when committed */
	bool synced;
};

/*
 * The permissions of a new file: REPLACE_PRIVATE, or what the umask leaves of 0666.  With
 * REPLACE_EXACT a file that exists gets these permissions too.
 */
enum { REPLACE_PRIVATE = 0600, REPLACE_SHARED = 0, REPLACE_EXACT = 1 << 16 };

/*
 * Removes leftovers of crashes and creates the temporary file, with the permissions of
 * the old file, else mode (whatever the umask is).  Returns -1 with errno if path exists
 * and is no regular file, or the temporary file cannot be made; nothing is held then.
 * Does not keep others from replacing path: lock.h does.
 */
int replace_begin(struct replace *, const char *path, mode_t mode, struct err *);

/*
 * Checks whether replace_begin would succeed, for files that are replaced only at the end of
 * a run.  Returns 0, or -1 with err.
 */
int replace_check(const char *path, struct err *);

/*
 * Flushes, and fsyncs if durable.  On error everything is abandoned, and -1 is returned with
 * errno.
 */
int replace_sync(struct replace *, struct err *);

/*
 * Syncs, renames over path and fsyncs the folder.  Returns -1 with errno: the
 * old file is as it was and the new bytes are gone.  (If only the folder's fsync
 * failed, the new file is in place, but a power cut may lose it.)  Releases
 * everything in any case.
 */
int replace_commit(struct replace *, struct err *);

/* Removes the temporary file; the old one stays.  Accepts all zeroes. */
void replace_abandon(struct replace *);

#endif
