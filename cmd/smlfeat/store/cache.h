#ifndef SML_CACHE_H
#define SML_CACHE_H

#include "store/backend.h"

/*
 * A cache of entities; it also remembers that an entity does not exist, or lacks a feature.
 * It holds a limited number of entities, within --max-memory (base/memory.h), and drops the
 * entity whose last request is the oldest.  An entry is used for keep_for after it was read,
 * but no longer.
 */
struct cache;

/*
 * Makes a cache.  entities: at least 1; keep_for: ns; names are borrowed.  Returns NULL if
 * memory is short.
 */
struct cache *cache_new(uint64_t entities, int64_t keep_for, const struct feature_names *,
    struct err *);
void cache_free(struct cache *); /* accepts NULL */

/*
 * Answers a GET from the cache.  now: monotonic, ns.  Returns 1 with request->entity filled,
 * borrowed from the request itself; 0 if the cache does not have the entity, or too old an
 * entry; -1 with err.
 */
int cache_get(struct cache *, int64_t now, struct store_request *, struct err *);

/* Keeps the answer of a request, unless memory is short. */
void cache_put(struct cache *, int64_t now, const struct store_request *);

/* Drops an entity, because it has been written. */
void cache_drop(struct cache *, const char *id, size_t n);

/* Returns the counts for --stats and --metrics, ended by a NULL name. */
const struct stat_row *cache_rows(const struct cache *);

#endif
