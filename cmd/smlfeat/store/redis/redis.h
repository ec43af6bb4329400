#ifndef SML_STORE_REDIS_H
#define SML_STORE_REDIS_H

#include "store/backend.h"
#include "store/redis/link.h"
#include "store/redis/script.h"
#include "store/redis/prepared.h"
#include "store/redis/stamp.h"

/* A store on a Redis server: for this room only. */

/* What a call is for: its owner is a request (and those behind it), or a struct ask. */
enum call_kind { CALL_GET, CALL_PUT, CALL_ASK };

/* A command that the store itself waits for. */
struct ask {
	bool done;
	enum link_end end;
	struct reply *reply;
};

enum { REDIS_ROWS = 12, REDIS_WINDOW = 64 };

struct redis {
	struct backend backend;
	const struct store_options *options;
	const struct redis_layout *layout;
	struct link link;
	char script[SCRIPT_COUNT][SCRIPT_SHA1 + 1];
	size_t prefix_len;

	/* The hash layout */
	struct stamp_reader reader;
	struct buf head, names; /* of a GET: what stands before the key, and behind it */
	struct buf stamps;	/* of a PUT */
	struct prepared_list prepared;
	int64_t latest;		   /* the highest event time put, */
	int64_t raised, raised_at; /* and as the server was told; when */

	/* The string layout */
	struct fields *fields;
	struct record record;
	struct store_request *batch, **batch_end; /* GETs for one MGET */
	unsigned int batched;

	/* A scan */
	struct reply *page;	      /* the cursor of the next one, and keys */
	size_t page_next, page_asked; /* items: whose entity comes next; is asked for next */
	uint64_t page_connects;	      /* the scan's connection */
	bool sweeping;		      /* it is a sweep's, as of */
	int64_t sweep_now;
	struct ask window[REDIS_WINDOW];
	struct reply *shown; /* what the last entry points to */

	uint64_t answered; /* calls */
	bool told_away;	   /* as options->tell was last told */
	struct pollfd fd;  /* of redis_watch */
	int64_t measured;  /* when the gauges were, monotonic ns */
	double pending, depth, batch_size, breaker, latency[3];
	struct stat_row rows[REDIS_ROWS];
};

static inline struct redis *
redis_of(struct backend *b)
{
	return (struct redis *)b;
}

/*
 * How entities stand in Redis.
 *
 * submit: queues a request's calls; how many, 0 where there is nothing to do, -1 where memory
 * was short.  answer: the reply that is no error, of which this request's part
 * begins at item i; -1 with err where the key holds something else.  The reply may be kept as
 * request->reply.  read: a whole entity, borrowed from the reply to the command all.  flush:
 * makes calls of what waits to be put into one, or NULL.
 */
struct redis_layout {
	int (*open)(struct redis *, struct err *);
	int (*submit)(struct redis *, struct store_request *);
	int (*answer)(struct redis *, struct store_request *, struct reply *, size_t i,
	    struct err *);
	int (*read)(struct redis *, struct reply *, struct entity *, struct err *);
	int (*flush)(struct redis *);
	const char *all;
	bool sweeps; /* what has expired stays until a sweep; else the server drops it */
};
extern const struct redis_layout redis_hash, redis_string;

/*
 * A request of several calls: its number holds how many of them have no answer yet, and above
 * REDIS_VERDICT what it will come to, where that is not STORE_DONE: what is judged first.
 */
enum { REDIS_VERDICT = 32 };
void redis_judge(struct store_request *, enum store_state);

/* Memory was short when some calls of a request were queued: it fails once they are done. */
int redis_spoil(struct store_request *, int calls);

/* Appends the word that is an id's key. */
int redis_put_key(const struct redis *, struct buf *, const char *id, size_t n);

/* EVALSHA of a script by its SHA-1, with so many words behind the id's key. */
int redis_put_script(const struct redis *, struct buf *, const char *script, const char *id,
    size_t n, size_t words);

/* How long the server is to keep what an entity has, ms; -1: for ever. */
int64_t redis_server_ttl(const struct redis *, const struct entity *);

/*
 * Asks and waits.  redis_ask queues the command that is in the outbox.  redis_ask_wait returns
 * when it is answered: 0 with ask->reply (redis_ask_end gives it back), which may be an error, or
 * -1 with err, away where the server is (under FAILURE_WAIT only once a signal came).
 * redis_ask_now does all of it, and an error is -1, too.
 */
int redis_ask(struct redis *, struct ask *, struct err *);
int redis_ask_wait(struct redis *, struct ask *, struct err *);
int redis_ask_now(struct redis *, struct ask *, struct err *);
void redis_ask_end(struct redis *, struct ask *);

/* requests.c */
void redis_take_answer(void *store, const struct call *, enum link_end, struct reply *);
void redis_submit(struct backend *, struct store_request *);
void redis_release(struct backend *, struct store_request *);
unsigned int redis_watch(struct backend *, struct pollfd **, int *ms);
void redis_ready(struct backend *);
void redis_wait(struct backend *);
int redis_sync(struct backend *, struct err *);

/* redis_rows.c: the rows, and bringing their gauges up to date. */
void redis_count_rows(struct redis *);
void redis_measure(struct redis *);

/* walk.c */
int redis_scan(struct backend *, struct err *);
int redis_next(struct backend *, struct store_entry *, struct err *);
void redis_scan_end(struct redis *);
int redis_sweep(struct backend *, int64_t now, struct store_swept *, struct store_entry *,
    struct err *);
int redis_drop(struct backend *, const struct store_ids *, struct err *);
int redis_latest(struct backend *, int64_t *latest, struct err *);
int redis_raise_latest(struct backend *, int64_t latest, struct err *);
int redis_bytes(struct backend *, uint64_t *bytes, struct err *);

#endif
