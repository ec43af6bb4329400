#ifndef SML_STORE_REDIS_H
#define SML_STORE_REDIS_H

#include "store/backend.h"
#include "store/redis/connection.h"
#include "store/redis/script.h"
#include "store/redis/prepared.h"
#include "store/redis/stamp.h"

/*
 * A store on a Redis server: what the files of this room share, and nobody else.  From the
 * ground up; a file calls those above it in this list, and none below:
 *
 *	redis_command.c	commands as bytes
 *	redis_reply.c	bytes as replies
 *	redis_error.c	what an error reply means: ask again, bad record, fatal
 *	outbox.c	commands without an answer yet
 *	concurrency.c	how many requests may be out
 *	backoff.c	the pause between two tries to connect
 *	breaker.c	whether to try at all
 *	connection.c	the connection, made again when it is lost
 *	handshake.c	the first commands on each connection
 *	redis_rows.c	--stats and --metrics
 *	requests.c	submit, wait, answer, give up
 *	layout.c	what both layouts share
 *	hash.c		a Redis hash for each entity, by Lua scripts (script.c)
 *	string.c	a JSON string for each entity
 *	redis_scan.c	scan, sweep, drop
 *	redis.c		open and close
 *
 * If a server becomes slow, four things happen, one after the other:
 *
 *	1. Answers take longer, so concurrency.c lowers the limit, and
 *	   redis_submit waits for answers.
 *	2. No answer within --timeout: connection.c (notice_timeout) drops the
 *	   connection and counts a failure for each request that was sent.  They
 *	   are sent again on the next connection, after backoff_pause.
 *	3. After BREAKER_FAILURES failures the breaker opens: nobody connects until
 *	   its time is over, then a single try decides.
 *	4. While it is open, requests.c (give_up, redis_submit) does what
 *	   --on-failure says: wait, stop, or answer with defaults.
 */

/*
 * What a call is for.  The owner of a call is a request (with the requests queued after it) or
 * a struct ask.
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
	struct buf head, names; /* of a GET: the parts before and after the key */
	struct buf stamps;	/* of a PUT */
	struct prepared_list prepared;
	int64_t latest;		   /* the highest event time put */
	int64_t raised, raised_at; /* the time last sent to the server, and when it was sent */

	/* The string layout */
	struct fields *fields;
	struct record record;
	struct store_request *batch, **batch_end; /* GETs for one MGET */
	unsigned int batched;

	/* A scan */
	struct reply *page;	      /* the cursor of the next page, and keys */
	size_t page_next, page_asked; /* the items to hand out next, and to ask for next */
	uint64_t page_connects;	      /* connection.connects when page was asked for */
	bool sweeping;		      /* the scan is part of a sweep */
	int64_t sweep_now;
	struct ask window[REDIS_WINDOW];
	struct reply *shown; /* the last entry that was handed out points into it */

	uint64_t answered; /* number of answered calls */
	bool told_away;	   /* options->tell last reported the server as unreachable */
	struct pollfd fd;  /* of redis_watch */
	int64_t measured;  /* when the gauges were updated, monotonic ns */
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
 * submit	queues the calls of a request; returns how many, -1 if memory is short
 * answer	takes the part of a reply that begins at item i (it is no error); may keep the
 *		reply as request->reply; returns -1 with err if the key holds something else
 * read		reads a whole entity, borrowed from the reply to the command `all`
 * flush	makes calls of requests that wait to share one; may be NULL
 */
struct redis_layout {
	int (*open)(struct redis *, struct err *);
	int (*submit)(struct redis *, struct store_request *);
	int (*answer)(struct redis *, struct store_request *, struct reply *, size_t i,
	    struct err *);
	int (*read)(struct redis *, struct reply *, struct entity *, struct err *);
	int (*flush)(struct redis *);
	const char *all;
	bool sweeps; /* expired features stay until a sweep; else the server drops them */
};
extern const struct redis_layout redis_hash, redis_string;

/*
 * The number of a request: its lower bits count the calls without an answer; the bits from
 * REDIS_VERDICT on have its result if that is not STORE_DONE.  redis_judge sets the result,
 * unless it is already set.
 */
enum { REDIS_VERDICT = 32 };
void redis_judge(struct store_request *, enum store_state);

/*
 * Makes a request fail once its queued calls are done, because memory was short for its other
 * calls.
 */
int redis_spoil(struct store_request *, int calls);

/* Appends a word of a command: the key of an id. */
int redis_put_key(const struct redis *, struct buf *, const char *id, size_t n);

/* Appends an EVALSHA of a script by its SHA-1, up to the id's key; `words` more must follow. */
int redis_put_script(const struct redis *, struct buf *, const char *script, const char *id,
    size_t n, size_t words);

/* Returns how long the server must keep an entity, ms; -1: for ever. */
int64_t redis_server_ttl(const struct redis *, const struct entity *);

/*
 * These ask a question and wait for the answer.  redis_ask queues the command that is in the
 * outbox.  redis_ask_wait waits for its answer: it returns 0 with ask->reply, which may be an
 * error (redis_ask_end releases it), or -1 with err; err->unreachable if the server is
 * unreachable (under FAILURE_WAIT only after a signal).  redis_ask_now does both, and returns
 * -1 for an error.
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

/* redis_rows.c: make the rows; update their gauges. */
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
