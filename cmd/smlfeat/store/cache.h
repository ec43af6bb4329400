#ifndef SML_CACHE_H
#define SML_CACHE_H

#include "store/backend.h"

/*
 * Entities that were asked for lately, what they lack included: at most so many, of at most so
 * many bytes; the one that was not asked for the longest goes first, and none is given for longer
 * than a time since it was read.
 */
struct cache;

/*
 * entities: at least 1; bytes: of all that is kept for them; keep_for: ns; names are borrowed.
 * NULL where memory is short.
 */
struct cache *cache_new(uint64_t entities, uint64_t bytes, int64_t keep_for,
    const struct feature_names *, struct err *);
void cache_free(struct cache *); /* takes NULL */

/*
 * The answer to a GET where it is still good at now (monotonic, ns): 1 with request->entity
 * filled, borrowed from the request itself, 0 where it is not here, -1 with err.
 */
int cache_get(struct cache *, int64_t now, struct store_request *, struct err *);

/* Keeps the answer that a request has; where memory is short it is not kept. */
void cache_put(struct cache *, int64_t now, const struct store_request *);

/* Forgets an entity, which has been written. */
void cache_drop(struct cache *, const char *id, size_t n);

/* Hits and misses, for --stats and --metrics; ended by a NULL name. */
const struct stat_row *cache_rows(const struct cache *);

#endif
