#ifndef SML_STORE_REDIS_H
#define SML_STORE_REDIS_H

#include "store/backend.h"
#include "store/redis/connection.h"
#include "store/redis/script.h"
#include "store/redis/prepared.h"
#include "store/redis/stamp.h"

/*
 * A store on a Redis server.  Only files of this room include this header.  The files of the
 * room are, from the bottom up (a file calls only files above it in this list):
 *
 *	redis_command.c	commands as bytes
 *	redis_reply.c	bytes as replies
 *	redis_error.c	what an error reply means: try again, bad record, or fatal
 *	outbox.c	commands that have no answer yet
 *	concurrency.c	how many requests may be in flight
 *	backoff.c	the pause between two attempts to connect
 *	breaker.c	whether to attempt to connect at all
 *	connection.c	the connection, which is made again if it is lost
 *	handshake.c	the first commands on each connection
 *	redis_rows.c	numbers for --stats and --metrics
 *	layout.c	what both layouts share
 *	requests.c	submits requests, waits, takes answers, gives up
 *	hash.c		a Redis hash for each entity, by Lua scripts (script.c)
 *	string.c	a JSON string for each entity
 *	redis_scan.c	scan, sweep, drop
 *	redis.c		open and close
 *
 * If a server becomes slow, four things happen, one after the other:
 *
 *	1. Answers take longer, so concurrency.c lowers the limit, and
 *	   redis_submit waits for answers.
 *	2. If no answer comes within --timeout, connection.c (notice_timeout) drops
 *	   the connection, and counts a failure for each request that was sent.
 *	   After backoff_pause, these are sent again on the next connection.
 *	3. After BREAKER_FAILURES failures the breaker opens: nobody connects until
 *	   its time is over.  Then a single attempt decides whether it closes.
 *	4. While it is open, requests.c (give_up, redis_submit) does what
 *	   --on-failure says: wait, stop, or answer with defaults.
 */

/*
 * What a call is for.  Its owner is a struct ask if the kind is CALL_ASK.  Otherwise the owner
 * is the first of the requests that it answers, which are linked by next.
 */
enum call_kind { CALL_GET, CALL_PUT, CALL_ASK };

/* A command that the store itself waits for. */
struct ask {
	bool done;
	enum connection_end end;
	struct reply *reply;
};

enum { REDIS_ROWS = 12, REDIS_WINDOW = 64 };

struct redis {
	struct backend backend;
	const struct store_options *options;
	const struct redis_layout *layout;
	struct connection connection;
	char script[SCRIPT_COUNT][SCRIPT_SHA1 + 1];
	size_t prefix_len;

	/* The hash layout */
	struct stamp_reader reader;
	struct buf head, names; /* the parts of a GET before and after the key */
	struct buf stamps;	/* the stamps, or the JSON object, of a PUT */
	struct prepared_list prepared;
	int64_t latest;		   /* the highest event time of any PUT */
	int64_t raised, raised_at; /* the `latest` last sent to the server, and when */

	/* The string layout */
	struct fields *fields;
	struct record record;
	struct store_request *batch, **batch_end; /* the GETs of the next MGET */
	unsigned int batched;

	/* A scan */
	struct reply *page;	      /* keys, and the cursor of the next page */
	size_t page_next, page_asked; /* indexes of the next item to return, and to ask for */
	uint64_t page_connects;	      /* connection.connects when page was received */
	bool sweeping;		      /* the scan is part of a sweep */
	int64_t sweep_now;
	struct ask window[REDIS_WINDOW];
	struct reply *shown; /* the entry that was last returned borrows from this */

	uint64_t answered; /* how many calls have been answered */
	bool told_away;	   /* the last report of options->tell: the server is unreachable */
	struct pollfd fd;  /* for redis_watch */
	int64_t measured;  /* when the gauges were last updated, monotonic ns */
	double pending, depth, batch_size, breaker, latency[3];
	struct stat_row rows[REDIS_ROWS];
};

static inline struct redis *
redis_of(struct backend *b)
{
	return (struct redis *)b;
}

/*
 * How entities are stored in Redis.
 *
 * submit	queues the calls of a request; returns how many, or -1 if memory is short
 * answer	takes a request's part of a reply, which begins at item i and is not an error;
 *		may store the reply in request->reply; returns -1 with err if the key has
 *		something else than an entity
 * read		reads a whole entity from the reply to the command `all`, and borrows from it
 * flush	queues one call for all requests that wait to share a call; may be NULL
 */
struct redis_layout {
	int (*open)(struct redis *, struct err *);
	int (*submit)(struct redis *, struct store_request *);
	int (*answer)(struct redis *, struct store_request *, struct reply *, size_t i,
	    struct err *);
	int (*read)(struct redis *, struct reply *, struct entity *, struct err *);
	int (*flush)(struct redis *);
	const char *all;
	bool sweeps; /* a sweep removes what has expired; otherwise the server does */
};
extern const struct redis_layout redis_hash, redis_string;

/*
 * The number of a request (request->number) has two parts.  The bits below REDIS_VERDICT count
 * the calls that have no answer yet.  The bits from REDIS_VERDICT on are the result of the
 * request, if that is not STORE_DONE.  To set the result, call redis_judge; if it is already
 * set, that changes nothing.
 */
enum { REDIS_VERDICT = 32 };
void redis_judge(struct store_request *, enum store_state);

/*
 * Makes a request fail as soon as its queued calls are done, because memory was short for its
 * other calls.  Returns calls, the number of queued calls.
 */
int redis_spoil(struct store_request *, int calls);

/* Appends the key of an id as a word of a command. */
int redis_put_key(const struct redis *, struct buf *, const char *id, size_t n);

/* Appends an EVALSHA of a script, up to the id's key; `words` more words must follow. */
int redis_put_script(const struct redis *, struct buf *, const char *script, const char *id,
    size_t n, size_t words);

/* Returns for how many ms the server must store an entity; -1: forever. */
int64_t redis_server_ttl(const struct redis *, const struct entity *);

/*
 * These send a command and wait for its answer: redis_ask queues the command that is in the
 * outbox, and redis_ask_wait waits.  The latter returns 0 with ask->reply, which may be an
 * error (redis_ask_end releases it); or -1 with err.  If the server is unreachable,
 * err->unreachable is set; under FAILURE_WAIT this happens only after a signal.  To do both
 * steps, use redis_ask_now, which also returns -1 with err if the reply is an error.
 */
int redis_ask(struct redis *, struct ask *, struct err *);
int redis_ask_wait(struct redis *, struct ask *, struct err *);
int redis_ask_now(struct redis *, struct ask *, struct err *);
void redis_ask_end(struct redis *, struct ask *);

/* requests.c */
void redis_take_answer(void *store, const struct call *, enum connection_end, struct reply *);
void redis_submit(struct backend *, struct store_request *);
void redis_release(struct backend *, struct store_request *);
unsigned int redis_watch(struct backend *, struct pollfd **, int *ms);
void redis_ready(struct backend *);
void redis_wait(struct backend *);
int redis_sync(struct backend *, struct err *);

/* redis_rows.c.  The first makes the rows; the second updates their gauges. */
void redis_count_rows(struct redis *);
void redis_measure(struct redis *);

/* redis_scan.c */
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
