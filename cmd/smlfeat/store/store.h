#ifndef SML_STORE_H
#define SML_STORE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/options/opt.h"
#include "cli/report/stats.h"
#include "entity/entity.h"

/*
 * What commands ask of a store, whatever it is made of: LMDB (store_lmdb.c), a Redis server
 * (store_redis.c), or several of them (store_several.c).
 *
 * Requests.  A command fills a struct store_request and submits it; the store answers at once
 * (LMDB's reads, a hit of the cache) or later.  Any number may be out, up to the store's depth,
 * where store_submit waits for answers itself.  Requests for one id are carried out in the
 * order in which they were submitted; answers may come in any order, and it is the command that
 * keeps its records in theirs.  A request and what it points to belong to the command, and stay
 * where they are until it is done.
 *
 * Events.  A command that reads a stream hands store_watch's descriptors and time to
 * stream_watch, and calls store_ready when the stream says STREAM_READY: there is no more
 * input for the moment, so that what is batched must go out now.  At STREAM_DRAIN it calls
 * store_wait until nothing is pending.
 *
 * Durability.  A PUT is done when the store has it as durably as --sync says: LMDB commits a
 * batch in one transaction, fsynced under `always`; Redis has answered, and its own appendonly
 * settings decide.  At a barrier the command drains, then calls store_sync: everything done
 * before is durable after it, under `barrier` too.
 *
 * A store that is away.  Under FAILURE_WAIT requests stay pending until it is back, and are
 * sent again where their fate is unknown (merging is idempotent).  Under FAILURE_DEFAULT and
 * FAILURE_STOP they end as STORE_AWAY while the breaker is open.  Once a signal has come,
 * nobody waits for a server that is away longer than --timeout: STORE_AWAY as well.  What a
 * request that is away means is the command's: a default, or the exit status 75.
 */
struct store;

enum store_sync { SYNC_ALWAYS, SYNC_BARRIER, SYNC_NEVER };
enum store_layout { LAYOUT_HASH, LAYOUT_STRING };
enum store_failure { FAILURE_WAIT, FAILURE_STOP, FAILURE_DEFAULT };

/* Names of the features that a get asks for, in the order of -f; names are UTF-8. */
struct store_names {
	struct store_name {
		const char *name;
		uint32_t len;
	} * name;
	size_t count; /* 0: all features */
};

/*
 * What the options say of stores.  All of it is borrowed for as long as the store is open.
 */
struct store_options {
	struct texts stores; /* -s: a URL, or several NAME=URL; none: SML_STORE, the default */
	const char *prefix;  /* what a key begins with in Redis; on LMDB the name of a tree */
	int sync, layout, on_failure; /* the enums above */
	uint64_t map_size;	      /* LMDB: bytes that the file may grow to */
	uint64_t depth;		      /* requests out at a time; 0: adaptive */
	uint64_t cache;		      /* entities kept; 0: none */
	int64_t cache_for;	      /* ns */
	int64_t server_ttl; /* Redis: of the key, ns; 0: none; -1: as the ttl of its features
				 * where timed is false, none where it is true */
	const char *password_file; /* Redis; else SML_REDIS_PASSWORD */
	int64_t timeout;	   /* ns, of connecting, reading, writing; 0: none */
	/* Where not NULL: is told that a server is away and waited for, and that it is back. */
	void (*tell)(void *told, const char *what);
	void *told;
	/* Not options of their own: what the command knows when it opens the store. */
	bool writes;  /* it will put or sweep */
	bool creates; /* a store that is not there is made, an empty one */
	bool timed;   /* events have their time from the records (-t) */
	struct store_names names;
};

enum store_verb {
	STORE_GET, /* id -> entity */
	STORE_PUT  /* merges entity into what id has (entity_merge) */
};

enum store_state {
	STORE_PENDING,
	STORE_DONE,
	STORE_REFUSED, /* this record is at fault (its key is too long, its type another):
			 * err, for stream_reject */
	STORE_AWAY,    /* the server is: err says why, and is away */
	STORE_FAILED   /* the run cannot go on: err, for stream_fail */
};

struct store_request {
	enum store_verb verb;
	const char *id; /* 1 byte at least */
	size_t id_len;
	/*
	 * GET: what is there, expired or not.  With store_options.names exactly those features
	 * in their order; one that is not there has the name NULL, one whose deletion is
	 * remembered the value NULL (a store need not remember it for a GET).  Without names:
	 * all, rising by name.  The array is the request's own and used again.  What it points
	 * to is borrowed until store_release, but where the request was done when store_submit
	 * returned only until the next call of this store.
	 *
	 * PUT: the change.  In it a feature that has expired already is put all the same.
	 * Where deleted is not INSTANT_NONE, the whole entity is deleted as of that time, and
	 * features stand beside it only if they are as new.
	 */
	struct entity entity;

	/* The store's answer. */
	enum store_state state;
	struct merged merged; /* of a PUT that is done */
	struct err err;
	/* For the store's own use while the request is pending, and until it is released. */
	struct store_request *next;
	void *reply;
	uint64_t number;
	bool cached;	 /* the cache has answered */
	struct buf kept; /* what it said, its bytes */
};

/*
 * Opens what options->stores says (their URLs are read here).  Prints nothing.  NULL with err;
 * errno is EINVAL where the options are wrong (a usage error), anything else where it failed;
 * err is away where a server is and FAILURE_STOP was given.  Under FAILURE_WAIT and
 * FAILURE_DEFAULT a server that is away does not keep a store from opening.
 */
struct store *store_open(const struct store_options *, struct err *);

/*
 * Closes and frees it; takes NULL.  What is pending is given up: the command has drained, and
 * synced, unless its run was stopped.  -1 with err where closing failed; it is freed all the
 * same.
 */
int store_close(struct store *, struct err *);

/*
 * Submits a request: state is STORE_PENDING after it, or what it has come to already.  Waits
 * where the depth is reached, answering other requests.
 */
void store_submit(struct store *, struct store_request *);

/* Frees what an answer held, so that the request can be used again. */
void store_release(struct store *, struct store_request *);
void store_request_free(struct store_request *); /* what it owns, not itself */

/* How many requests are pending. */
size_t store_pending(const struct store *);

/*
 * What to wait for while there is no input: descriptors (the store's own, good until the next
 * call), and after how many milliseconds store_ready wants to be called anyway (0: at once,
 * there is a batch to commit; -1: need not).  Cheap: a command calls it before each
 * stream_next.
 */
unsigned int store_watch(struct store *, struct pollfd **, int *ms);

/* Goes on without waiting: sends, reads and answers what it can, commits what is batched. */
void store_ready(struct store *);

/*
 * Waits until at least one request that was pending is done; returns at once where none is.
 * A signal (sig.h) that comes meanwhile is noted, and only ends the waiting for a server that
 * is away.
 */
void store_wait(struct store *);

/* Makes durable what is done: at a barrier, and at the end of a run. */
int store_sync(struct store *, struct err *);

/*
 * A walk through all entities of the prefix: on LMDB as of one moment and rising by id (their
 * bytes), elsewhere in any order and as they are met.  Nothing else is asked of the store
 * meanwhile.  store_next returns 1, 0 at the end, -1 (err is away where the server is); what
 * the entry points to is borrowed until the next call, and its entity is the caller's to free.
 * With several stores copies on the wrong one are left out.
 */
struct store_entry {
	const char *id;
	size_t id_len;
	struct entity entity;
};
int store_scan(struct store *, struct err *);
int store_next(struct store *, struct store_entry *, struct err *);

/*
 * Removes what has expired at this time, a bounded part of it: 1 where there may be more, 0
 * where this was the last, -1 (err as above).  Counts go up.
 */
struct store_swept {
	uint64_t entities;  /* of which nothing is left */
	uint64_t features;  /* values and marks that went, those of them included */
	uint64_t misplaced; /* entities removed because another store has them */
};
int store_sweep(struct store *, int64_t now, struct store_swept *, struct err *);

/*
 * The highest event time that was put where times came from the records (timed), or
 * INSTANT_NONE; store_raise_latest raises it, as a dump that is loaded does.  PUTs of a store
 * that was opened as timed raise it by themselves, at the latest when the store is synced.  err
 * as above.
 */
int store_latest(struct store *, int64_t *latest, struct err *);
int store_raise_latest(struct store *, int64_t latest, struct err *);

/* Bytes that the store takes, all prefixes together, or 0 where it cannot say. */
int store_bytes(struct store *, uint64_t *bytes, struct err *);

/* What it counts for --stats and --metrics; ended by a NULL name, good until it is closed. */
const struct stat_row *store_rows(const struct store *);

/* The same for the cache before it, or NULL where there is none. */
const struct stat_row *store_cache_rows(const struct store *);

#endif
