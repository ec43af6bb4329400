/*
 * reorder: records that wait until the watermark reaches their time.  They leave in the order
 * of time, and in the order of arrival if times are equal.
 *
 * A struct of zero bytes has no records.
 */
#ifndef SML_REORDER_H
#define SML_REORDER_H

#include <stdint.h>

#include "base/heap.h"
#include "cli/report/diag.h"
#include "numbers/pool.h"

struct reorder_item {
	int64_t time;
	uint64_t arrival;
	struct place place; /* for messages: where the object begins; source NULL: not known */
	size_t size;
	char bytes[]; /* the bytes of the record */
};

struct reorder {
	struct heap heap; /* of struct reorder_item */
	uint64_t arrivals;
};

/*
 * Adds a copy of a record of size bytes (at least 1).  Returns 0; or -1 (ENOMEM), and nothing
 * has changed.
 */
int reorder_push(struct reorder *reorder, int64_t time, const struct place *place,
    const char *bytes, size_t size, struct pool *pool);

/* Returns the record that leaves next, or NULL.  It is borrowed until the next pop. */
static inline struct reorder_item *
reorder_top(const struct reorder *reorder)
{
	return reorder->heap.count == 0 ? NULL : reorder->heap.p[0].item;
}

/* Removes the earliest item. */
void reorder_pop(struct reorder *reorder, struct pool *pool);

void reorder_free(struct reorder *reorder, struct pool *pool);

#endif
