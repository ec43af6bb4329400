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
 * One place where entities are kept, an LMDB or a Redis server: what it must do for the store
 * (store.h) that commands see.
 */
enum store_sync { SYNC_ALWAYS, SYNC_BARRIER, SYNC_NEVER };
enum store_layout { LAYOUT_HASH, LAYOUT_STRING };
enum store_failure { FAILURE_WAIT, FAILURE_STOP, FAILURE_DEFAULT };

/* What the options say of a store.  All of it is borrowed for as long as the store is open. */
struct store_options {
	const char *prefix; /* what a key begins with in Redis; in LMDB the name of a tree */
	int sync, layout, on_failure; /* the enums above */
	uint64_t map_size;	      /* LMDB: bytes that the file may grow to */
	uint64_t depth;		      /* requests out at a time; 0: adaptive */
	uint64_t cache;		      /* entities that are cached; 0: none */
	uint64_t max_memory;	      /* bytes of them */
	int64_t cache_for;	      /* ns */
	int64_t server_ttl; /* Redis: of the key, ns; 0: none; -1: as the ttl of its features
				 * where timed is false, none where it is true */
	const char *password_file; /* Redis; else SML_REDIS_PASSWORD */
	int64_t timeout;	   /* ns, of connecting, reading, writing; 0: none */
	/* Where not NULL: reports that a server is away and waited for, and that it is back. */
	void (*tell)(void *told, const char *what);
	void *told;
	/* Not options of their own: what the command knows when it opens the store. */
	bool writes;  /* it will put or sweep */
	bool creates; /* a store that is not there is made, an empty one */
	bool awaits;  /* it need not be there before the first request */
	bool timed;   /* events have their time from the records (-t) */
	bool
	    foreign; /* whole deletions remove what is there though smlfeat did not write it */
	struct feature_names names;
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
	 * features come with it only if they are as new.
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
	struct buf copy; /* of the bytes that the answer points to */
};

/* An entity on a walk through the store. */
struct store_entry {
	const char *id;
	size_t id_len;
	struct entity entity;
};

/* What a walk or a sweep returns beside 1, 0 and -1: store.h. */
enum { STORE_FOREIGN = 2 };

/* What a sweep has removed. */
struct store_swept {
	uint64_t entities;  /* of which nothing is left */
	uint64_t features;  /* values and marks of deletions, those of them included */
	uint64_t misplaced; /* entities removed because another store has them */
};

/* Ids of entities. */
struct store_ids {
	struct buf text; /* one after the other */
	size_t *len;
	size_t count, cap;
};

/*
 * A backend's own struct begins with a struct backend.  Each function does what store.h says of
 * the one with its name.
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
		/* Removes entities, whatever they hold, marks too.  It ends a scan. */
		int (*drop)(struct backend *, const struct store_ids *, struct err *);
		int (*latest)(struct backend *, int64_t *latest, struct err *);
		int (*raise_latest)(struct backend *, int64_t latest, struct err *);
		int (*bytes)(struct backend *, uint64_t *bytes, struct err *);
	} * verbs;
	const struct stat_row *rows; /* what it counts */
	size_t pending;		     /* requests: the backend counts them up and down */
};

/*
 * The backends there are.  url is borrowed like the options.  NULL with err; errno is EINVAL
 * where the options are wrong.
 */
struct backend *lmdb_backend(const char *url, const struct store_options *, struct err *);
struct backend *redis_backend(const char *url, const struct store_options *, struct err *);

#endif
