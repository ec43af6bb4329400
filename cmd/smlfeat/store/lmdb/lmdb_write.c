/*
 * Writes LMDB: requests are collected, sorted by id, and written in one transaction.  If the
 * map is full, the transaction is aborted, the map is enlarged, and the whole batch is put
 * again.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/lmdb/lmdb.h"

enum { COMMITS_BETWEEN_CHECKS = 64 };

/* Returns eight bytes of an id: those after its first `skip` bytes. */
static uint64_t
head_of(const struct store_request *r, size_t skip)
{
	uint64_t head = 0;
	size_t n = r->id_len - skip;

	memcpy(&head, r->id + skip, n < sizeof head ? n : sizeof head);
	return be64toh(head);
}

/* Returns the length of the beginning, such as "user-", that all ids in the batch share. */
static size_t
common_start(const struct lmdb *l)
{
	const struct store_request *first = l->batch[0].request, *r;
	size_t n = first->id_len, same;

	for (size_t i = 1; i < l->batch_count && n > 0; i++) {
		r = l->batch[i].request;
		if (r->id_len < n)
			n = r->id_len;
		for (same = 0; same < n && r->id[same] == first->id[same]; same++)
			;
		n = same;
	}
	return n;
}

static int
compare_ids(const struct store_request *a, const struct store_request *b)
{
	size_t shorter = a->id_len < b->id_len ? a->id_len : b->id_len;
	int order = memcmp(a->id, b->id, shorter);

	return order != 0 ? order : (a->id_len > b->id_len) - (a->id_len < b->id_len);
}

/* Compares by id, as LMDB sorts ids, then by the order in which the requests came. */
static int
compare_items(const void *a, const void *b)
{
	const struct lmdb_item *x = a, *y = b;
	int order;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	order = compare_ids(x->request, y->request);
	if (order != 0)
		return order;
	return x->request->number < y->request->number ? -1 : 1;
}

static void
sort_batch(struct lmdb *l)
{
	size_t skip = common_start(l);

	for (size_t i = 0; i < l->batch_count; i++)
		l->batch[i].head = head_of(l->batch[i].request, skip);
	qsort(l->batch, l->batch_count, sizeof *l->batch, compare_items);
}

static int
begin(struct lmdb *l)
{
	int code;

	do
		code = mdb_txn_begin(l->env, NULL, 0, &l->txn);
	while (code == MDB_MAP_RESIZED && (code = lmdb_grow(l, code)) == 0);
	if (code != 0)
		return code;
	code = mdb_cursor_open(l->txn, l->entities, &l->at_entity);
	if (code == 0)
		code = mdb_cursor_open(l->txn, l->expiries, &l->at_expiry);
	if (code != 0)
		mdb_txn_abort(l->txn);
	return code;
}

int
lmdb_transact(struct lmdb *l, int (*body)(struct lmdb *, void *), void *data)
{
	int code;

	do {
		code = begin(l);
		if (code != 0)
			continue;
		code = body(l, data);
		if (code == 0)
			code = mdb_txn_commit(l->txn);
		else
			mdb_txn_abort(l->txn);
	} while (code != 0 && (code = lmdb_grow(l, code)) == 0);
	return code;
}

int
lmdb_load(struct lmdb *l, MDB_val id, int64_t *due)
{
	struct err why = { 0 };
	MDB_val value;
	uint64_t stamp;
	int code;

	entity_clear(&l->entity);
	*due = ENTITY_NEVER;
	code = mdb_cursor_get(l->at_entity, &id, &value, MDB_SET);
	if (code != 0)
		return code;
	if (value.mv_size < LMDB_STAMP)
		return MDB_CORRUPTED;
	memcpy(&stamp, value.mv_data, sizeof stamp);
	*due = (int64_t)le64toh(stamp);
	if (entity_decode((const char *)value.mv_data + LMDB_STAMP, value.mv_size - LMDB_STAMP,
		&l->entity, &why) == 0)
		return 0;
	entity_clear(&l->entity);
	if (why.memory)
		return ENOMEM;
	return l->options->foreign ? 0 : MDB_CORRUPTED;
}

/*
 * Moves the entity from one time in the index to another; ENTITY_NEVER: it is not in the
 * index.
 */
static int
index_move(struct lmdb *l, MDB_val id, int64_t from, int64_t to)
{
	uint64_t stamp = htobe64(lmdb_stamp(from));
	MDB_val key = { sizeof stamp, &stamp }, value = id;
	int code = 0;

	if (from != ENTITY_NEVER) {
		code = mdb_cursor_get(l->at_expiry, &key, &value, MDB_GET_BOTH);
		if (code == 0)
			code = mdb_cursor_del(l->at_expiry, 0);
		if (code == MDB_NOTFOUND)
			code = MDB_CORRUPTED;
	}
	if (code == 0 && to != ENTITY_NEVER) {
		stamp = htobe64(lmdb_stamp(to));
		key = (MDB_val){ sizeof stamp, &stamp };
		code = mdb_cursor_put(l->at_expiry, &key, &id, 0);
	}
	return code;
}

int
lmdb_save(struct lmdb *l, MDB_val id, bool existed, int64_t due, bool exact)
{
	int64_t expires = entity_expires(&l->entity);
	struct err why;
	uint64_t stamp;
	MDB_val value;
	int code = 0;

	if (entity_empty(&l->entity)) {
		if (existed)
			code = mdb_cursor_del(l->at_entity, 0);
		return code != 0 ? code : index_move(l, id, due, ENTITY_NEVER);
	}
	if (exact ? expires == due : expires >= due)
		expires = due; /* its place in the index is early enough */
	stamp = htole64((uint64_t)expires);
	l->encoded.len = 0;
	if (buf_put(&l->encoded, &stamp, sizeof stamp) == -1)
		return ENOMEM;
	if (entity_encode(&l->entity, &l->encoded, &why) == -1)
		return why.memory ? ENOMEM : MDB_BAD_VALSIZE;
	value = (MDB_val){ l->encoded.len, l->encoded.p };
	code = mdb_cursor_put(l->at_entity, &id, &value, existed ? MDB_CURRENT : 0);
	if (code == 0 && expires != due)
		code = index_move(l, id, due, expires);
	return code;
}

static void
refuse(struct store_request *r, const struct err *why)
{
	r->state = STORE_REFUSED;
	r->err = *why;
}

/*
 * Merges all requests for one id into l->entity.  Returns MDB_BAD_VALSIZE after a request was
 * refused, because the entity is then unusable.
 */
static int
merge_group(struct lmdb *l, const struct lmdb_item *item, size_t n, uint64_t *written)
{
	struct store_request *r;
	struct err why;

	*written = 0;
	for (size_t i = 0; i < n; i++) {
		r = item[i].request;
		r->merged = (struct merged){ 0 };
		if (r->state == STORE_REFUSED)
			continue;
		if (entity_merge(&l->entity, &r->entity, &r->merged, &why) == -1) {
			if (why.memory)
				return ENOMEM;
			refuse(r, &why);
			return MDB_BAD_VALSIZE;
		}
		*written += r->merged.written;
	}
	return 0;
}

/* Refuses the last request that made the entity too large to be written. */
static void
refuse_last(const struct lmdb_item *item, size_t n)
{
	struct err why;

	err_set(&why, NULL, "the entity would take more than %zu MiB", ENTITY_BYTES >> 20);
	while (n-- > 0)
		if (item[n].request->state != STORE_REFUSED) {
			refuse(item[n].request, &why);
			break;
		}
}

/* Puts all requests for one id. */
static int
put_group(struct lmdb *l, const struct lmdb_item *item, size_t n)
{
	MDB_val id = { item->request->id_len, (void *)(uintptr_t)item->request->id };
	uint64_t written;
	int64_t due;
	int code;
	bool existed;

	for (;;) {
		code = lmdb_load(l, id, &due);
		if (code != 0 && code != MDB_NOTFOUND)
			return code;
		existed = code == 0;
		code = merge_group(l, item, n, &written);
		if (code == MDB_BAD_VALSIZE)
			continue;
		if (code != 0 || written == 0)
			return code;
		code = lmdb_save(l, id, existed, due, false);
		if (code != MDB_BAD_VALSIZE)
			return code;
		refuse_last(item, n);
	}
}

/* Returns the highest event time of the batch, or INSTANT_NONE. */
static int64_t
batch_latest(const struct lmdb *l)
{
	const struct store_request *r;
	int64_t latest = INSTANT_NONE;

	for (size_t i = 0; i < l->batch_count; i++) {
		r = l->batch[i].request;
		if (r->state == STORE_REFUSED)
			continue;
		if (r->entity.deleted > latest)
			latest = r->entity.deleted;
		for (size_t j = 0; j < r->entity.count; j++)
			if (r->entity.feature[j].time > latest)
				latest = r->entity.feature[j].time;
	}
	return latest;
}

static int
put_latest(struct lmdb *l, void *time)
{
	int64_t latest = *(int64_t *)time;
	MDB_val key = { l->names[0].len - 1, l->names[0].p }, value;
	uint64_t bytes;
	int code;

	code = mdb_get(l->txn, l->root, &key, &value);
	if (code == 0 && value.mv_size != sizeof bytes)
		return MDB_CORRUPTED;
	if (code == 0) {
		memcpy(&bytes, value.mv_data, sizeof bytes);
		if ((int64_t)le64toh(bytes) >= latest)
			return 0;
	}
	if (code != 0 && code != MDB_NOTFOUND)
		return code;
	bytes = htole64((uint64_t)latest);
	value = (MDB_val){ sizeof bytes, &bytes };
	return mdb_put(l->txn, l->root, &key, &value, 0);
}

/* Writes the batch, and the highest event time. */
static int
put_batch(struct lmdb *l, void *none)
{
	size_t i, next;
	int64_t latest;
	int code = 0;

	(void)none;
	for (i = 0; i < l->batch_count && code == 0; i = next) {
		for (next = i + 1; next < l->batch_count; next++)
			if (l->batch[i].head != l->batch[next].head ||
			    compare_ids(l->batch[i].request, l->batch[next].request) != 0)
				break;
		code = put_group(l, &l->batch[i], next - i);
	}
	latest = l->options->timed ? batch_latest(l) : INSTANT_NONE;
	if (code == 0 && latest != INSTANT_NONE)
		code = put_latest(l, &latest);
	return code;
}

static void
count_commit(struct lmdb *l, int64_t took)
{
	l->commits++;
	l->batch_size = (double)l->batch_count;
	latency_add(&l->commit_time, took);
	if (l->commits % COMMITS_BETWEEN_CHECKS != 1)
		return;
	(void)mdb_reader_check(l->env, NULL);
	lmdb_measure(l);
}

void
lmdb_commit(struct lmdb *l)
{
	int64_t began = clock_monotonic();
	struct store_request *r;
	int code;

	if (l->batch_count == 0)
		return;
	sort_batch(l);
	code = lmdb_transact(l, put_batch, NULL);
	for (size_t i = 0; i < l->batch_count; i++) {
		r = l->batch[i].request;
		if (code != 0) {
			r->state = STORE_FAILED;
			lmdb_fail(l, code, "written", &r->err);
		} else if (r->state == STORE_PENDING) {
			r->state = STORE_DONE;
		}
	}
	count_commit(l, clock_monotonic() - began);
	l->backend.pending -= l->batch_count;
	l->batch_count = l->batch_bytes = 0;
}

static size_t
size_of(const struct store_request *r)
{
	size_t n = r->id_len;

	for (size_t i = 0; i < r->entity.count; i++)
		n += (size_t)r->entity.feature[i].name_len + r->entity.feature[i].value_len;
	return n;
}

void
lmdb_put(struct lmdb *l, struct store_request *r)
{
	r->number = l->batch_count;
	l->batch[l->batch_count++] = (struct lmdb_item){ r, 0 };
	l->batch_bytes += size_of(r);
	l->backend.pending++;
	if (l->batch_count == l->batch_most || l->batch_bytes >= LMDB_BATCH_BYTES)
		lmdb_commit(l);
}

int
lmdb_raise_latest(struct backend *b, int64_t latest, struct err *err)
{
	struct lmdb *l = lmdb_of(b);
	int code = lmdb_transact(l, put_latest, &latest);

	return code == 0 ? 0 : lmdb_fail(l, code, "written", err);
}
