#ifndef SML_STORE_LMDB_H
#define SML_STORE_LMDB_H

#include <lmdb.h>

#include "base/latency.h"
#include "store/backend.h"

/*
 * A store in LMDB: for this room only.
 *
 * The unnamed tree holds "format" (LMDB_FORMAT), for each prefix "latest PREFIX" (the highest
 * event time put, an integer), and the roots of two trees for each prefix:
 *
 *	"entities PREFIX"	id -> when the entity is to be looked at by a sweep, then its
 *				bytes (entity_encode)
 *	"expiry PREFIX"		that time -> the ids; the time as big-endian bytes with its
 *				sign turned, so that it rises with them
 *
 * Each entity that can expire stands in the second one exactly once, at the time that its
 * record says, which is never later than the first of its expiries: a put that renews what was
 * there leaves it where it is, and the sweep that comes by moves it on.
 *
 * Integers are little-endian where nothing else is said.
 */
#define LMDB_FORMAT "smlfeat 1"

enum {
	LMDB_STAMP = 8,		   /* bytes of a time */
	LMDB_BATCH = 1536,	   /* requests of a transaction: a page of 4 KiB each, */
	LMDB_BATCH_BYTES = 4 << 20 /* or bytes */
};

/* A request in the batch; the bytes in which its id differs first, as a number that sorts so. */
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
	bool empty;	     /* nothing was ever put under this prefix: there are no trees, */
	size_t looked;	     /* as of this transaction */
	struct buf names[3]; /* of "latest", "entities", "expiry", each with the prefix */

	/* Reading */
	struct wanted wanted;
	MDB_txn *view;
	bool viewing;	    /* view is a snapshot at present, not only a place for one */
	MDB_cursor *cursor; /* of a scan */

	/* Writing */
	struct lmdb_item *batch;
	size_t batch_most, batch_count, batch_bytes;
	MDB_txn *txn;
	MDB_cursor *at_entity, *at_expiry;
	struct entity entity;
	struct buf encoded, ids;

	/* What is counted */
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

/* lmdb_file.c: says what a code of LMDB's, or an errno, means for this store; always -1, with
 * errno. */
int lmdb_fail(const struct lmdb *, int code, const char *doing, struct err *);

/* The bytes of one entity are no entity, for what entity_decode says; -1 with errno. */
int lmdb_fail_key(const struct lmdb *, const char *id, size_t n, const struct err *why,
    struct err *);

/*
 * After a transaction could not begin or go on: makes room, or takes over the room that
 * another process made.  0 where it is worth another try, else the code.
 */
int lmdb_grow(struct lmdb *, int code);

/* A snapshot to read from: begins one, or takes the newest; LMDB's code. */
int lmdb_view(struct lmdb *);
void lmdb_unview(struct lmdb *);

int lmdb_bytes(struct backend *, uint64_t *, struct err *);
void lmdb_measure(struct lmdb *); /* brings the gauges up to date */

/*
 * lmdb_open.c.  A store that is read is not opened for writing, so that it may be somebody else's,
 * and never made.  lmdb_look_again opens one that was not there, or finds trees that were not: a
 * reader may start before the writer.
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

/* lmdb_write.c; each begins and ends its transaction */
void lmdb_put(struct lmdb *, struct store_request *);
void lmdb_commit(struct lmdb *);
int lmdb_raise_latest(struct backend *, int64_t, struct err *);

/* Begins a transaction with its two cursors; LMDB's code. */
int lmdb_begin(struct lmdb *);

/*
 * Loads the entity of id (where at_entity then is) into l->entity.  LMDB's code; MDB_NOTFOUND
 * leaves an empty one.  *due: where it is in the index, or ENTITY_NEVER.  A damaged one is
 * MDB_CORRUPTED, or an empty one where options->foreign says that it may go.
 */
int lmdb_load(struct lmdb *, MDB_val id, int64_t *due);

/*
 * Writes l->entity, or removes it where it is empty.  existed, due: as lmdb_load found it.
 * exact: the index is brought to the very time of its first expiry.
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
