#ifndef SML_ENTITY_H
#define SML_ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "time/instant.h"

/*
 * An entity is an id (the text of its key, id.h) and features.  A feature is a name, the JSON
 * of its value as it was put, the time of its event, and when it expires.
 *
 * The rule of merging: an older event never changes a newer one; if times are equal, the event
 * put last wins.  A deletion is an event, too: it leaves a mark, so that an older value does
 * not bring the feature back.  The deletion of a whole entity leaves a mark that counts for
 * all features.  Marks expire like values: after the --ttl with which they were put, or never.
 * store/redis/script.c has the same rule in Lua.
 */
struct feature {
	const char *name;  /* UTF-8, perhaps empty */
	const char *value; /* the JSON of its value; NULL: deleted */
	uint32_t name_len, value_len;
	int64_t time;	 /* ns, of the event */
	int64_t expires; /* ns, the first moment at which it is expired; or ENTITY_NEVER */
};

#define ENTITY_NEVER INT64_MAX

/*
 * The most features of an entity, and the most bytes of its encoding.  A put that would exceed
 * them is refused, so that no key grows without bound.
 */
#define ENTITY_FEATURES 65535
#define ENTITY_BYTES ((size_t)64 << 20)

/*
 * Features are sorted by name (entity_compare_names) unless a function says otherwise, and
 * names are unique.  Names and values are borrowed; the entity owns the array.
 */
struct entity {
	int64_t deleted; /* when the whole entity was deleted; INSTANT_NONE: never */
	int64_t deleted_expires;
	struct feature *feature;
	size_t count, cap;
};

/*
 * Empties an entity but keeps its array.  Call it before any other use: all zeroes is not an
 * empty entity.
 */
void entity_clear(struct entity *);
void entity_free(struct entity *);

/*
 * Gives the entity this many zeroed features, which the caller may fill in any order.  Returns
 * -1 if memory is short.
 */
int entity_reset(struct entity *, size_t count, struct err *);

/* Compares names by bytes; a shorter one comes before a longer one that begins with it. */
int entity_compare_names(const struct feature *, const struct feature *);

/*
 * These build an entity.  entity_append adds features in any order; several may have the same
 * name.  Then entity_settle, called once, sorts them and merges equal names, as if they had
 * been put in the order in which they were added.  Both return -1 if memory is short;
 * entity_settle also if there are too many.
 */
int entity_append(struct entity *, const struct feature *, struct err *);
int entity_settle(struct entity *, struct err *);

/*
 * What happened to the features of a change; the deletion of a whole entity counts as one
 * feature.
 */
struct merged {
	uint64_t written; /* deletions included */
	uint64_t older;	  /* skipped: a newer event was there */
};

/*
 * Merges change into entity by the rule above; names and values are borrowed from change.
 * Returns -1 if memory is short, or the entity would have too many features; entity is then
 * unusable.
 */
int entity_merge(struct entity *, const struct entity *change, struct merged *, struct err *);

/*
 * Returns whether a feature, or the mark of a deleted one, has expired at this time.  For
 * Redis, store/redis/script.c repeats this rule in Lua.
 */
static inline bool
feature_expired(const struct feature *f, int64_t now)
{
	return f->expires <= now;
}

/* Removes the values and marks that have expired.  Returns how many. */
size_t entity_sweep(struct entity *, int64_t now);

/* Returns whether the entity is empty: it has not even a mark. */
static inline bool
entity_empty(const struct entity *e)
{
	return e->count == 0 && e->deleted == INSTANT_NONE;
}

/* Returns when the entity's first value or mark expires, or ENTITY_NEVER. */
int64_t entity_expires(const struct entity *);

/* Returns when an event of this time and ttl (0: none) expires; ENTITY_NEVER if out of range. */
int64_t entity_until(int64_t time, int64_t ttl);

/*
 * These encode and decode an entity for a store or the cache.  The encoding is compact; equal
 * entities have the same bytes on every machine.  entity_encode appends the bytes; it returns
 * -1 if memory is short or they exceed ENTITY_BYTES.  entity_decode fills in *entity, which
 * borrows from the n bytes; it returns -1 if entity_encode cannot have written them.
 */
int entity_encode(const struct entity *, struct buf *, struct err *);
int entity_decode(const char *, size_t n, struct entity *, struct err *);

/*
 * These decode one feature at a time.  entity_read fills in the mark of a whole deletion.
 * entity_read_next returns 1 with the next feature, 0 at the end, or -1; pass it the feature
 * that it filled in last.
 */
struct entity_reader {
	const char *at, *end;
	int64_t deleted;
	uint32_t count; /* features that were read */
};
int entity_read(struct entity_reader *, const char *, size_t n, struct entity *, struct err *);
int entity_read_next(struct entity_reader *, struct feature *, struct err *);

#endif
