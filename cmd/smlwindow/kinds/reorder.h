/*
 * reorder: records that wait until the watermark reaches their time. They come out in the
 * order of time, those of the same time as they came in.
 *
 * A struct of zero bytes holds none.
 */
#ifndef SML_REORDER_H
#define SML_REORDER_H

#include <stdint.h>

#include "numbers/pool.h"

struct reorder_item {
	int64_t time;
	uint64_t arrival;
	char *bytes; /* the record's own */
	size_t size;
};

struct reorder {
	struct reorder_item *heap; /* each before the two below it */
	size_t count, capacity;
	uint64_t arrivals;
};

/*
 * Holds a copy of size bytes (at least 1). Returns 0, or -1 (ENOMEM) with nothing changed.
 */
int reorder_push(struct reorder *reorder, int64_t time, const char *bytes, size_t size,
    struct pool *pool);

/*
 * The one that comes out next, or NULL. Borrowed until the next push or pop.
 */
const struct reorder_item *reorder_top(const struct reorder *reorder);

/*
 * Lets it go.
 */
void reorder_pop(struct reorder *reorder, struct pool *pool);

/*
 * Puts all of them in the order in which they will come out; heap[0..count) is a heap as
 * before.
 */
void reorder_sort(struct reorder *reorder);

void reorder_free(struct reorder *reorder, struct pool *pool);

#endif
