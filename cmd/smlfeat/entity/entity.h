#ifndef SML_ENTITY_H
#define SML_ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "time/instant.h"

/*
 * An entity is a key's text (its id, id.h) and features.  A feature is a name, the JSON of its
 * value as it was put, the time of the event that it comes from, and when it expires.
 *
 * The one rule of merging: an event that is older than what is there never changes it; of
 * equal times the one that is put last wins.  A deletion is an event like any other and leaves
 * a mark, so that a value older than it does not bring the feature back; so is the deletion of
 * a whole entity, which speaks for every feature that it ever could have.  Marks expire like
 * values do, by the --ttl they were put with, or never.
 */
struct feature {
	const char *name;  /* UTF-8, any bytes, perhaps none */
	const char *value; /* its JSON; NULL: deleted */
	uint32_t name_len, value_len;
	int64_t time;	 /* ns, of the event */
	int64_t expires; /* ns: it has expired from then on; or ENTITY_NEVER */
};

#define ENTITY_NEVER INT64_MAX

/*
 * At most this many features, and bytes when encoded: whoever puts more of them is refused,
 * so that no key grows without bound.
 */
#define ENTITY_FEATURES 65535
#define ENTITY_BYTES ((size_t)64 << 20)

/*
 * Features rise by name (entity_compare_names) unless a function says otherwise, and no name
 * comes twice.  Names and values are borrowed, the array is the entity's own.
 */
struct entity {
	int64_t deleted; /* the whole of it, at this time; INSTANT_NONE: never was */
	int64_t deleted_expires;
	struct feature *feature;
	size_t count, cap;
};

/* All zeroes is no entity yet: begin with this.  It keeps the array that it has. */
void entity_clear(struct entity *);
void entity_free(struct entity *);

/* Makes it count features of all zeroes, to be filled in, in no order.  -1: memory is short. */
int entity_reset(struct entity *, size_t count, struct err *);

/* The order of names: by bytes, a shorter one before a longer one that begins with it. */
int entity_compare_names(const struct feature *, const struct feature *);

/*
 * Adds features in any order, a name perhaps twice; then, once, entity_settle brings them in
 * order and makes one of equal names by the merge rule, the one added later being put last.
 * -1 where memory is short; entity_settle also where there are too many.
 */
int entity_append(struct entity *, const struct feature *, struct err *);
int entity_settle(struct entity *, struct err *);

/* What became of the features of a change: a whole deletion counts as one. */
struct merged {
	uint64_t written; /* deletions included */
	uint64_t older;	  /* skipped: a newer event was there */
};

/*
 * Merges change into entity by the rule above.  What change brings is borrowed from it.
 * -1 where memory is short, or the entity would have too many features; then it is of no use.
 */
int entity_merge(struct entity *, const struct entity *change, struct merged *, struct err *);

/* Has it expired at this time?  One that is deleted may have, too: its mark is forgotten. */
static inline bool
feature_expired(const struct feature *f, int64_t now)
{
	return f->expires <= now;
}

/* Takes away everything that has expired, marks too.  Returns how many values and marks. */
size_t entity_sweep(struct entity *, int64_t now);

/* Nothing is in it, not even a mark. */
static inline bool
entity_empty(const struct entity *e)
{
	return e->count == 0 && e->deleted == INSTANT_NONE;
}

/* When the first of its values and marks expires, or ENTITY_NEVER. */
int64_t entity_expires(const struct entity *);

/* When an event of this time and ttl (0: none) expires; ENTITY_NEVER beyond the calendar. */
int64_t entity_until(int64_t time, int64_t ttl);

/*
 * Its bytes in a store and in the cache: compact, the same for equal entities on every
 * machine.  entity_encode appends them; -1 where memory is short or they would be more than
 * ENTITY_BYTES.  entity_decode replaces *entity by what n bytes say, borrowed from them; -1
 * where they are not what entity_encode writes.
 */
int entity_encode(const struct entity *, struct buf *, struct err *);
int entity_decode(const char *, size_t n, struct entity *, struct err *);

/*
 * The same, a feature at a time: entity_read checks the bytes and fills in the mark of a whole
 * deletion, entity_read_next returns 1 with the next feature, 0 at the end, or -1.  It is given
 * the feature that it gave before.
 */
struct entity_reader {
	const char *at, *end;
	int64_t deleted;
	uint32_t count; /* of features read */
};
int entity_read(struct entity_reader *, const char *, size_t n, struct entity *, struct err *);
int entity_read_next(struct entity_reader *, struct feature *, struct err *);

#endif
