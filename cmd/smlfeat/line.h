#ifndef SML_LINE_H
#define SML_LINE_H

#include "base/out.h"
#include "cli/stream/output.h"
#include "json/fields.h"
#include "json/record.h"
#include "store/store.h"

/*
 * Entities as lines of JSON, written by scan and dump and read by load:
 *
 *	{"key":"ann","features":{"n":{"value":3,"time":"…","expires":"…"},…}}
 *
 * key is the entity's id.  A deleted feature has the value null; a feature that never expires
 * has no "expires".  An entity deleted as a whole has "deleted", and "forgotten" if that mark
 * expires.  Times are RFC 3339 in UTC, exact to the nanosecond.  If the store knows the
 * highest event time put, a dump begins with
 *
 *	{"latest":"…"}
 */

/* The first writes an entity; the second writes the first line of a dump. */
void line_write(struct out *, const struct store_entry *);
void line_write_latest(struct out *, int64_t latest);

/*
 * Rejects an entity that cannot be read; err has the reason.  Its id goes to --rejects, as the
 * member raw.  Returns -1 if there is no --rejects; err then says so.
 */
int line_reject(struct output *, const struct store_entry *, struct err *);

/* The fields of a line.  Call line_declare before the stream is opened. */
struct line_fields {
	int key, features, deleted, forgotten, latest; /* slots */
};
int line_declare(struct line_fields *, struct fields *, struct err *);

/*
 * Reads a line: the id into id, names and values of the entity into text (both emptied first),
 * the highest event time into *latest, or INSTANT_NONE.  Returns 1 for an entity, 0 for a line
 * with only "latest", -1 for any other line.
 */
int line_read(const struct line_fields *, const struct record *, struct buf *id,
    struct entity *, struct buf *text, int64_t *latest, struct err *);

#endif
