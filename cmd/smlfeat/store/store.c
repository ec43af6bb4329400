/* What is the same for every store: which one it is, and the cache before it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/cache.h"
#include "store/kind.h"

static const char default_store[] = "lmdb:./features";

/* What may be a store's name: all before an = that stands before the URL's colon. */
static bool
has_name(const char *text)
{
	return text[strcspn(text, "=:")] == '=';
}

struct store *
store_open_url(const char *url, const struct store_options *o, struct err *err)
{
	bool lmdb = strncmp(url, "lmdb:", 5) == 0;

	if (lmdb && o->layout != LAYOUT_STRING)
		return store_lmdb_open(url, o, err);
	if (strncmp(url, "redis", 5) == 0)
		return store_redis_open(url, o, err);
	if (lmdb)
		err_set(err, url, "--layout string is for Redis, and the store is %s", url);
	else
		err_set(err, url,
		    "a store is lmdb:PATH, redis://HOST:PORT/DB or redis+unix:PATH, not "
		    "\"%s\"",
		    url);
	errno = EINVAL;
	return NULL;
}

static struct store *
open_stores(const struct store_options *o, struct err *err)
{
	const char *url = getenv("SML_STORE");

	if (o->stores.count > 1 || (o->stores.count == 1 && has_name(o->stores.text[0])))
		return store_several_open(&o->stores, o, err);
	if (o->stores.count == 1)
		url = o->stores.text[0];
	else if (url == NULL || *url == '\0')
		url = default_store;
	return store_open_url(url, o, err);
}

struct store *
store_open(const struct store_options *o, struct err *err)
{
	struct store *s = open_stores(o, err);

	if (s == NULL || o->cache == 0)
		return s;
	s->cache = cache_new(o->cache, o->cache_for, &o->names, err);
	if (s->cache != NULL)
		return s;
	(void)store_close(s, NULL);
	errno = ENOMEM;
	return NULL;
}

int
store_close(struct store *s, struct err *err)
{
	struct cache *cache;
	int result;

	if (s == NULL)
		return 0;
	cache = s->cache;
	result = s->verbs->close(s, err);
	cache_free(cache);
	return result;
}

/* Whether the cache has answered, well or not. */
static bool
cached(struct store *s, struct store_request *r)
{
	int found;

	if (s->cache == NULL)
		return false;
	if (r->verb == STORE_PUT) {
		cache_drop(s->cache, r->id, r->id_len);
		return false;
	}
	found = cache_get(s->cache, clock_monotonic(), r, &r->err);
	if (found == 0)
		return false;
	r->state = found == 1 ? STORE_DONE : STORE_FAILED;
	r->cached = true;
	return true;
}

void
store_submit(struct store *s, struct store_request *r)
{
	r->state = STORE_PENDING;
	r->merged = (struct merged){ 0 };
	r->cached = false;
	if (!cached(s, r))
		s->verbs->submit(s, r);
}

void
store_release(struct store *s, struct store_request *r)
{
	if (s->cache != NULL && r->verb == STORE_GET && r->state == STORE_DONE && !r->cached)
		cache_put(s->cache, clock_monotonic(), r);
	if (s->verbs->release != NULL)
		s->verbs->release(s, r);
}

void
store_request_free(struct store_request *r)
{
	entity_free(&r->entity);
	buf_free(&r->kept);
}

size_t
store_pending(const struct store *s)
{
	return s->pending;
}

unsigned int
store_watch(struct store *s, struct pollfd **fds, int *ms)
{
	return s->verbs->watch(s, fds, ms);
}

void
store_ready(struct store *s)
{
	s->verbs->ready(s);
}

void
store_wait(struct store *s)
{
	if (s->pending > 0)
		s->verbs->wait(s);
}

int
store_sync(struct store *s, struct err *err)
{
	return s->verbs->sync(s, err);
}

int
store_scan(struct store *s, struct err *err)
{
	return s->verbs->scan(s, err);
}

int
store_next(struct store *s, struct store_entry *entry, struct err *err)
{
	return s->verbs->next(s, entry, err);
}

int
store_sweep(struct store *s, int64_t now, struct store_swept *swept, struct err *err)
{
	return s->verbs->sweep(s, now, swept, err);
}

int
store_latest(struct store *s, int64_t *latest, struct err *err)
{
	return s->verbs->latest(s, latest, err);
}

int
store_raise_latest(struct store *s, int64_t latest, struct err *err)
{
	return s->verbs->raise_latest(s, latest, err);
}

int
store_bytes(struct store *s, uint64_t *bytes, struct err *err)
{
	return s->verbs->bytes(s, bytes, err);
}

const struct stat_row *
store_rows(const struct store *s)
{
	return s->verbs->rows(s);
}

const struct stat_row *
store_cache_rows(const struct store *s)
{
	return s->cache != NULL ? cache_rows(s->cache) : NULL;
}
