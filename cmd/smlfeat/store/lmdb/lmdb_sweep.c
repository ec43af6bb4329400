/* Removes what has expired from LMDB, one part at a time, with the help of the index. */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "store/lmdb/lmdb.h"

enum { SWEPT_AT_ONCE = 1024 }; /* entities in a transaction */

/* Finds the first entity of the index, if it is due; copies its id to l->ids. */
static int
first_due(struct lmdb *l, int64_t now, MDB_val *id)
{
	MDB_val key, value;
	uint64_t stamp;
	int code;

	code = mdb_cursor_get(l->at_expiry, &key, &value, MDB_FIRST);
	if (code != 0)
		return code;
	if (key.mv_size != sizeof stamp)
		return MDB_CORRUPTED;
	memcpy(&stamp, key.mv_data, sizeof stamp);
	if (be64toh(stamp) > lmdb_stamp(now))
		return MDB_NOTFOUND;
	l->ids.len = 0;
	if (buf_put(&l->ids, value.mv_data, value.mv_size) == -1)
		return ENOMEM;
	*id = (MDB_val){ l->ids.len, l->ids.p };
	return 0;
}

/* Sweeps one entity that is due.  Returns MDB_NOTFOUND if none is due. */
static int
sweep_one(struct lmdb *l, int64_t now, struct store_swept *swept)
{
	int64_t due;
	MDB_val id;
	int code;

	code = first_due(l, now, &id);
	if (code != 0)
		return code;
	code = lmdb_load(l, id, &due);
	if (code != 0) /* the index has no other entities */
		return code == MDB_NOTFOUND ? MDB_CORRUPTED : code;
	swept->features += entity_sweep(&l->entity, now);
	swept->entities += entity_empty(&l->entity);
	return lmdb_save(l, id, true, due, true);
}

/*
 * A transaction of a sweep: what it may remove, and what it has removed.  more: it ended
 * before everything that is due was removed.
 */
struct sweep_part {
	int64_t now;
	struct store_swept swept;
	bool more;
};

static int
sweep_some(struct lmdb *l, void *data)
{
	struct sweep_part *part = data;
	int code = 0;

	part->swept = (struct store_swept){ 0 };
	l->ids.len = 0;
	for (int i = 0; i < SWEPT_AT_ONCE && code == 0; i++)
		code = sweep_one(l, part->now, &part->swept);
	part->more = code == 0;
	return code == MDB_NOTFOUND ? 0 : code;
}

int
lmdb_sweep(struct backend *base, int64_t now, struct store_swept *swept,
    struct store_entry *entry, struct err *err)
{
	struct lmdb *l = lmdb_of(base);
	const struct err why = { 0 };
	struct sweep_part part = { .now = now };
	int code = lmdb_transact(l, sweep_some, &part);

	(void)entry; /* a damaged entity stays due: nothing after it can be swept */
	if (code == 0) {
		swept->entities += part.swept.entities;
		swept->features += part.swept.features;
		return part.more;
	}
	if (code == MDB_CORRUPTED && l->ids.len > 0)
		return lmdb_fail_key(l, l->ids.p, l->ids.len, &why, err);
	return lmdb_fail(l, code, "swept", err);
}

static int
drop_all(struct lmdb *l, void *data)
{
	const struct store_ids *ids = data;
	MDB_val id = { 0, ids->text.p };
	int64_t due;
	int code = 0;

	for (size_t i = 0; i < ids->count && code == 0; i++) {
		id.mv_size = ids->len[i];
		code = lmdb_load(l, id, &due);
		entity_clear(&l->entity);
		if (code == 0)
			code = lmdb_save(l, id, true, due, true);
		else if (code == MDB_NOTFOUND)
			code = 0;
		id.mv_data = (char *)id.mv_data + ids->len[i];
	}
	return code;
}

int
lmdb_drop(struct backend *b, const struct store_ids *ids, struct err *err)
{
	struct lmdb *l = lmdb_of(b);
	int code;

	if (l->cursor != NULL)
		mdb_cursor_close(l->cursor);
	l->cursor = NULL;
	lmdb_unview(l);
	code = lmdb_transact(l, drop_all, (void *)(uintptr_t)ids);
	return code == 0 ? 0 : lmdb_fail(l, code, "swept", err);
}
