/*
 * sorted: items sorted by rank.  No two items have the same rank.  Items are stored in chunks:
 * sorted arrays of up to 256 items.  Two binary searches find an item.  When an item is added
 * or removed, few others move; none move if it is added at the end, or removed at either end.
 *
 * A struct of zero bytes is empty.  A few items take a single small array.
 */
#ifndef SML_SORTED_H
#define SML_SORTED_H

#include <stdbool.h>
#include <stdint.h>

#include "numbers/pool.h"

struct sorted_entry {
	int64_t rank;
	void *item;
};

struct sorted_chunk {
	struct sorted_entry *entries; /* the first is entries[head] */
	int64_t first;		      /* the rank of the first entry */
	uint32_t head, count, capacity;
};

struct sorted {
	struct sorted_chunk one;   /* the only chunk, if many is NULL */
	struct sorted_chunk *many; /* NULL: there is only one chunk */
	uint32_t count, capacity;  /* of the array `many` */
};

static inline bool
sorted_empty(const struct sorted *sorted)
{
	return sorted->many == NULL && sorted->one.count == 0;
}

/* Returns the last entry of a chunk that is not empty. */
static inline const struct sorted_entry *
sorted_end(const struct sorted_chunk *chunk)
{
	return chunk->entries + chunk->head + chunk->count - 1;
}

/*
 * Returns the first item whose rank is at least this rank, or NULL.  Sets *found to the rank
 * of the item, unless found is NULL.
 */
void *sorted_from(const struct sorted *sorted, int64_t rank, int64_t *found);

/*
 * Returns true if no item has this rank or a later one, and there is at most one chunk.  This
 * is a shortcut: most callers ask for the last rank or a later one.
 */
static inline bool
sorted_is_past(const struct sorted *sorted, int64_t rank)
{
	return sorted->many == NULL &&
	    (sorted->one.count == 0 || rank > sorted_end(&sorted->one)->rank);
}

/*
 * Returns the item of this rank, or NULL.
 */
static inline void *
sorted_at(const struct sorted *sorted, int64_t rank)
{
	int64_t found;
	void *item;

	if (sorted_is_past(sorted, rank))
		return NULL;
	if (sorted->many == NULL && rank == sorted_end(&sorted->one)->rank)
		return sorted_end(&sorted->one)->item;
	item = sorted_from(sorted, rank, &found);
	return item != NULL && found == rank ? item : NULL;
}

/*
 * Returns the first item after this rank, or NULL.
 */
static inline void *
sorted_after(const struct sorted *sorted, int64_t rank)
{
	return rank == INT64_MAX || sorted_is_past(sorted, rank + 1) ?
	    NULL :
	    sorted_from(sorted, rank + 1, NULL);
}

/*
 * These return the first item.  If there is no item, sorted_first returns NULL, and
 * sorted_front must not be called.
 */
static inline void *
sorted_front(const struct sorted *sorted)
{
	const struct sorted_chunk *chunk = sorted->many == NULL ? &sorted->one : sorted->many;

	return chunk->entries[chunk->head].item;
}

static inline void *
sorted_first(const struct sorted *sorted)
{
	return sorted_empty(sorted) ? NULL : sorted_front(sorted);
}

/*
 * Returns the last item, or NULL.  Sets *rank to its rank, unless rank is NULL.
 */
void *sorted_last(const struct sorted *sorted, int64_t *rank);

/*
 * Adds an item.  No item may have its rank yet (this is not checked).  Returns 0, or -1
 * (ENOMEM).
 */
int sorted_put(struct sorted *sorted, int64_t rank, void *item, struct pool *pool);

/* Changes the rank of an item to `now`; the order of the items must stay the same. */
void sorted_renew(struct sorted *sorted, int64_t rank, int64_t now);

/*
 * Removes the item of a rank; there must be one.
 */
void sorted_drop(struct sorted *sorted, int64_t rank, struct pool *pool);

#endif
