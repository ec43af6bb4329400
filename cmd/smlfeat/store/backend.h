#ifndef SML_BACKEND_H
#define SML_BACKEND_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/report/stats.h"
#include "entity/entity.h"
#include "entity/wanted.h"

/*
 * A backend keeps entities, in LMDB or on a Redis server.  The store (store.h), which commands
 * use, consists of one or several backends.
 */
enum store_sync { SYNC_ALWAYS, SYNC_BARRIER, SYNC_NEVER };
enum store_layout { LAYOUT_HASH, LAYOUT_STRING };
enum store_failure { FAILURE_WAIT, FAILURE_STOP, FAILURE_DEFAULT };

/* The options of a store, borrowed as long as it is open. */
struct store_options {
	const char *prefix; /* the start of every key in Redis; the name of a tree in LMDB */
	int sync, layout, on_failure; /* the enums above */
	uint64_t map_size;	      /* LMDB: bytes that the file may grow to */
	uint64_t depth;		      /* most requests without an answer; 0: adaptive */
	uint64_t cache;		      /* entities that are cached; 0: none */
	int64_t cache_for;	      /* ns */
	int64_t server_ttl; /* ttl of a Redis key, ns; 0: none; -1: that of its features */
	const char *password_file; /* Redis; else SML_REDIS_PASSWORD */
	int64_t timeout;	   /* ns, limit of connecting, reading, writing; 0: none */
	/* May be NULL.  Reports that a server is unreachable, and that it is back. */
	void (*tell)(void *told, const char *what);
	void *told;
	/* These are not options: the command sets them before it opens the store. */
	bool writes;  /* it will put or sweep */
	bool creates; /* a missing store is created, empty */
	bool awaits;  /* the store may be missing before the first request */
	bool timed;   /* the records have the times of events (-t) */
	bool foreign; /* whole deletions also remove what smlfeat did not write */
	struct feature_names names;
};

enum store_verb {
	STORE_GET, /* id -> entity */
	STORE_PUT  /* merges entity into what id has (entity_merge) */
};

enum store_state {
	STORE_PENDING,
	STORE_DONE,
	STORE_REFUSED, /* the record is at fault; err is for stream_reject */
	STORE_AWAY,    /* the server is unreachable: err says why, with err.unreachable */
	STORE_FAILED   /* the run cannot continue: err is for stream_fail */
};

struct store_request {
	enum store_verb verb;
	const char *id; /* at least 1 byte */
	size_t id_len;
	/*
	 * GET: the features found, expired or not.  With store_options.names: exactly these
	 * features, in this order; a missing feature has the name NULL; a deleted one has the
	 * value NULL, or counts as missing.  Without names: all features, sorted by name.  The
	 * request owns the array and reuses it.  Names and values are borrowed until
	 * store_release; but if the request was done when store_submit returned, only until
	 * the next call for this store.
	 *
	 * PUT: the change.  A feature that has already expired is put, too.  If deleted is not
	 * INSTANT_NONE, the whole entity is deleted as of that time; features in the same
	 * request must not be older.
	 */
	struct entity entity;

	/* The store's answer. */
	enum store_state state;
	struct merged merged; /* of a PUT that is done */
	struct err err;
	/* Private to the store until the request is released. */
	struct store_request *next;
	void *reply;
	uint64_t number;
	bool cached;	 /* the cache has answered */
	struct buf copy; /* the bytes to which the answer points */
};

/* An entity on a walk through the store. */
struct store_entry {
	const char *id;
	size_t id_len;
	struct entity entity;
};

/* What a walk or a sweep may return besides 1, 0 and -1 (see store.h). */
enum { STORE_FOREIGN = 2, STORE_AGAIN };

/* What a sweep has removed. */
struct store_swept {
	uint64_t entities;  /* whole entities */
	uint64_t features;  /* values and marks of deletions, also those of whole entities */
	uint64_t misplaced; /* entities that belong to another store */
};

/* Ids of entities. */
struct store_ids {
	struct buf text; /* the ids, one after the other */
	size_t *len;
	size_t count, cap;
};

/*
 * The struct of a backend begins with a struct backend.  Each function does what store.h says
 * of the function with the same name.
 */
struct backend {
	const struct backend_verbs {
		int (*close)(struct backend *, struct err *);
		void (*submit)(struct backend *, struct store_request *);
		void (*release)(struct backend *, struct store_request *); /* or NULL */
		unsigned int (*watch)(struct backend *, struct pollfd **, int *ms);
		void (*ready)(struct backend *);
		int (*sync)(struct backend *, struct err *);
		int (*scan)(struct backend *, struct err *);
		int (*next)(struct backend *, struct store_entry *, struct err *);
		int (*sweep)(struct backend *, int64_t now, struct store_swept *,
		    struct store_entry *, struct err *);
		/* Removes entities with their marks, whatever they contain.  Ends a scan. */
		int (*drop)(struct backend *, const struct store_ids *, struct err *);
		int (*latest)(struct backend *, int64_t *latest, struct err *);
		int (*raise_latest)(struct backend *, int64_t latest, struct err *);
		int (*bytes)(struct backend *, uint64_t *bytes, struct err *);
		int (*check)(struct backend *, uint64_t *damaged, struct err *); /* or NULL */
	} * verbs;
	const struct stat_row *rows; /* what it counts */
	size_t pending;		     /* requests; the backend keeps count */
};

/*
 * These open a backend.  url and the options are borrowed.  On error they return NULL with
 * err; errno is EINVAL if the options are wrong.
 */
struct backend *lmdb_backend(const char *url, const struct store_options *, struct err *);
struct backend *redis_backend(const char *url, const struct store_options *, struct err *);

#endif
