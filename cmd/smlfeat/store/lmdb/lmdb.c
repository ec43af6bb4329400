/* The embedded store: opening, closing, counts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/lmdb/lmdb.h"

enum { PREFIX_LONGEST = 255, KEY_LONGEST_LMDB = 511 };

static int
lmdb_close(struct backend *b, struct err *err)
{
	struct lmdb *l = lmdb_of(b);

	(void)err;
	if (l->env != NULL) {
		lmdb_unview(l);
		if (l->cursor != NULL)
			mdb_cursor_close(l->cursor);
		if (l->view != NULL)
			mdb_txn_abort(l->view);
		lmdb_close_files(l);
	}
	for (size_t i = 0; i < sizeof l->names / sizeof l->names[0]; i++)
		buf_free(&l->names[i]);
	wanted_close(&l->wanted);
	entity_free(&l->entity);
	buf_free(&l->encoded);
	buf_free(&l->ids);
	free(l->batch);
	free(l->path);
	free(l);
	return 0;
}

static void
lmdb_submit(struct backend *b, struct store_request *r)
{
	struct lmdb *l = lmdb_of(b);
	int longest = l->env != NULL ? mdb_env_get_maxkeysize(l->env) : KEY_LONGEST_LMDB;

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

/* Commits the batch and gives up the snapshot: call it before waiting. */
static unsigned int
lmdb_watch(struct backend *b, struct pollfd **fds, int *ms)
{
	struct lmdb *l = lmdb_of(b);

	*fds = NULL;
	*ms = l->batch_count > 0 || l->viewing ? 0 : -1;
	return 0;
}

static void
lmdb_ready(struct backend *b)
{
	lmdb_commit(lmdb_of(b));
	lmdb_unview(lmdb_of(b));
}

static int
lmdb_sync(struct backend *b, struct err *err)
{
	struct lmdb *l = lmdb_of(b);
	int code = l->options->sync == SYNC_BARRIER ? mdb_env_sync(l->env, 1) : 0;

	lmdb_measure(l); /* what a run ends with */
	return code == 0 ? 0 : lmdb_fail(l, code, "synced", err);
}

static const struct backend_verbs verbs = {
	.close = lmdb_close,
	.submit = lmdb_submit,
	.watch = lmdb_watch,
	.ready = lmdb_ready,
	.sync = lmdb_sync,
	.scan = lmdb_scan,
	.next = lmdb_next,
	.sweep = lmdb_sweep,
	.drop = lmdb_drop,
	.latest = lmdb_latest,
	.raise_latest = lmdb_raise_latest,
	.bytes = lmdb_bytes,
	.check = lmdb_check,
};

/* Makes the names of this prefix's trees, each with a zero byte at its end. */
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

struct backend *
lmdb_backend(const char *url, const struct store_options *o, struct err *err)
{
	struct lmdb *l = calloc(1, sizeof *l);
	int error;

	if (l == NULL) {
		err_memory(err);
		return NULL;
	}
	l->backend.verbs = &verbs;
	l->backend.rows = l->rows;
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
		err_set(err, url, "lmdb: needs a folder's name after it");
		goto fail;
	}
	errno = EIO;
	if (name_trees(l, o->prefix, err) == -1 ||
	    wanted_open(&l->wanted, &o->names, err) == -1 ||
	    (o->writes && lmdb_open_to_write(l, err) == -1))
		goto fail;
	if (!o->writes && lmdb_open_to_read(l, err) == -1 &&
	    !(o->awaits && (errno == ENOENT || errno == EBADF)))
		goto fail;
	lmdb_measure(l);
	return &l->backend;
fail:
	error = errno;
	(void)lmdb_close(&l->backend, NULL);
	errno = error;
	return NULL;
}
