/*
 * hold: records that wait until the watermark has reached their time; out they come in the
 * order of time, those of the same time as they came in.
 *
 * A struct of zero bytes holds none.
 */
#ifndef SML_HOLD_H
#define SML_HOLD_H

#include <stdint.h>

#include "numbers/pool.h"

struct waiting {
	int64_t time;
	uint64_t arrival;
	char *bytes; /* the record's own */
	size_t size;
};

struct hold {
	struct waiting *heap; /* each before the two below it */
	size_t count, capacity;
	uint64_t arrivals;
};

/*
 * Holds a copy of size bytes (at least 1). Returns 0, or -1 (ENOMEM) with nothing changed.
 */
int hold_push(struct hold *hold, int64_t time, const char *bytes, size_t size,
    struct pool *pool);

/*
 * The one that comes out next, or NULL. Borrowed until the next push or pop.
 */
const struct waiting *hold_top(const struct hold *hold);

/*
 * Lets it go.
 */
void hold_pop(struct hold *hold, struct pool *pool);

/*
 * Puts all of them in the order in which they will come out; heap[0..count) is a heap as
 * before.
 */
void hold_sort(struct hold *hold);

void hold_free(struct hold *hold, struct pool *pool);

#endif
