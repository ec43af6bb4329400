/* Reads LMDB, in a snapshot of the last commit, which is kept as long as there is input. */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "store/lmdb/lmdb.h"

/*
 * Finds the entity's bytes after the stamp.  Returns false if the value is too short for a
 * stamp.
 */
static bool
entity_bytes(MDB_val value, const char **bytes, size_t *n)
{
	if (value.mv_size < LMDB_STAMP)
		return false;
	*bytes = (const char *)value.mv_data + LMDB_STAMP;
	*n = value.mv_size - LMDB_STAMP;
	return true;
}

void
lmdb_get(struct lmdb *l, struct store_request *r)
{
	MDB_val id = { r->id_len, (void *)(uintptr_t)r->id }, value;
	const char *bytes;
	struct err why = { 0 };
	int code, result;
	size_t n;

	r->state = STORE_FAILED;
	if ((l->empty || l->env == NULL) && lmdb_look_again(l, &r->err) == -1)
		return;
	code = l->empty ? MDB_NOTFOUND : lmdb_view(l);
	if (code == 0)
		code = mdb_get(l->view, l->entities, &id, &value);
	if (code == MDB_NOTFOUND)
		result = wanted_nothing(&l->wanted, &r->entity, &r->err);
	else if (code != 0)
		result = lmdb_fail(l, code, "read", &r->err);
	else if (!entity_bytes(value, &bytes, &n) ||
	    (result = wanted_read(&l->wanted, bytes, n, &r->entity, &why)) == -1)
		result = lmdb_fail_key(l, r->id, r->id_len, &why, &r->err);
	if (result == 0)
		r->state = STORE_DONE;
}

int
lmdb_scan(struct backend *b, struct err *err)
{
	struct lmdb *l = lmdb_of(b);
	int code;

	if (l->cursor != NULL)
		mdb_cursor_close(l->cursor);
	l->cursor = NULL;
	if (l->empty)
		return 0;
	lmdb_unview(l);
	code = lmdb_view(l);
	if (code == 0)
		code = mdb_cursor_open(l->view, l->entities, &l->cursor);
	return code == 0 ? 0 : lmdb_fail(l, code, "read", err);
}

int
lmdb_next(struct backend *b, struct store_entry *entry, struct err *err)
{
	struct lmdb *l = lmdb_of(b);
	struct err why = { 0 };
	MDB_val id, value;
	const char *bytes;
	size_t n;
	int code;

	code = l->cursor == NULL ? MDB_NOTFOUND :
				   mdb_cursor_get(l->cursor, &id, &value, MDB_NEXT);
	if (code == MDB_NOTFOUND)
		return 0;
	if (code != 0)
		return lmdb_fail(l, code, "read", err);
	entry->id = id.mv_data;
	entry->id_len = id.mv_size;
	if (entity_bytes(value, &bytes, &n) &&
	    entity_decode(bytes, n, &entry->entity, &why) == 0)
		return 1;
	(void)lmdb_fail_key(l, entry->id, entry->id_len, &why, err);
	return why.memory ? -1 : STORE_FOREIGN;
}

int
lmdb_latest(struct backend *b, int64_t *latest, struct err *err)
{
	struct lmdb *l = lmdb_of(b);
	MDB_val key = { l->names[0].len - 1, l->names[0].p }, value;
	uint64_t bytes;
	int code;

	*latest = INSTANT_NONE;
	code = lmdb_view(l);
	if (code == 0)
		code = mdb_get(l->view, l->root, &key, &value);
	if (code == 0 && value.mv_size == sizeof bytes) {
		memcpy(&bytes, value.mv_data, sizeof bytes);
		*latest = (int64_t)le64toh(bytes);
	} else if (code == 0) {
		code = MDB_CORRUPTED;
	}
	lmdb_unview(l);
	return code == 0 || code == MDB_NOTFOUND ? 0 : lmdb_fail(l, code, "read", err);
}
