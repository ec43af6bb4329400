/* A cache of entities. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "keyed/table.h"
#include "store/cache.h"
#include "entity/wanted.h"

struct cached {
	char *bytes; /* entity_encode's */
	size_t n;
	int64_t until; /* monotonic ns */
};

struct cache {
	struct table *table; /* of struct cached, by id */
	struct wanted wanted;
	uint64_t most;
	int64_t keep_for;
	struct entity entity; /* features in the order of names, to be encoded */
	struct buf bytes;
	uint64_t hits, misses;
	struct stat_row rows[3];
};

struct cache *
cache_new(uint64_t entities, int64_t keep_for, const struct feature_names *names,
    struct err *err)
{
	struct cache *c = calloc(1, sizeof *c);

	if (c == NULL) {
		err_memory(err);
		return NULL;
	}
	c->most = entities;
	c->keep_for = keep_for;
	c->rows[0] = (struct stat_row){ "cache_hits", STAT_COUNT, &c->hits,
		"Entities that the cache had.", NULL };
	c->rows[1] = (struct stat_row){ "cache_misses", STAT_COUNT, &c->misses,
		"Entities that the cache did not have.", NULL };
	c->table = table_new(sizeof(struct cached), entities);
	if (c->table == NULL)
		err_memory(err);
	if (c->table == NULL || wanted_open(&c->wanted, names, err) == -1) {
		cache_free(c);
		return NULL;
	}
	return c;
}

static void
drop(struct cache *c, struct cached *cached)
{
	free(cached->bytes);
	table_drop(c->table, cached);
}

void
cache_free(struct cache *c)
{
	struct cached *cached = NULL;

	if (c == NULL)
		return;
	while (c->table != NULL && (cached = table_next(c->table, cached)) != NULL)
		free(cached->bytes);
	table_free(c->table);
	wanted_close(&c->wanted);
	entity_free(&c->entity);
	buf_free(&c->bytes);
	free(c);
}

void
cache_drop(struct cache *c, const char *id, size_t n)
{
	struct cached *cached = table_get(c->table, id, n);

	if (cached != NULL)
		drop(c, cached);
}

int
cache_get(struct cache *c, int64_t now, struct store_request *r, struct err *err)
{
	struct cached *cached = table_get(c->table, r->id, r->id_len);

	if (cached != NULL && cached->until <= now) {
		drop(c, cached);
		cached = NULL;
	}
	if (cached == NULL) {
		c->misses++;
		return 0;
	}
	/* Copy the bytes, because the entry may be dropped before this answer is used. */
	r->copy.len = 0;
	if (buf_put(&r->copy, cached->bytes, cached->n) == -1)
		return err_memory(err);
	if (wanted_read(&c->wanted, r->copy.p, r->copy.len, &r->entity, err) == -1)
		return -1;
	table_touch(c->table, cached);
	c->hits++;
	return 1;
}

/* Encodes an answer in c->bytes. */
static int
encode(struct cache *c, const struct entity *answer)
{
	entity_clear(&c->entity);
	c->entity.deleted = answer->deleted;
	c->entity.deleted_expires = answer->deleted_expires;
	for (size_t i = 0; i < answer->count; i++)
		if (answer->feature[i].name != NULL &&
		    entity_append(&c->entity, &answer->feature[i], NULL) == -1)
			return -1;
	c->bytes.len = 0;
	if (entity_settle(&c->entity, NULL) == -1)
		return -1;
	return entity_encode(&c->entity, &c->bytes, NULL);
}

void
cache_put(struct cache *c, int64_t now, const struct store_request *r)
{
	struct cached *cached;
	char *bytes;
	bool fresh;

	cache_drop(c, r->id, r->id_len);
	if (encode(c, &r->entity) == -1)
		return;
	if ((bytes = malloc(c->bytes.len)) == NULL)
		return;
	memcpy(bytes, c->bytes.p, c->bytes.len);
	while (table_count(c->table) == c->most ||
	    (memory_is_short() && table_count(c->table) > 0))
		drop(c, table_next(c->table, NULL));
	cached = table_put(c->table, r->id, r->id_len, &fresh);
	if (cached == NULL) {
		free(bytes);
		return;
	}
	*cached = (struct cached){ bytes, c->bytes.len, now };
	if (__builtin_add_overflow(now, c->keep_for, &cached->until))
		cached->until = INT64_MAX;
}

const struct stat_row *
cache_rows(const struct cache *c)
{
	return c->rows;
}
