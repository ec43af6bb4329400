/* The file of a store in LMDB: its errors, its growth, and a reader's snapshot. */
#include <errno.h>

#include "base/latency.h"
#include "store/lmdb/lmdb.h"

static const char *
meaning(int code)
{
	switch (code) {
	case MDB_INVALID:
		return "it is no LMDB store, or a damaged one";
	case MDB_VERSION_MISMATCH:
		return "it was made by another version of LMDB";
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_PANIC:
		return "it is damaged: load a dump into a new one";
	case ENOENT:
		return "there is no store: is the path right? smlfeat put and load make one";
	case EBADF: /* LMDB tries to write to an empty file, even if it is opened read-only */
		return "it is empty: the run that made it was stopped; smlfeat put completes "
		       "it";
	case EIO: /* LMDB's error for a short write, the first sign of a full disk */
		return "Input/output error, or no space left on device";
	case MDB_READERS_FULL:
		return "too many processes read it";
	default:
		return mdb_strerror(code);
	}
}

int
lmdb_fail(const struct lmdb *l, int code, const char *doing, struct err *err)
{
	if (code == MDB_MAP_FULL)
		err_set(err, NULL,
		    "%s: the store has grown to its --map-size of %llu bytes: give it more, "
		    "or remove what has expired by smlfeat sweep",
		    l->path, (unsigned long long)l->options->map_size);
	else
		err_set(err, NULL, "%s: cannot be %s: %s", l->path, doing, meaning(code));
	if (code == ENOMEM && err != NULL)
		err->memory = true;
	errno = code > 0 ? code : EIO;
	return -1;
}

int
lmdb_fail_key(const struct lmdb *l, const char *id, size_t n, const struct err *why,
    struct err *err)
{
	errno = EIO;
	if (why->memory)
		return err_memory(err);
	return err_set(err, NULL,
	    "%s: the store is damaged at the key \"%.*s\": load a dump into a new one, or "
	    "remove "
	    "the key by smlfeat del --foreign",
	    l->path, n > 100 ? 100 : (int)n, id);
}

void
lmdb_unview(struct lmdb *l)
{
	if (l->viewing)
		mdb_txn_reset(l->view);
	l->viewing = false;
}

int
lmdb_grow(struct lmdb *l, int code)
{
	size_t most = l->options->map_size, size;
	MDB_envinfo info;

	if (code != MDB_MAP_RESIZED && code != MDB_MAP_FULL)
		return code;
	lmdb_unview(l); /* no snapshot may exist while the map moves */
	if (code == MDB_MAP_RESIZED)
		return mdb_env_set_mapsize(l->env, 0);
	mdb_env_info(l->env, &info);
	if (info.me_mapsize >= most)
		return code;
	/* A dead reader would keep the pages of its snapshot from being reused. */
	(void)mdb_reader_check(l->env, NULL);
	size = info.me_mapsize < most / 2 ? 2 * info.me_mapsize : most;
	l->growths++;
	return mdb_env_set_mapsize(l->env, size);
}

int
lmdb_view(struct lmdb *l)
{
	MDB_envinfo info;
	int code;

	if (l->viewing) {
		/* The snapshot must have all that a put has already forwarded. */
		mdb_env_info(l->env, &info);
		if (info.me_last_txnid == mdb_txn_id(l->view))
			return 0;
		lmdb_unview(l);
	}
	do
		code = l->view == NULL ? mdb_txn_begin(l->env, NULL, MDB_RDONLY, &l->view) :
					 mdb_txn_renew(l->view);
	while (code == MDB_MAP_RESIZED && (code = lmdb_grow(l, code)) == 0);
	l->viewing = code == 0;
	return code;
}

int
lmdb_bytes(struct backend *b, uint64_t *bytes, struct err *err)
{
	struct lmdb *l = lmdb_of(b);
	MDB_envinfo info;
	MDB_stat stat;
	int code;

	code = mdb_env_info(l->env, &info);
	if (code == 0)
		code = mdb_env_stat(l->env, &stat);
	if (code != 0)
		return lmdb_fail(l, code, "read", err);
	*bytes = (uint64_t)(info.me_last_pgno + 1) * stat.ms_psize;
	return 0;
}

void
lmdb_measure(struct lmdb *l)
{
	uint64_t bytes;

	l->commit_p50 = (double)latency_quantile(&l->commit_time, 0.5) / 1e9;
	l->commit_p99 = (double)latency_quantile(&l->commit_time, 0.99) / 1e9;
	if (lmdb_bytes(&l->backend, &bytes, NULL) == 0)
		l->bytes = (double)bytes;
}
