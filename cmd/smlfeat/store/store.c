/* The store that commands use: backends by placement, behind a cache. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/grow.h"
#include "cli/report/sig.h"
#include "store/cache.h"
#include "store/placement.h"
#include "store/store.h"

static const char default_store[] = "lmdb:./features";

struct store {
	struct placement placement; /* if the stores have names; else empty */
	struct backend **backend;
	char **labels; /* of the rows of each backend; NULL: none */
	size_t count;
	struct cache *cache; /* NULL: none */
	struct pollfd *fds;  /* of store_watch */
	size_t fds_cap;
	struct stat_row *rows;
	size_t at;    /* the backend that is scanned or swept now */
	bool expired; /* the expired features of this backend have been swept */
};

/* Bytes of ids that are dropped at a time. */
enum { DROPPED = 16 << 20 };

static size_t
place_of(const struct store *s, const char *id, size_t n)
{
	return s->count == 1 ? 0 : placement_of(&s->placement, id, n);
}

/* Returns whether a store has a name: text before an = that precedes the URL's colon. */
static bool
has_name(const char *text)
{
	return text[strcspn(text, "=:")] == '=';
}

static struct backend *
open_backend(const char *url, const struct store_options *o, struct err *err)
{
	bool lmdb = strncmp(url, "lmdb:", 5) == 0;

	if (lmdb && o->layout != LAYOUT_STRING)
		return lmdb_backend(url, o, err);
	if (strncmp(url, "redis", 5) == 0)
		return redis_backend(url, o, err);
	if (lmdb)
		err_set(err, url, "--layout string is for Redis, and the store is %s", url);
	else /* show no more of a URL, because it may contain a password */
		err_set(err, url,
		    "a store is lmdb:PATH, redis://HOST:PORT/DB or redis+unix:PATH, and "
		    "\"%.*s\" is none of these",
		    (int)strcspn(url, ":@"), url);
	errno = EINVAL;
	return NULL;
}

/* Adds rows, each with the labels; rows of the same name follow each other. */
static int
add_rows(struct store *s, const struct stat_row *rows, const char *labels)
{
	size_t n = 0, more = 0;
	struct stat_row *all;

	while (s->rows != NULL && s->rows[n].name != NULL)
		n++;
	while (rows[more].name != NULL)
		more++;
	all = realloc(s->rows, (n + more + 1) * sizeof *all);
	if (all == NULL)
		return -1;
	s->rows = all;
	all[n + more] = (struct stat_row){ 0 };
	for (const struct stat_row *r = rows; r->name != NULL; r++) {
		size_t at = n;

		while (at > 0 && strcmp(all[at - 1].name, r->name) != 0)
			at--;
		at = at == 0 ? n : at;
		memmove(&all[at + 1], &all[at], (n++ - at) * sizeof *all);
		all[at] = *r;
		all[at].labels = labels;
	}
	return 0;
}

/* Opens and adds a backend; errno is as for store_open. */
static int
add_backend(struct store *s, const char *url, const char *name, const struct store_options *o,
    struct err *err)
{
	struct backend *b = open_backend(url, o, err);
	char *labels = NULL;

	if (b == NULL)
		return -1;
	s->backend[s->count] = b;
	if (name != NULL && asprintf(&labels, "store=\"%s\"", name) == -1)
		labels = NULL;
	s->labels[s->count++] = labels;
	errno = ENOMEM;
	return (name != NULL && labels == NULL) || add_rows(s, b->rows, labels) == -1 ?
	    err_memory(err) :
	    0;
}

static int
open_backends(struct store *s, const struct texts *texts, const struct store_options *o,
    struct err *err)
{
	const char *url = getenv("SML_STORE");

	if (texts->count <= 1 && (texts->count == 0 || !has_name(texts->text[0]))) {
		if (texts->count == 1)
			url = texts->text[0];
		else if (url == NULL || *url == '\0')
			url = default_store;
		return add_backend(s, url, NULL, o, err);
	}
	errno = EINVAL;
	if (placement_open(&s->placement, texts, err) == -1)
		return -1;
	for (size_t i = 0; i < texts->count; i++)
		if (add_backend(s, s->placement.store[i].url, s->placement.store[i].name, o,
			err) == -1)
			return -1;
	return 0;
}

static int
open_cache(struct store *s, const struct store_options *o, struct err *err)
{
	errno = ENOMEM;
	if (o->cache == 0)
		return 0;
	s->cache = cache_new(o->cache, o->cache_for, &o->names, err);
	if (s->cache == NULL)
		return -1;
	return add_rows(s, cache_rows(s->cache), NULL) == -1 ? err_memory(err) : 0;
}

struct store *
store_open(const struct texts *texts, const struct store_options *o, struct err *err)
{
	struct store *s = calloc(1, sizeof *s);
	int error = ENOMEM;

	if (s != NULL) {
		s->backend = calloc(texts->count + 1, sizeof(struct backend *));
		s->labels = calloc(texts->count + 1, sizeof(char *));
	}
	if (s == NULL || s->backend == NULL || s->labels == NULL) {
		err_memory(err);
	} else {
		if (open_backends(s, texts, o, err) == 0 && open_cache(s, o, err) == 0)
			return s;
		error = errno;
	}
	(void)store_close(s, NULL);
	errno = error;
	return NULL;
}

int
store_close(struct store *s, struct err *err)
{
	int result = 0;

	if (s == NULL)
		return 0;
	for (size_t i = 0; i < s->count; i++) {
		if (s->backend[i]->verbs->close(s->backend[i], result == 0 ? err : NULL) == -1)
			result = -1;
		free(s->labels[i]);
	}
	placement_close(&s->placement);
	cache_free(s->cache);
	free(s->backend);
	free(s->labels);
	free(s->fds);
	free(s->rows);
	free(s);
	return result;
}

/* Returns whether the cache has answered, even with an error. */
static bool
is_cached(struct store *s, struct store_request *r)
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
	struct backend *b = s->backend[place_of(s, r->id, r->id_len)];

	r->state = STORE_PENDING;
	r->merged = (struct merged){ 0 };
	r->cached = false;
	if (!is_cached(s, r))
		b->verbs->submit(b, r);
}

void
store_release(struct store *s, struct store_request *r)
{
	struct backend *b = s->backend[place_of(s, r->id, r->id_len)];

	if (s->cache != NULL && r->verb == STORE_GET && r->state == STORE_DONE && !r->cached)
		cache_put(s->cache, clock_monotonic(), r);
	if (b->verbs->release != NULL)
		b->verbs->release(b, r);
}

void
store_request_free(struct store_request *r)
{
	entity_free(&r->entity);
	buf_free(&r->copy);
}

size_t
store_pending(const struct store *s)
{
	size_t pending = 0;

	for (size_t i = 0; i < s->count; i++)
		pending += s->backend[i]->pending;
	return pending;
}

/* Collects what all backends wait for. */
unsigned int
store_watch(struct store *s, struct pollfd **fds, int *ms)
{
	struct pollfd *some;
	unsigned int n = 0, k;
	int wait;

	if (s->count == 1)
		return s->backend[0]->verbs->watch(s->backend[0], fds, ms);
	*ms = -1;
	for (size_t i = 0; i < s->count; i++) {
		k = s->backend[i]->verbs->watch(s->backend[i], &some, &wait);
		if (wait >= 0 && (*ms == -1 || wait < *ms))
			*ms = wait;
		if (grow(&s->fds, &s->fds_cap, n + k, sizeof *s->fds) == -1) {
			*ms = 1; /* nothing says when to look again, so look soon */
			break;
		}
		if (k > 0)
			memcpy(s->fds + n, some, k * sizeof *some);
		n += k;
	}
	*fds = s->fds;
	return n;
}

void
store_ready(struct store *s)
{
	for (size_t i = 0; i < s->count; i++)
		s->backend[i]->verbs->ready(s->backend[i]);
}

void
store_wait(struct store *s)
{
	size_t before = store_pending(s), pending;
	struct pollfd *fds;
	unsigned int n;
	int ms;

	store_ready(s);
	while ((pending = store_pending(s)) > 0 && pending >= before) {
		n = store_watch(s, &fds, &ms);
		/* The stream handles the signal; sig_came lets the next sig_wait wait. */
		if (sig_wait(fds, n, ms) == -1)
			(void)sig_came();
		store_ready(s);
	}
}

int
store_sync(struct store *s, struct err *err)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->backend[i]->verbs->sync(s->backend[i], err) == -1)
			return -1;
	return 0;
}

int
store_scan(struct store *s, struct err *err)
{
	s->at = 0;
	return s->backend[0]->verbs->scan(s->backend[0], err);
}

/* Walks the backends in the order in which they were given. */
int
store_next(struct store *s, struct store_entry *entry, struct err *err)
{
	struct backend *b = s->backend[s->at];
	int more = b->verbs->next(b, entry, err);

	if ((more == 1 || more == STORE_FOREIGN) &&
	    place_of(s, entry->id, entry->id_len) != s->at)
		return STORE_AGAIN;
	if (more != 0)
		return more;
	s->at = (s->at + 1) % s->count;
	if (s->at == 0)
		return 0;
	b = s->backend[s->at];
	return b->verbs->scan(b, err) == -1 ? -1 : STORE_AGAIN;
}

static int
add_id(struct store_ids *ids, const char *id, size_t n, struct err *err)
{
	if (grow(&ids->len, &ids->cap, ids->count + 1, sizeof *ids->len) == -1)
		return err_memory(err);
	if (buf_put(&ids->text, id, n) == -1)
		return err_memory(err);
	ids->len[ids->count++] = n;
	return 0;
}

/* Removes some entities of a backend that belong elsewhere. Returns 1 if there may be more. */
static int
drop_misplaced(struct store *s, struct backend *b, struct store_swept *swept, struct err *err)
{
	struct store_entry entry = { 0 };
	struct store_ids ids = { 0 };
	int more, result = -1;

	if (b->verbs->scan(b, err) == -1)
		goto out;
	while ((more = b->verbs->next(b, &entry, err)) > 0 && ids.text.len < DROPPED &&
	    sig_came() == 0)
		if (more == 1 && place_of(s, entry.id, entry.id_len) != s->at &&
		    add_id(&ids, entry.id, entry.id_len, err) == -1)
			goto out;
	if (more == -1 || (ids.count > 0 && b->verbs->drop(b, &ids, err) == -1))
		goto out;
	swept->misplaced += ids.count;
	result = more != 0;
out:
	entity_free(&entry.entity);
	buf_free(&ids.text);
	free(ids.len);
	return result;
}

/*
 * Sweeps each backend: removes first what has expired, then what belongs to another backend.
 */
int
store_sweep(struct store *s, int64_t now, struct store_swept *swept, struct store_entry *entry,
    struct err *err)
{
	struct backend *b = s->backend[s->at];
	int more;

	if (!s->expired) {
		more = b->verbs->sweep(b, now, swept, entry, err);
		s->expired = more == 0 && s->count > 1;
		return s->expired ? 1 : more;
	}
	more = drop_misplaced(s, b, swept, err);
	if (more != 0)
		return more;
	s->expired = false;
	s->at = (s->at + 1) % s->count;
	return s->at != 0;
}

int
store_latest(struct store *s, int64_t *latest, struct err *err)
{
	int64_t one;

	*latest = INSTANT_NONE;
	for (size_t i = 0; i < s->count; i++) {
		if (s->backend[i]->verbs->latest(s->backend[i], &one, err) == -1)
			return -1;
		if (one > *latest)
			*latest = one;
	}
	return 0;
}

int
store_raise_latest(struct store *s, int64_t latest, struct err *err)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->backend[i]->verbs->raise_latest(s->backend[i], latest, err) == -1)
			return -1;
	return 0;
}

int
store_bytes(struct store *s, uint64_t *bytes, struct err *err)
{
	uint64_t one;

	*bytes = 0;
	for (size_t i = 0; i < s->count; i++) {
		if (s->backend[i]->verbs->bytes(s->backend[i], &one, err) == -1)
			return -1;
		*bytes += one;
	}
	return 0;
}

int
store_check(struct store *s, uint64_t *damaged, struct err *err)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->backend[i]->verbs->check != NULL &&
		    s->backend[i]->verbs->check(s->backend[i], damaged, err) == -1)
			return -1;
	return 0;
}

const struct stat_row *
store_rows(const struct store *s)
{
	return s->rows;
}
