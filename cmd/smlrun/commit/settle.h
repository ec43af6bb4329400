#ifndef SML_SETTLE_H
#define SML_SETTLE_H

#include <stdbool.h>

#include "commit/commit.h"

/*
 * If the pipeline has copies, "the folder of the states" means the folders of the copies in
 * it.
 */

/*
 * The locks on the stages' side files.  A run holds them from its first commit on, so that no
 * other program writes these files.  All zeroes: no locks yet.
 */
struct side_locks {
	struct side_lock *file; /* malloc'ed */
	size_t count, room;
};

void side_locks_free(struct side_locks *);

/*
 * Locks the side files that the snapshots of a commit name; call it before the commit is
 * written.  Returns -1 with err if another program has locked a side file, or has changed it
 * since the stage started.
 */
int settle_lock(struct side_locks *, const char *states, const struct commit *, struct err *);

/*
 * Refuses side files and models outside the folder of the states: several pipelines would write
 * the same ones.  Returns -1 with err.
 */
int settle_check_inside(const char *states, const struct commit *, struct err *);

/*
 * Does outside DIR what a commit requires: reads its snapshots, appends the parts to the side
 * files, and replaces models.  A second call for the same commit changes nothing.  anew: the
 * run has just started, so a crash may have left this half done.  If it returns -1 with err,
 * the commit is valid all the same, and the next run does this again.
 */
int settle(struct side_locks *, const char *states, const struct commit *, bool anew,
    struct err *);

/* Returns the size of all snapshots of a commit, in bytes. */
uint64_t settle_snapshot_bytes(const char *states, const struct commit *);

/* Removes the parts of earlier attempts, after the first commit of this one. */
void settle_remove_parts(const char *states, const struct commit *);

#endif
