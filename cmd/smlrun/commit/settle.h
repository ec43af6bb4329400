#ifndef SML_SETTLE_H
#define SML_SETTLE_H

#include <stdbool.h>

#include "commit/commit.h"

/* The folder of the states here always means those of the pipeline's copies in it, if any. */

/*
 * The side files of the stages, which a run keeps locked from its first commit on, so that no
 * other program writes them.  All zeroes: none yet.
 */
struct side_locks {
	struct side_lock *file; /* malloc'ed */
	size_t count, room;
};

void side_locks_free(struct side_locks *);

/*
 * Locks the side files that the snapshots of a commit name, before that is written.  Returns
 * -1 with err if another program has one, or has changed it since the stage was started.
 */
int settle_lock(struct side_locks *, const char *states, const struct commit *, struct err *);

/*
 * Refuses side files and models outside the folder that a stage has: several pipelines would write
 * the same ones.  Returns -1 with err.
 */
int settle_check_inside(const char *states, const struct commit *, struct err *);

/*
 * Does outside DIR what a commit has decided: reads the snapshots of the stages that belong to
 * it, appends the parts of their side files to those, and puts models in place.  To do it
 * again changes nothing.  anew: a run begins, so that a crash may have left it half done.
 * Returns -1 with err: the commit stands, and the next run does it.
 */
int settle(struct side_locks *, const char *states, const struct commit *, bool anew,
    struct err *);

/* Returns how many bytes the snapshots of a commit have. */
uint64_t settle_snapshot_bytes(const char *states, const struct commit *);

/* Removes the parts of earlier attempts, after the first commit of this one. */
void settle_remove_parts(const char *states, const struct commit *);

#endif
