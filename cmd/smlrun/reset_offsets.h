#ifndef SML_RESET_OFFSETS_H
#define SML_RESET_OFFSETS_H

#include "inspect.h"

/*
 * Sets the offsets of the group that has the commits of a run (base: its DIR/commit) back to the
 * snapshots of an epoch: those of all partitions whose last snapshot it is, or of one.  Before
 * that it says how many records come twice.  DIR must be locked.  Returns -1 with err: nothing is
 * changed.
 */
int reset_offsets(const struct inspect_options *, const struct commit *base, int64_t epoch,
    int32_t partition, struct err *);

#endif
