#ifndef SML_TABLE_H
#define SML_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A hash table from keys to slots of a fixed size, in order of recency.  A slot does not move
 * until it is dropped.  The hash never affects the order: every walk goes from the least
 * recently used slot to the most recently used one.
 *
 * A key costs 60 to 90 bytes besides its slot; a key longer than 16 bytes also costs its
 * length and about 16 bytes.  The memory of a dropped slot is used for the next new one.
 */
struct table;

/*
 * Makes a table with slots of slot_size bytes, aligned for 8-byte members, for at most limit
 * keys (never more than 2^32 - 64).  Returns NULL with errno ENOMEM if memory is short.
 */
struct table *table_new(size_t slot_size, uint64_t limit);

/* Frees the table; the caller must have freed before what the slots own. */
void table_free(struct table *);

/*
 * Returns the slot of a key and makes it the most recent slot.  A new key gets a slot of all
 * zeroes, and *fresh is then true.  Returns NULL with errno ENOSPC at the limit or if
 * memory_is_short(), or with ENOMEM; the table is then unchanged.
 */
void *table_put(struct table *, const void *key, size_t len, bool *fresh);

/* Returns the slot of a key, or NULL; does not change the order. */
void *table_get(const struct table *, const void *key, size_t len);

/* Makes a slot the most recent slot. */
void table_touch(struct table *, void *slot);

/* Returns the bytes of a slot's key, borrowed until the slot is dropped. */
const void *table_key(const struct table *, const void *slot, size_t *len);

/*
 * Returns the next slot in order of recency: for NULL the least recent slot; at the end NULL.
 * Slots may be dropped during the walk at no cost; a touch makes the next step sort again.
 */
void *table_next(struct table *, const void *slot);

/* Removes a slot and its key. */
void table_drop(struct table *, void *slot);

uint64_t table_count(const struct table *);

#endif
