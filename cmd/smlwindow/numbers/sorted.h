/*
 * sorted: items sorted by their rank, a number that is unique.  They are stored in chunks,
 * sorted arrays of some hundred items.  Two binary searches find an item, and few items move
 * when one is added or removed; none move at the front or the end.
 *
 * A struct of zero bytes is empty; a few items are a single small array.
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
	struct sorted_entry *entries; /* from head on */
	int64_t first;		      /* the least rank */
	uint32_t head, count, capacity;
};

struct sorted {
	struct sorted_chunk one;   /* the only chunk, if many is NULL */
	struct sorted_chunk *many; /* NULL: there is only one */
	uint32_t count, capacity;  /* of many */
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
 * Returns the first item whose rank is at least this rank, or NULL.  *found: the item's rank;
 * found may be NULL.
 */
void *sorted_from(const struct sorted *sorted, int64_t rank, int64_t *found);

/*
 * Returns whether this rank is after the last one.  Most ranks asked for are the last one or
 * after it.
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
 * These return the first item.  sorted_front: there must be an item.  sorted_first: NULL if
 * there is none.
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
 * Returns the last item, or NULL.
 */
void *sorted_last(const struct sorted *sorted, int64_t *rank);

/*
 * Adds an item whose rank is not in it yet (not checked). Returns 0, or -1 (ENOMEM).
 */
int sorted_put(struct sorted *sorted, int64_t rank, void *item, struct pool *pool);

/* Changes the rank of an item; the order must stay the same. */
void sorted_renew(struct sorted *sorted, int64_t rank, int64_t now);

/*
 * Removes the item of a rank.
 */
void sorted_drop(struct sorted *sorted, int64_t rank, struct pool *pool);

#endif
