/* Opens the embedded store, or creates it. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/lmdb/lmdb.h"

/* The size of a new store's map; later doubled. */
static const size_t map_first = (size_t)64 << 20;
enum { READERS = 1024 };

void
lmdb_close_files(struct lmdb *l)
{
	mdb_env_close(l->env);
	l->env = NULL;
}

static int
open_environment(struct lmdb *l, unsigned int flags)
{
	MDB_envinfo info;
	int code;

	code = mdb_env_create(&l->env);
	if (code == 0)
		code = mdb_env_set_maxdbs(l->env, 2);
	if (code == 0)
		code = mdb_env_set_maxreaders(l->env, READERS);
	if (code == 0)
		code = mdb_env_open(l->env, l->path, flags, 0666);
	if (code != 0 || (flags & MDB_RDONLY) != 0)
		return code;
	(void)mdb_reader_check(l->env, NULL);
	mdb_env_info(l->env, &info);
	if (info.me_mapsize < map_first && info.me_mapsize < l->options->map_size)
		code = mdb_env_set_mapsize(l->env,
		    l->options->map_size < map_first ? l->options->map_size : map_first);
	return code;
}

/*
 * Checks that this is a store of smlfeat in a known version.  Returns MDB_NOTFOUND if it is
 * empty.
 */
static int
check_format(struct lmdb *l, MDB_txn *txn, struct err *err)
{
	static const char format[] = "format";
	MDB_val key = { sizeof format - 1, (void *)(uintptr_t)format }, value;
	MDB_stat stat;
	int code;

	code = mdb_get(txn, l->root, &key, &value);
	if (code == MDB_NOTFOUND)
		code = mdb_stat(txn, l->root, &stat);
	else if (code == 0 && value.mv_size == sizeof LMDB_FORMAT - 1 &&
	    memcmp(value.mv_data, LMDB_FORMAT, value.mv_size) == 0)
		return 0;
	else if (code == 0)
		return err_set(err, NULL,
		    "%s: the store's format is \"%.*s\", not \"" LMDB_FORMAT
		    "\": another version of smlfeat made it",
		    l->path, (int)(value.mv_size > 64 ? 64 : value.mv_size),
		    (const char *)value.mv_data);
	if (code != 0)
		return lmdb_fail(l, code, "opened", err);
	if (stat.ms_entries == 0)
		return MDB_NOTFOUND;
	return err_set(err, NULL, "%s: it is an LMDB store, but smlfeat did not make it",
	    l->path);
}

static int
open_trees(struct lmdb *l, MDB_txn *txn, unsigned int flags)
{
	int code;

	code = mdb_dbi_open(txn, l->names[1].p, flags, &l->entities);
	if (code == 0)
		code = mdb_dbi_open(txn, l->names[2].p, flags | MDB_DUPSORT, &l->expiries);
	return code;
}

/* Makes an empty LMDB file a store, and makes the trees of this prefix if there are none. */
static int
make_trees(struct lmdb *l, struct err *err)
{
	static const char format[] = "format";
	MDB_val key = { sizeof format - 1, (void *)(uintptr_t)format };
	MDB_val value = { sizeof LMDB_FORMAT - 1, (void *)(uintptr_t)LMDB_FORMAT };
	MDB_txn *txn = NULL;
	int code, found = 0;

	do
		code = mdb_txn_begin(l->env, NULL, 0, &txn);
	while (code != 0 && (code = lmdb_grow(l, code)) == 0);
	if (code == 0)
		code = mdb_dbi_open(txn, NULL, 0, &l->root);
	if (code == 0)
		found = check_format(l, txn, err);
	if (found == -1)
		goto out;
	if (code == 0 && found == MDB_NOTFOUND)
		code = mdb_put(txn, l->root, &key, &value, 0);
	if (code == 0)
		code = open_trees(l, txn, MDB_CREATE);
	if (code == 0) {
		code = mdb_txn_commit(txn);
		txn = NULL;
	}
	if (code != 0)
		found = lmdb_fail(l, code, "written", err);
	else
		found = 0;
out:
	if (txn != NULL)
		mdb_txn_abort(txn);
	return found;
}

/* Opens the existing trees. Returns 0, MDB_NOTFOUND if some are missing, or -1. */
static int
find_trees(struct lmdb *l, struct err *err)
{
	MDB_txn *txn = NULL;
	int code, result = 0;

	do
		code = mdb_txn_begin(l->env, NULL, MDB_RDONLY, &txn);
	while (code == MDB_MAP_RESIZED && (code = lmdb_grow(l, code)) == 0);
	if (code == 0)
		code = mdb_dbi_open(txn, NULL, 0, &l->root);
	if (code == 0)
		result = check_format(l, txn, err);
	if (code == 0 && result == 0)
		code = open_trees(l, txn, 0);
	if (txn != NULL && code == 0)
		code = mdb_txn_commit(txn);
	else if (txn != NULL)
		mdb_txn_abort(txn);
	if (code != 0 && code != MDB_NOTFOUND && result != -1)
		return lmdb_fail(l, code, "opened", err);
	return result != 0 ? result : code;
}

/* Syncs the names: LMDB syncs its files, but not a new folder, nor that folder's parent. */
static int
sync_names(const struct lmdb *l)
{
	char *path = strdup(l->path);
	bool synced =
	    path != NULL && folder_sync(path) == 0 && folder_sync(dirname(path)) == 0;
	int error = synced ? 0 : errno;

	free(path);
	return error;
}

/* Checks that there is a data file: without one LMDB would still create a lock file. */
static int
find_data(const struct lmdb *l)
{
	char *path;
	int code = 0;

	if (asprintf(&path, "%s/data.mdb", l->path) == -1)
		return ENOMEM;
	if (access(path, F_OK) == -1)
		code = errno;
	free(path);
	return code;
}

int
lmdb_open_to_write(struct lmdb *l, struct err *err)
{
	bool made = l->options->creates && mkdir(l->path, 0777) == 0;
	int code;

	if (l->options->creates && !made && errno != EEXIST)
		return lmdb_fail(l, errno, "made", err);
	code = l->options->creates ? 0 : find_data(l);
	if (code == 0)
		code = open_environment(l, l->options->sync == SYNC_ALWAYS ? 0 : MDB_NOSYNC);
	if (code != 0)
		return lmdb_fail(l, code, "opened", err);
	if (make_trees(l, err) == -1)
		return -1;
	code = made && l->options->sync != SYNC_NEVER ? sync_names(l) : 0;
	return code == 0 ? 0 : lmdb_fail(l, code, "synced", err);
}

int
lmdb_open_to_read(struct lmdb *l, struct err *err)
{
	int code = find_data(l), found;

	if (code == 0)
		code = open_environment(l, MDB_RDONLY);
	if (code == 0) {
		found = find_trees(l, err);
		l->empty = found == MDB_NOTFOUND;
		errno = EIO;
		return found == -1 ? -1 : 0;
	}
	if (l->env != NULL)
		lmdb_close_files(l);
	return lmdb_fail(l, code, "opened", err);
}

int
lmdb_look_again(struct lmdb *l, struct err *err)
{
	MDB_envinfo info;
	int found;

	if (l->env == NULL)
		return lmdb_open_to_read(l, err);
	mdb_env_info(l->env, &info);
	if (!l->empty || info.me_last_txnid == l->looked)
		return 0;
	l->looked = info.me_last_txnid;
	found = find_trees(l, err);
	l->empty = found == MDB_NOTFOUND;
	return found == -1 ? -1 : 0;
}
