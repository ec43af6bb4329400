/*
 * open_keys: the keys that have an open hopping window, in the order in which their results
 * are written.  A key is only appended when its first window opens; appended keys are sorted
 * and merged in when windows close.  So the cost is per line written, not per window that a
 * record counts in.
 *
 * A struct of zero bytes has no keys.
 */
#ifndef SML_OPEN_KEYS_H
#define SML_OPEN_KEYS_H

#include <stdint.h>

#include "run/run.h"

struct key_slot;

struct open_key {
	uint64_t prefix;
	struct key_slot *key; /* NULL: dropped */
};

struct open_keys {
	struct open_key *at, *fresh; /* sorted; in the order in which they came */
	size_t count, capacity, freshes, fresh_capacity;
};

/* Adds a key that is not among the open keys.  Returns 0, or -1 (ENOMEM). */
int open_keys_add(struct run *run, struct open_keys *open, struct key_slot *key);

/* Drops a key that is among the open keys. */
void open_keys_drop(const struct run *run, struct open_keys *open, const struct key_slot *key);

/* Merges the new keys into the sorted ones.  Returns 0, or -1 (ENOMEM). */
int open_keys_settle(struct run *run, struct open_keys *open);

/* Removes the keys for which keep returns false.  Call it after open_keys_settle. */
void open_keys_sweep(struct run *run, struct open_keys *open,
    bool (*keep)(struct run *, struct key_slot *));

void open_keys_free(struct open_keys *open);

#endif
