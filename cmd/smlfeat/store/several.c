/* Several stores as one: each entity is in the one that its id belongs to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/sig.h"
#include "store/kind.h"
#include "store/spread.h"

struct several {
	struct store store;
	struct spread spread;
	struct child {
		struct store *store;
		char *labels; /* of its rows */
	} * child;
	size_t count;
	struct pollfd *fds; /* of several_watch */
	size_t fds_cap;
	struct stat_row *rows;
	char **labels; /* of each child's rows */
	size_t at;     /* the child that is scanned or swept now */
	bool expired;  /* what has expired of it is swept */
};

/* Bytes of ids that are dropped in one go. */
enum { DROPPED = 16 << 20 };

static struct several *
several_of(struct store *s)
{
	return (struct several *)s;
}

static struct store *
child_of(struct several *m, const struct store_request *q)
{
	return m->child[spread_pick(&m->spread, q->id, q->id_len)].store;
}

static void
count_pending(struct several *m)
{
	m->store.pending = 0;
	for (size_t i = 0; i < m->count; i++)
		m->store.pending += m->child[i].store->pending;
}

static int
several_close(struct store *s, struct err *err)
{
	struct several *m = several_of(s);
	int result = 0;

	for (size_t i = 0; i < m->count; i++) {
		if (m->child[i].store->verbs->close(m->child[i].store,
			result == 0 ? err : NULL) == -1)
			result = -1;
		free(m->child[i].labels);
	}
	spread_close(&m->spread);
	free(m->child);
	free(m->fds);
	free(m->rows);
	free(m);
	return result;
}

static void
several_submit(struct store *s, struct store_request *q)
{
	struct several *m = several_of(s);
	struct store *child = child_of(m, q);

	child->verbs->submit(child, q);
	count_pending(m);
}

static void
several_release(struct store *s, struct store_request *q)
{
	struct store *child = child_of(several_of(s), q);

	if (child->verbs->release != NULL)
		child->verbs->release(child, q);
}

/* All that any of them waits for. */
static unsigned int
several_watch(struct store *s, struct pollfd **fds, int *ms)
{
	struct several *m = several_of(s);
	struct pollfd *of_child;
	size_t n = 0;
	int wait;

	*ms = -1;
	for (size_t i = 0; i < m->count; i++) {
		unsigned int k =
		    m->child[i].store->verbs->watch(m->child[i].store, &of_child, &wait);

		if (wait >= 0 && (*ms == -1 || wait < *ms))
			*ms = wait;
		if (n + k > m->fds_cap) {
			struct pollfd *more = realloc(m->fds, (n + k) * 2 * sizeof(*more));

			if (more == NULL) {
				*ms = 1; /* look again soon, for want of anything better */
				break;
			}
			m->fds = more;
			m->fds_cap = (n + k) * 2;
		}
		if (k > 0)
			memcpy(m->fds + n, of_child, k * sizeof(*of_child));
		n += k;
	}
	*fds = m->fds;
	return (unsigned int)n;
}

static void
several_ready(struct store *s)
{
	struct several *m = several_of(s);

	for (size_t i = 0; i < m->count; i++)
		m->child[i].store->verbs->ready(m->child[i].store);
	count_pending(m);
}

static void
several_wait(struct store *s)
{
	size_t before = s->pending;
	struct pollfd *fds;
	unsigned int n;
	int ms;

	several_ready(s);
	while (s->pending > 0 && s->pending >= before) {
		n = several_watch(s, &fds, &ms);
		/* As in redis_wait. */
		if (sig_wait(fds, n, ms) == -1)
			(void)sig_came();
		several_ready(s);
	}
}

static int
several_sync(struct store *s, struct err *err)
{
	struct several *m = several_of(s);

	for (size_t i = 0; i < m->count; i++)
		if (m->child[i].store->verbs->sync(m->child[i].store, err) == -1)
			return -1;
	return 0;
}

static int
several_scan(struct store *s, struct err *err)
{
	struct several *m = several_of(s);

	m->at = 0;
	return m->child[0].store->verbs->scan(m->child[0].store, err);
}

/* One store after the other, in the order in which they were given. */
static int
several_next(struct store *s, struct store_entry *entry, struct err *err)
{
	struct several *m = several_of(s);
	struct store *child;
	int more;

	while (m->at < m->count) {
		child = m->child[m->at].store;
		more = child->verbs->next(child, entry, err);
		if (more == -1)
			return -1;
		if (more == 1 && spread_pick(&m->spread, entry->id, entry->id_len) == m->at)
			return 1;
		if (more == 1)
			continue;
		if (++m->at == m->count)
			break;
		if (m->child[m->at].store->verbs->scan(m->child[m->at].store, err) == -1)
			return -1;
	}
	return 0;
}

static int
several_latest(struct store *s, int64_t *latest, struct err *err)
{
	struct several *m = several_of(s);
	int64_t one;

	*latest = INSTANT_NONE;
	for (size_t i = 0; i < m->count; i++) {
		if (m->child[i].store->verbs->latest(m->child[i].store, &one, err) == -1)
			return -1;
		if (one > *latest)
			*latest = one;
	}
	return 0;
}

static int
several_raise_latest(struct store *s, int64_t latest, struct err *err)
{
	struct several *m = several_of(s);

	for (size_t i = 0; i < m->count; i++)
		if (m->child[i].store->verbs->raise_latest(m->child[i].store, latest, err) ==
		    -1)
			return -1;
	return 0;
}

static int
several_bytes(struct store *s, uint64_t *bytes, struct err *err)
{
	struct several *m = several_of(s);
	uint64_t one;

	*bytes = 0;
	for (size_t i = 0; i < m->count; i++) {
		if (m->child[i].store->verbs->bytes(m->child[i].store, &one, err) == -1)
			return -1;
		*bytes += one;
	}
	return 0;
}

static const struct stat_row *
several_rows(const struct store *s)
{
	return ((const struct several *)s)->rows;
}

static int
add_id(struct store_ids *ids, const char *id, size_t n, struct err *err)
{
	if (ids->count == ids->cap) {
		size_t cap = ids->cap > 0 ? 2 * ids->cap : 256;
		size_t *more = realloc(ids->len, cap * sizeof(*more));

		if (more == NULL)
			return err_memory(err);
		ids->len = more;
		ids->cap = cap;
	}
	if (buf_put(&ids->text, id, n) == -1)
		return err_memory(err);
	ids->len[ids->count++] = n;
	return 0;
}

/* Entities of the child that belong elsewhere: some of them, 1 where there may be more. */
static int
drop_misplaced(struct several *m, struct store *child, struct store_swept *swept,
    struct err *err)
{
	struct store_entry entry = { 0 };
	struct store_ids ids = { 0 };
	int more, result = -1;

	if (child->verbs->scan(child, err) == -1)
		goto out;
	while ((more = child->verbs->next(child, &entry, err)) == 1 && ids.text.len < DROPPED)
		if (spread_pick(&m->spread, entry.id, entry.id_len) != m->at &&
		    add_id(&ids, entry.id, entry.id_len, err) == -1)
			goto out;
	if (more == -1 || (ids.count > 0 && child->verbs->drop(child, &ids, err) == -1))
		goto out;
	swept->misplaced += ids.count;
	result = more;
out:
	entity_free(&entry.entity);
	buf_free(&ids.text);
	free(ids.len);
	return result;
}

/* Of each store first what has expired, then what another one has. */
static int
several_sweep(struct store *s, int64_t now, struct store_swept *swept, struct err *err)
{
	struct several *m = several_of(s);
	struct store *child = m->child[m->at].store;
	int more;

	if (!m->expired) {
		more = child->verbs->sweep(child, now, swept, err);
		m->expired = more == 0;
		return more == 0 ? 1 : more;
	}
	more = drop_misplaced(m, child, swept, err);
	if (more != 0)
		return more;
	m->expired = false;
	m->at = (m->at + 1) % m->count;
	return m->at != 0;
}

/* The rows of all, each with the store's name, those of one name one behind the other. */
static int
gather_rows(struct several *m, struct err *err)
{
	size_t n = 0, total = 0;

	for (size_t i = 0; i < m->count; i++) {
		for (const struct stat_row *r =
			 m->child[i].store->verbs->rows(m->child[i].store);
		     r->name != NULL; r++)
			total++;
		if (asprintf(&m->child[i].labels, "store=\"%s\"", m->spread.store[i].name) ==
		    -1) {
			m->child[i].labels = NULL;
			return err_memory(err);
		}
	}
	m->rows = calloc(total + 1, sizeof(*m->rows));
	if (m->rows == NULL)
		return err_memory(err);
	for (size_t i = 0; i < m->count; i++)
		for (const struct stat_row *r =
			 m->child[i].store->verbs->rows(m->child[i].store);
		     r->name != NULL; r++) {
			size_t at = n;

			while (at > 0 && strcmp(m->rows[at - 1].name, r->name) != 0)
				at--;
			at = at == 0 ? n : at;
			memmove(&m->rows[at + 1], &m->rows[at], (n++ - at) * sizeof(*m->rows));
			m->rows[at] = *r;
			m->rows[at].labels = m->child[i].labels;
		}
	return 0;
}

static const struct store_verbs verbs = {
	.close = several_close,
	.submit = several_submit,
	.release = several_release,
	.watch = several_watch,
	.ready = several_ready,
	.wait = several_wait,
	.sync = several_sync,
	.scan = several_scan,
	.next = several_next,
	.sweep = several_sweep,
	.latest = several_latest,
	.raise_latest = several_raise_latest,
	.bytes = several_bytes,
	.rows = several_rows,
};

struct store *
store_several_open(const struct texts *texts, const struct store_options *o, struct err *err)
{
	struct several *m = calloc(1, sizeof(*m));
	int error = EINVAL;

	if (m == NULL) {
		err_memory(err);
		return NULL;
	}
	m->store.verbs = &verbs;
	m->child = calloc(texts->count, sizeof(*m->child));
	if (m->child == NULL) {
		err_memory(err);
		error = ENOMEM;
		goto fail;
	}
	if (spread_open(&m->spread, texts, err) == -1)
		goto fail;
	for (; m->count < texts->count; m->count++) {
		m->child[m->count].store =
		    store_open_url(m->spread.store[m->count].url, o, err);
		error = errno;
		if (m->child[m->count].store == NULL)
			goto fail;
	}
	error = ENOMEM;
	if (gather_rows(m, err) == 0)
		return &m->store;
fail:
	(void)several_close(&m->store, NULL);
	errno = error;
	return NULL;
}
