#ifndef SML_SETTLE_H
#define SML_SETTLE_H

#include <stdbool.h>

#include "commit/commit_file.h"

/*
 * Does outside DIR what a commit has decided: reads the snapshots of the stages that belong to
 * it, appends the parts of their side files to those, and puts models in place.  To do it
 * again changes nothing.  anew: a run begins, so that a crash may have left it half done.
 * Returns -1 with err: the commit stands, and the next run does it.
 */
int settle(const char *states, const struct commit *, bool anew, struct err *);

/* Removes the parts of earlier attempts, after the first commit of this one. */
void settle_remove_parts(const char *states, const struct commit *);

#endif
