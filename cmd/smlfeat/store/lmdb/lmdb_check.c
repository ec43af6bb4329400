/* Checks that the two trees of a prefix agree about what expires when. */
#include <endian.h>
#include <string.h>

#include "store/lmdb/lmdb.h"

/* Walks the entities, which must be in order; counts those that the index has. */
static int
count_entities(struct lmdb *l, MDB_cursor *at, uint64_t *indexed)
{
	const uint64_t never = htole64((uint64_t)ENTITY_NEVER);
	MDB_val id, value, last = { 0, NULL };
	int code;

	while ((code = mdb_cursor_get(at, &id, &value, MDB_NEXT)) == 0) {
		if (value.mv_size < LMDB_STAMP ||
		    (last.mv_data != NULL && mdb_cmp(l->view, l->entities, &last, &id) >= 0))
			return MDB_CORRUPTED;
		*indexed += memcmp(value.mv_data, &never, LMDB_STAMP) != 0;
		last = id;
	}
	return code == MDB_NOTFOUND ? 0 : code;
}

/* Walks the index; counts its entries, and those with which the entity disagrees. */
static int
count_entries(struct lmdb *l, MDB_cursor *at, uint64_t *entries, uint64_t *wrong)
{
	MDB_val key, id, value;
	uint64_t stamp, due;
	int code;

	while ((code = mdb_cursor_get(at, &key, &id, MDB_NEXT)) == 0) {
		if (key.mv_size != sizeof stamp)
			return MDB_CORRUPTED;
		memcpy(&stamp, key.mv_data, sizeof stamp);
		code = mdb_get(l->view, l->entities, &id, &value);
		if (code != 0 && code != MDB_NOTFOUND && code != MDB_BAD_VALSIZE)
			return code;
		++*entries;
		if (code == 0)
			memcpy(&due, value.mv_data, sizeof due);
		*wrong += code != 0 || lmdb_stamp((int64_t)le64toh(due)) != be64toh(stamp);
	}
	return code == MDB_NOTFOUND ? 0 : code;
}

int
lmdb_check(struct backend *b, uint64_t *damaged, struct err *err)
{
	struct lmdb *l = lmdb_of(b);
	uint64_t indexed = 0, entries = 0, wrong = 0;
	MDB_cursor *at = NULL;
	int code;

	if (l->empty)
		return 0;
	code = lmdb_view(l);
	if (code == 0)
		code = mdb_cursor_open(l->view, l->entities, &at);
	if (code == 0) {
		code = count_entities(l, at, &indexed);
		mdb_cursor_close(at);
	}
	if (code == 0)
		code = mdb_cursor_open(l->view, l->expiries, &at);
	if (code == 0) {
		code = count_entries(l, at, &entries, &wrong);
		mdb_cursor_close(at);
	}
	lmdb_unview(l);
	if (code != 0)
		return lmdb_fail(l, code, "read", err);
	*damaged += wrong > 0 || entries == indexed ? wrong : 1;
	return 0;
}
