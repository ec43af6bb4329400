#ifndef SML_STORE_LMDB_H
#define SML_STORE_LMDB_H

#include <lmdb.h>

#include "base/latency.h"
#include "store/backend.h"

/*
 * A store in LMDB: what only the files of this room share.
 *
 * The unnamed tree holds "format" (LMDB_FORMAT), for each prefix "latest PREFIX" (the highest
 * event time put, an integer), and the roots of two trees for each prefix:
 *
 *	"entities PREFIX"	id -> when a sweep must look at the entity, then its bytes
 *				(entity_encode)
 *	"expiry PREFIX"		that time -> the ids; the time is big-endian with its sign bit
 *				flipped, so that bytes sort as times do
 *
 * Each entity that can expire is in "expiry" exactly once, at the time that "entities" says,
 * which is never later than the first of its expiries.  A put that makes an entity last longer
 * does not move it in "expiry"; the next sweep that meets it does.
 *
 * Other integers are little-endian.
 */
#define LMDB_FORMAT "smlfeat 1"

enum {
	LMDB_STAMP = 8,		   /* bytes of a time */
	LMDB_BATCH = 1536,	   /* most requests in a transaction: a page of 4 KiB each, */
	LMDB_BATCH_BYTES = 4 << 20 /* or bytes */
};

/*
 * A request in the batch.  head is for sorting: the eight bytes of the id after the beginning
 * that all ids of the batch share.
 */
struct lmdb_item {
	struct store_request *request;
	uint64_t head;
};

struct lmdb {
	struct backend backend;
	const struct store_options *options;
	char *path;
	MDB_env *env;
	MDB_dbi root, entities, expiries;
	bool empty;	     /* this prefix has no trees: nothing was ever put under it */
	size_t looked;	     /* the transaction in which that was seen */
	struct buf names[3]; /* of "latest", "entities", "expiry", each with the prefix */

	/* Reading */
	struct wanted wanted;
	MDB_txn *view;
	bool viewing;	    /* view is a valid snapshot now */
	MDB_cursor *cursor; /* of a scan */

	/* Writing */
	struct lmdb_item *batch;
	size_t batch_most, batch_count, batch_bytes;
	MDB_txn *txn;
	MDB_cursor *at_entity, *at_expiry;
	struct entity entity;
	struct buf encoded, ids;

	/* The counts. */
	uint64_t commits, growths;
	struct latency commit_time;
	double batch_size, bytes, commit_p50, commit_p99;
	struct stat_row rows[7];
};

static inline struct lmdb *
lmdb_of(struct backend *b)
{
	return (struct lmdb *)b;
}

/* lmdb_file.c */

/*
 * Fills err with the meaning of a code of LMDB, or of an errno.  Always returns -1, with
 * errno.
 */
int lmdb_fail(const struct lmdb *, int code, const char *doing, struct err *);

/* Fills err for an entity that entity_decode refuses, for `why`.  Always returns -1, with errno. */
int lmdb_fail_key(const struct lmdb *, const char *id, size_t n, const struct err *why,
    struct err *);

/*
 * After a transaction failed with this code, makes room, or takes over the room that another
 * process made.  Returns 0 if the transaction is worth another try, else the code.
 */
int lmdb_grow(struct lmdb *, int code);

/* Starts a snapshot for reading, or renews it.  Returns a code of LMDB. */
int lmdb_view(struct lmdb *);
void lmdb_unview(struct lmdb *);

int lmdb_bytes(struct backend *, uint64_t *, struct err *);
void lmdb_measure(struct lmdb *); /* updates the gauges */

/*
 * lmdb_open.c.  For reading, a store is opened read-only, so that it may belong to somebody
 * else, and is never created.  lmdb_look_again opens a store, or finds trees, that were
 * missing before: a reader may start before the writer.
 */
int lmdb_look_again(struct lmdb *, struct err *);
int lmdb_open_to_write(struct lmdb *, struct err *);
int lmdb_open_to_read(struct lmdb *, struct err *);
void lmdb_close_files(struct lmdb *);

/* lmdb_read.c */
void lmdb_get(struct lmdb *, struct store_request *);
int lmdb_scan(struct backend *, struct err *);
int lmdb_next(struct backend *, struct store_entry *, struct err *);
int lmdb_latest(struct backend *, int64_t *, struct err *);

/* lmdb_check.c */
int lmdb_check(struct backend *, uint64_t *damaged, struct err *);

/* lmdb_write.c */
void lmdb_put(struct lmdb *, struct store_request *);
void lmdb_commit(struct lmdb *);
int lmdb_raise_latest(struct backend *, int64_t, struct err *);

/*
 * Calls body to write in one transaction, which has two cursors.  If room had to be made,
 * calls body again.  Returns a code of LMDB.
 */
int lmdb_transact(struct lmdb *, int (*body)(struct lmdb *, void *), void *);

/*
 * Loads the entity of id into l->entity, and moves at_entity there.  *due: its time in
 * "expiry", or ENTITY_NEVER.  Returns a code of LMDB; with MDB_NOTFOUND, l->entity is empty.
 * For a damaged entity, returns MDB_CORRUPTED or, if options->foreign, takes it as empty.
 */
int lmdb_load(struct lmdb *, MDB_val id, int64_t *due);

/*
 * Writes l->entity, or removes it if it is empty.  existed, due: what lmdb_load found.  exact:
 * "expiry" gets the exact time of the entity's first expiry.
 */
int lmdb_save(struct lmdb *, MDB_val id, bool existed, int64_t due, bool exact);

/* lmdb_sweep.c */
int lmdb_sweep(struct backend *, int64_t now, struct store_swept *, struct store_entry *,
    struct err *);
int lmdb_drop(struct backend *, const struct store_ids *, struct err *);

static inline uint64_t
lmdb_stamp(int64_t time)
{
	return (uint64_t)time ^ (uint64_t)1 << 63;
}

#endif
