/* The embedded store: opening and closing it, and room for it to grow. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store_lmdb.h"

static const size_t map_first = (size_t)64 << 20; /* of a new store, then doubled */
enum { READERS = 1024, PREFIX_LONGEST = 255 };

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
	case EIO: /* LMDB calls a short write so, which is what comes first */
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
		    "%s: the store has grown to its --map-size of %llu MiB: give it more, or "
		    "remove what has expired by smlfeat sweep",
		    l->path, (unsigned long long)l->options->map_size >> 20);
	else
		err_set(err, NULL, "%s: cannot be %s: %s", l->path, doing, meaning(code));
	if (code == ENOMEM && err != NULL)
		err->memory = true;
	errno = code > 0 ? code : EIO;
	return -1;
}

int
lmdb_grow(struct lmdb *l, int code)
{
	size_t most = l->options->map_size, size;
	MDB_envinfo info;

	if (code != MDB_MAP_RESIZED && code != MDB_MAP_FULL)
		return code;
	lmdb_unview(l); /* nobody may look at a map that moves */
	if (code == MDB_MAP_RESIZED)
		return mdb_env_set_mapsize(l->env, 0);
	mdb_env_info(l->env, &info);
	if (info.me_mapsize >= most)
		return code;
	/* A reader that died would keep what it saw from being used again. */
	(void)mdb_reader_check(l->env, NULL);
	size = info.me_mapsize < most / 2 ? 2 * info.me_mapsize : most;
	l->growths++;
	return mdb_env_set_mapsize(l->env, size);
}

static void
close_environment(struct lmdb *l)
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

/* Is this what we wrote, in a version that we know?  MDB_NOTFOUND: nothing is in it yet. */
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

/* Makes of an empty LMDB a store, and the trees of this prefix where there are none. */
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

/* Opens the trees that there are: 0, MDB_NOTFOUND where some are not, or -1. */
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

static int
open_to_write(struct lmdb *l, struct err *err)
{
	unsigned int flags = l->options->sync == SYNC_ALWAYS ? 0 : MDB_NOSYNC;
	int code;

	if (l->options->creates && mkdir(l->path, 0777) == -1 && errno != EEXIST)
		return lmdb_fail(l, errno, "made", err);
	code = open_environment(l, flags);
	if (code != 0)
		return lmdb_fail(l, code, "opened", err);
	return make_trees(l, err);
}

/*
 * A store that is read is not opened for writing, so that it may be somebody else's; one that
 * is not there yet is made first, so that whoever reads may start before who writes.
 */
static int
open_to_read(struct lmdb *l, struct err *err)
{
	int code, found = MDB_NOTFOUND;

	code = open_environment(l, MDB_RDONLY);
	if (code == 0)
		found = find_trees(l, err);
	else if (code != ENOENT || !l->options->creates)
		return lmdb_fail(l, code, "opened", err);
	if (found != MDB_NOTFOUND)
		return found;
	l->empty = true;
	if (!l->options->creates)
		return 0;
	close_environment(l);
	if (open_to_write(l, err) == -1)
		return -1;
	close_environment(l);
	code = open_environment(l, MDB_RDONLY);
	if (code != 0)
		return lmdb_fail(l, code, "opened", err);
	l->empty = false;
	return find_trees(l, err);
}

static int
lmdb_close(struct store *s, struct err *err)
{
	struct lmdb *l = lmdb_of(s);

	(void)err;
	if (l->env != NULL) {
		lmdb_unview(l);
		if (l->cursor != NULL)
			mdb_cursor_close(l->cursor);
		if (l->view != NULL)
			mdb_txn_abort(l->view);
		close_environment(l);
	}
	for (size_t i = 0; i < sizeof l->names / sizeof l->names[0]; i++)
		buf_free(&l->names[i]);
	pick_close(&l->pick);
	entity_free(&l->entity);
	buf_free(&l->encoded);
	buf_free(&l->ids);
	free(l->batch);
	free(l->path);
	free(l);
	return 0;
}

static void
lmdb_submit(struct store *s, struct store_request *r)
{
	struct lmdb *l = lmdb_of(s);
	int longest = mdb_env_get_maxkeysize(l->env);

	if (r->id_len > (size_t)longest) {
		r->state = STORE_REFUSED;
		err_set(&r->err, NULL, "a key of %zu bytes: LMDB takes at most %d", r->id_len,
		    longest);
	} else if (r->verb == STORE_GET) {
		lmdb_get(l, r);
	} else {
		lmdb_put(l, r);
	}
}

/* A batch is committed, a snapshot given up, before anybody waits. */
static unsigned int
lmdb_watch(struct store *s, struct pollfd **fds, int *ms)
{
	struct lmdb *l = lmdb_of(s);

	*fds = NULL;
	*ms = l->batch_count > 0 || l->viewing ? 0 : -1;
	return 0;
}

static void
lmdb_ready(struct store *s)
{
	lmdb_commit(lmdb_of(s));
	lmdb_unview(lmdb_of(s));
}

static int
lmdb_sync(struct store *s, struct err *err)
{
	struct lmdb *l = lmdb_of(s);
	int code = l->options->sync == SYNC_BARRIER ? mdb_env_sync(l->env, 1) : 0;

	return code == 0 ? 0 : lmdb_fail(l, code, "synced", err);
}

static const struct stat_row *
lmdb_rows(const struct store *s)
{
	return ((const struct lmdb *)s)->rows;
}

static const struct store_verbs verbs = {
	.close = lmdb_close,
	.submit = lmdb_submit,
	.watch = lmdb_watch,
	.ready = lmdb_ready,
	.wait = lmdb_ready,
	.sync = lmdb_sync,
	.scan = lmdb_scan,
	.next = lmdb_next,
	.sweep = lmdb_sweep,
	.drop = lmdb_drop,
	.latest = lmdb_latest,
	.raise_latest = lmdb_raise_latest,
	.bytes = lmdb_bytes,
	.rows = lmdb_rows,
};

/* The names of what this prefix has, terminated. */
static int
name_trees(struct lmdb *l, const char *prefix, struct err *err)
{
	static const char *const names[] = { "latest ", "entities ", "expiry " };

	if (strlen(prefix) > PREFIX_LONGEST) {
		errno = EINVAL;
		return err_set(err, prefix, "a --prefix of more than %d bytes",
		    PREFIX_LONGEST);
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (buf_puts(&l->names[i], names[i]) == -1 ||
		    buf_put(&l->names[i], prefix, strlen(prefix) + 1) == -1)
			return err_memory(err);
	return 0;
}

static void
count_rows(struct lmdb *l)
{
	const struct stat_row rows[] = {
		{ "commits", STAT_COUNT, &l->commits, "Transactions committed.", NULL },
		{ "map_growths", STAT_COUNT, &l->growths, "Times that the map grew.", NULL },
		{ "batch_records", STAT_GAUGE, &l->batch_size,
		    "Records in the last transaction.", NULL },
		{ "store_bytes", STAT_GAUGE, &l->bytes, "Bytes that the store takes.", NULL },
		{ "commit_p50_seconds", STAT_GAUGE, &l->commit_p50,
		    "How long half of the commits took at most.", NULL },
		{ "commit_p99_seconds", STAT_GAUGE, &l->commit_p99,
		    "How long 99 of 100 commits took at most.", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};

	memcpy(l->rows, rows, sizeof rows);
}

struct store *
store_lmdb_open(const char *url, const struct store_options *o, struct err *err)
{
	struct lmdb *l = calloc(1, sizeof *l);
	int error;

	if (l == NULL) {
		err_memory(err);
		return NULL;
	}
	l->store.verbs = &verbs;
	l->options = o;
	l->path = strdup(url + strlen("lmdb:"));
	l->batch_most = o->depth != 0 ? o->depth : LMDB_BATCH;
	l->batch = calloc(l->batch_most, sizeof *l->batch);
	entity_clear(&l->entity);
	count_rows(l);
	errno = ENOMEM;
	if (l->path == NULL || l->batch == NULL) {
		err_memory(err);
		goto fail;
	}
	if (*l->path == '\0') {
		errno = EINVAL;
		err_set(err, url, "lmdb: needs a folder's name behind it");
		goto fail;
	}
	errno = EIO;
	if (name_trees(l, o->prefix, err) == -1 || pick_open(&l->pick, &o->names, err) == -1 ||
	    (o->writes ? open_to_write(l, err) : open_to_read(l, err)) == -1)
		goto fail;
	return &l->store;
fail:
	error = errno;
	(void)lmdb_close(&l->store, NULL);
	errno = error;
	return NULL;
}
