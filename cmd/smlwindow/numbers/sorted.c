/* Items sorted by rank, in sorted chunks. */
#include "numbers/sorted.h"

#include <string.h>

/* CHUNK_MOST entries fill the largest block of a pool. */
enum { CHUNK_FIRST = 2, CHUNK_MOST = 256, MANY_FIRST = 4 };

static struct sorted_chunk *
chunks(const struct sorted *sorted, uint32_t *n)
{
	*n = sorted->many == NULL ? sorted->one.count > 0 : sorted->count;
	return sorted->many == NULL ? (struct sorted_chunk *)(uintptr_t)&sorted->one :
				      sorted->many;
}

/* Returns the index of the last chunk whose first rank is at most this rank, or else 0. */
static uint32_t
find_chunk(const struct sorted_chunk *chunk, uint32_t n, int64_t rank)
{
	uint32_t low = 0, high = n, middle;

	if (n > 0 && chunk[n - 1].first <= rank)
		return n - 1;
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (chunk[middle].first <= rank)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/*
 * Returns the index of the first entry of a chunk whose rank is at least this rank, or
 * chunk->count if there is no such entry.
 */
static uint32_t
find_entry(const struct sorted_chunk *chunk, int64_t rank)
{
	const struct sorted_entry *entries;
	uint32_t low = 0, high = chunk->count, middle;

	if (high == 0)
		return 0;
	entries = chunk->entries + chunk->head;
	if (entries[high - 1].rank <= rank)
		return high - (entries[high - 1].rank == rank);
	while (low < high) {
		middle = low + (high - low) / 2;
		if (entries[middle].rank < rank)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void *
entry_of(const struct sorted_chunk *chunk, uint32_t i, int64_t *rank)
{
	const struct sorted_entry *entry = &chunk->entries[chunk->head + i];

	if (rank != NULL)
		*rank = entry->rank;
	return entry->item;
}

void *
sorted_from(const struct sorted *sorted, int64_t rank, int64_t *found)
{
	uint32_t n, at, i;
	const struct sorted_chunk *chunk = chunks(sorted, &n);

	if (n == 0)
		return NULL;
	at = find_chunk(chunk, n, rank);
	i = find_entry(&chunk[at], rank);
	if (i < chunk[at].count)
		return entry_of(&chunk[at], i, found);
	return at + 1 < n ? entry_of(&chunk[at + 1], 0, found) : NULL;
}

void *
sorted_last(const struct sorted *sorted, int64_t *rank)
{
	uint32_t n;
	const struct sorted_chunk *chunk = chunks(sorted, &n);

	return n == 0 ? NULL : entry_of(&chunk[n - 1], chunk[n - 1].count - 1, rank);
}

/* Makes room after the last entry of a chunk, which is at the end of its array. */
static int
make_room(struct sorted_chunk *chunk, struct pool *pool)
{
	uint32_t capacity = chunk->capacity == 0 ? CHUNK_FIRST : 2 * chunk->capacity;
	struct sorted_entry *entries = chunk->entries;

	if (chunk->head == 0) {
		if ((entries = pool_get(pool, capacity * sizeof *entries)) == NULL)
			return -1;
		if (chunk->count > 0) {
			memcpy(entries, chunk->entries, chunk->count * sizeof *entries);
			pool_put(pool, chunk->entries, chunk->capacity * sizeof *entries);
		}
		chunk->entries = entries;
		chunk->capacity = capacity;
	} else {
		memmove(entries, entries + chunk->head, chunk->count * sizeof *entries);
		chunk->head = 0;
	}
	return 0;
}

static int
put(struct sorted_chunk *chunk, uint32_t i, struct sorted_entry entry, struct pool *pool)
{
	struct sorted_entry *at;

	if (chunk->head + chunk->count == chunk->capacity && make_room(chunk, pool) == -1)
		return -1;
	at = chunk->entries + chunk->head + i;
	if (i < chunk->count)
		memmove(at + 1, at, (chunk->count - i) * sizeof *at);
	*at = entry;
	chunk->count++;
	if (i == 0)
		chunk->first = entry.rank;
	return 0;
}

/* Inserts an empty chunk after the chunk with this index. */
static int
add_chunk(struct sorted *sorted, uint32_t after, struct pool *pool)
{
	uint32_t capacity = sorted->many == NULL ? MANY_FIRST : 2 * sorted->capacity;
	struct sorted_chunk *many = sorted->many;

	if (many == NULL || sorted->count == sorted->capacity) {
		if ((many = pool_get(pool, capacity * sizeof *many)) == NULL)
			return -1;
		if (sorted->many == NULL) {
			many[0] = sorted->one;
			sorted->count = 1;
		} else {
			memcpy(many, sorted->many, sorted->count * sizeof *many);
			pool_put(pool, sorted->many, sorted->capacity * sizeof *many);
		}
		sorted->many = many;
		sorted->capacity = capacity;
	}
	many += after + 1;
	memmove(many + 1, many, (sorted->count - after - 1) * sizeof *many);
	*many = (struct sorted_chunk){ 0 };
	sorted->count++;
	return 0;
}

/*
 * Splits a full chunk to make room for an entry at index i: in the middle; or, if the new
 * entry is last, after the old ones, so that chunks stay full if ranks ascend.
 */
static int
split(struct sorted *sorted, uint32_t at, uint32_t i, struct pool *pool)
{
	uint32_t keep = i == CHUNK_MOST ? CHUNK_MOST : CHUNK_MOST / 2;
	struct sorted_entry *entries = pool_get(pool, CHUNK_MOST * sizeof *entries);
	struct sorted_chunk *chunk;

	if (entries == NULL)
		return -1;
	if (add_chunk(sorted, at, pool) == -1) {
		pool_put(pool, entries, CHUNK_MOST * sizeof *entries);
		return -1;
	}
	chunk = &sorted->many[at];
	chunk[1] = (struct sorted_chunk){ .entries = entries,
		.count = CHUNK_MOST - keep,
		.capacity = CHUNK_MOST };
	memcpy(entries, chunk->entries + chunk->head + keep, chunk[1].count * sizeof *entries);
	if (chunk[1].count > 0)
		chunk[1].first = entries[0].rank;
	chunk->count = keep;
	return 0;
}

int
sorted_put(struct sorted *sorted, int64_t rank, void *item, struct pool *pool)
{
	uint32_t n, at, i;
	struct sorted_chunk *chunk = &sorted->one;

	if (chunk->count < CHUNK_MOST && sorted_is_past(sorted, rank))
		return put(chunk, chunk->count, (struct sorted_entry){ rank, item }, pool);
	chunk = chunks(sorted, &n);
	at = find_chunk(chunk, n, rank);
	i = find_entry(&chunk[at], rank);
	if (chunk[at].count == CHUNK_MOST) {
		if (split(sorted, at, i, pool) == -1)
			return -1;
		chunk = sorted->many;
		if (i > chunk[at].count || chunk[at].count == CHUNK_MOST)
			i -= chunk[at++].count;
	}
	return put(&chunk[at], i, (struct sorted_entry){ rank, item }, pool);
}

void
sorted_renew(struct sorted *sorted, int64_t rank, int64_t now)
{
	uint32_t n, i;
	struct sorted_chunk *chunk = chunks(sorted, &n);

	chunk += find_chunk(chunk, n, rank);
	i = find_entry(chunk, rank);
	chunk->entries[chunk->head + i].rank = now;
	if (i == 0)
		chunk->first = now;
}

/* Frees an empty chunk. */
static void
drop_chunk(struct sorted *sorted, struct sorted_chunk *chunk, struct pool *pool)
{
	size_t left;

	pool_put(pool, chunk->entries, chunk->capacity * sizeof *chunk->entries);
	*chunk = (struct sorted_chunk){ 0 };
	if (sorted->many == NULL)
		return;
	left = (size_t)(sorted->many + sorted->count - chunk) - 1;
	memmove(chunk, chunk + 1, left * sizeof *chunk);
	if (--sorted->count > 0)
		return;
	pool_put(pool, sorted->many, sorted->capacity * sizeof *chunk);
	*sorted = (struct sorted){ 0 };
}

void
sorted_drop(struct sorted *sorted, int64_t rank, struct pool *pool)
{
	uint32_t n, i;
	struct sorted_chunk *chunk = &sorted->one;
	struct sorted_entry *entry;

	if (sorted->many == NULL && chunk->count == 1) {
		drop_chunk(sorted, chunk, pool);
		return;
	}
	chunk = chunks(sorted, &n);
	chunk += find_chunk(chunk, n, rank);
	i = find_entry(chunk, rank);
	entry = chunk->entries + chunk->head + i;
	chunk->count--;
	if (i == 0)
		chunk->head++;
	else
		memmove(entry, entry + 1, (chunk->count - i) * sizeof *entry);
	if (chunk->count == 0)
		drop_chunk(sorted, chunk, pool);
	else if (i == 0)
		chunk->first = entry[1].rank;
}
