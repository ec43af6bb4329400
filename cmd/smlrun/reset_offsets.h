#ifndef SML_RESET_OFFSETS_H
#define SML_RESET_OFFSETS_H

#include "inspect.h"

/*
 * Sets the offsets of a run's group (base: its DIR/commit) back to the snapshots of an epoch: for
 * all partitions whose last snapshot has that epoch, or for one.  Before that it warns how many
 * records will come twice.  DIR must be locked.  Returns -1 with err; then nothing is changed.
 */
int reset_offsets(const struct inspect_options *, const struct commit *base, int64_t epoch,
    int32_t partition, struct err *);

/* Fills err: --drain has closed all windows at this epoch.  Always returns -1. */
int reset_refuse_ended(int64_t epoch, struct err *);

#endif
