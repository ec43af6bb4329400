#ifndef SML_STORE_KIND_H
#define SML_STORE_KIND_H

#include "store/store.h"

/* Ids of entities. */
struct store_ids {
	struct buf text; /* one behind the other */
	size_t *len;
	size_t count, cap;
};

/*
 * What a kind of store does; for store*.c only.  store.c calls it after the cache has been
 * asked, and keeps nothing else.  A kind's own struct begins with a struct store.  Each function
 * does what store.h says of the one with its name; NULL where a comment says so.
 */
struct store_verbs {
	int (*close)(struct store *, struct err *);
	void (*submit)(struct store *, struct store_request *);
	void (*release)(struct store *, struct store_request *); /* NULL: holds nothing */
	unsigned int (*watch)(struct store *, struct pollfd **, int *ms);
	void (*ready)(struct store *);
	void (*wait)(struct store *);
	int (*sync)(struct store *, struct err *);
	int (*scan)(struct store *, struct err *);
	int (*next)(struct store *, struct store_entry *, struct err *);
	int (*sweep)(struct store *, int64_t now, struct store_swept *, struct err *);
	/* Removes entities, whatever they hold, marks too.  It ends a scan. */
	int (*drop)(struct store *, const struct store_ids *, struct err *);
	int (*latest)(struct store *, int64_t *latest, struct err *);
	int (*raise_latest)(struct store *, int64_t latest, struct err *);
	int (*bytes)(struct store *, uint64_t *bytes, struct err *);
	const struct stat_row *(*rows)(const struct store *);
};

struct store {
	const struct store_verbs *verbs;
	struct cache *cache; /* NULL: none */
	size_t pending;	     /* requests: the kind counts them up and down */
};

/*
 * The kinds.  url is one URL without the name that may stand before it, borrowed like the
 * options.  store_open_url chooses by the scheme; store_several_open, which store_open calls
 * where there are several stores or one has a name, calls it for each.
 */
struct store *store_open_url(const char *url, const struct store_options *, struct err *);
struct store *store_lmdb_open(const char *url, const struct store_options *, struct err *);
struct store *store_redis_open(const char *url, const struct store_options *, struct err *);
struct store *store_several_open(const struct texts *, const struct store_options *,
    struct err *);

#endif
