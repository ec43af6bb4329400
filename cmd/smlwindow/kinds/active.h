/*
 * active: the keys that have a running window, in the order of their results. New ones are
 * gathered and put among the others once a result is due, so that this costs a few steps a
 * result, however many windows a record counts in.
 *
 * A struct of zero bytes holds none.
 */
#ifndef SML_ACTIVE_H
#define SML_ACTIVE_H

#include <stdint.h>

#include "job.h"

struct lane;

struct active_item {
	uint64_t prefix;
	struct lane *lane; /* NULL: dropped */
};

struct active {
	struct active_item *at, *fresh; /* in order; as they came */
	size_t count, capacity, freshes, fresh_capacity;
};

/*
 * Adds a lane that is not in it. Returns 0, or -1 (ENOMEM).
 */
int active_add(struct job *job, struct active *active, struct lane *lane);

/*
 * Drops a lane that is in it.
 */
void active_drop(struct active *active, const struct lane *lane);

/*
 * Puts the new ones in their places. Returns 0, or -1 (ENOMEM).
 */
int active_settle(struct job *job, struct active *active);

/*
 * Takes out those of which keep is false, after active_settle.
 */
void active_sweep(struct job *job, struct active *active,
    bool (*keep)(struct job *, struct lane *));

void active_free(struct active *active);

#endif
