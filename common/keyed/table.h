#ifndef SML_TABLE_H
#define SML_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Keys to slots of a fixed size, in order of recency.  A slot stays where it
 * is until it is dropped.  The order of the hash never shows: every walk goes
 * from the least recently used slot to the most recent.
 *
 * A key costs 60 to 90 bytes beside its slot, and its own length and about
 * 16 more where it is longer than 16 bytes.  What a dropped slot took is kept
 * for the next one.
 */
struct table;

/*
 * Slots of slot_size bytes, aligned for 8-byte members; at most limit keys,
 * and never more than 2^32 - 64.  NULL with errno where memory is short.
 */
struct table *table_new(size_t slot_size, uint64_t limit);

/* Frees the table; what slots own is the caller's to free before. */
void table_free(struct table *);

/*
 * The slot of a key, made (all zeroes, *fresh true) where there is none, and
 * now the most recent one.  NULL with errno ENOSPC at the limit, or ENOMEM;
 * the table is then as it was.
 */
void *table_put(struct table *, const void *key, size_t len, bool *fresh);

/* The slot of a key, or NULL; leaves the order alone. */
void *table_get(const struct table *, const void *key, size_t len);

/* Makes a slot the most recent one. */
void table_touch(struct table *, void *slot);

/* The key's bytes; borrowed until the slot is dropped. */
const void *table_key(const struct table *, const void *slot, size_t *len);

/*
 * Walks from the least recent slot (slot NULL) on; NULL at the end.  To drop
 * slots on the way costs nothing; a touch makes the next step sort again.
 */
void *table_next(struct table *, const void *slot);

/* Removes a slot and its key. */
void table_drop(struct table *, void *slot);

uint64_t table_count(const struct table *);

#endif
