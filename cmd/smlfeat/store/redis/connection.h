#ifndef SML_STORE_REDIS_CONNECTION_H
#define SML_STORE_REDIS_CONNECTION_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/latency.h"
#include "store/redis/breaker.h"
#include "store/redis/concurrency.h"
#include "store/redis/outbox.h"
#include "store/redis/redis_reply.h"
#include "store/redis/url.h"

/*
 * A connection to a Redis server that is made again when it is lost.  It connects, sends a
 * handshake (AUTH, SELECT, and what else the store needs), then sends the commands in its
 * outbox, in order and without waiting for answers; it hands out the answers in the same
 * order.  No function here blocks.
 *
 * When the connection is lost, all commands without an answer are sent again, in order, on the
 * next connection, though the server may have carried them out.  So replaying must be
 * idempotent: any run of consecutive commands sent a second time, in order, leaves the same
 * data.
 *
 * The breaker counts as failures: a lost connection, a refused connection, and each command
 * that timed out.  The connection waits between attempts (backoff.h), and while the breaker is
 * open.  A server that answers the handshake but then not the commands counts as unreachable:
 * only an answer to a command shows that it is back.
 */
enum connection_state {
	CONNECTION_DOWN,
	CONNECTION_CONNECTING,
	CONNECTION_HANDSHAKE,
	CONNECTION_UP,
	CONNECTION_BROKEN /* for ever: the server refuses the handshake (connection.why) */
};

/*
 * How a call (outbox.h) ends, with or without an owner.  The store owns the reply and calls
 * reply_release.
 */
enum connection_end {
	CONNECTION_ANSWERED,
	CONNECTION_AWAY,   /* given up by connection_drop; reply is NULL */
	CONNECTION_REFUSED /* the connection is broken; reply is NULL */
};
typedef void connection_answer(void *store, const struct call *, enum connection_end,
    struct reply *);

struct connection {
	const char *name; /* the URL, for messages */
	struct url url;
	char *password;	 /* NULL: none */
	int64_t timeout; /* ns, 0: none */
	bool probes;	 /* connects when the breaker allows it, even without requests */
	connection_answer *answer;
	void *store;
	struct buf handshake; /* commands sent first on each connection */
	size_t handshake_commands;

	enum connection_state state;
	redisContext *context; /* NULL in state CONNECTION_DOWN */
	struct reply_pool pool;
	size_t handshake_sent, handshake_due; /* bytes sent; answers due */

	struct outbox box;

	struct breaker breaker;
	struct concurrency concurrency;
	struct latency latency;
	int64_t now; /* the time of the last connection_work; all times are monotonic ns */
	int64_t progress;   /* when bytes last moved, or should first have moved */
	int64_t answered;   /* when an answer was last complete, or was first due */
	int64_t retry;	    /* when the next try may be made */
	int64_t down;	    /* since when it is unhealthy; 0: it is healthy */
	unsigned int tries; /* failed attempts since it was healthy */
	bool unproven;	 /* a command failed or timed out: a handshake does not prove health */
	uint64_t random; /* for backoff_pause */
	bool giving_up;	 /* connection_give_up was called for the current answer */
	size_t ping;	 /* its place in the handshake */
	uint64_t connects, losses, resent, sends;
	struct err why; /* why the connection is not up */
};

/*
 * Reads the URL and the password.  All members except name, timeout, probes, answer and store
 * must be zero.  depth: the limit of requests in flight; 0: adaptive.  Returns -1 with err;
 * errno is EINVAL if the URL or the file is wrong.
 */
int connection_open(struct connection *, const char *password_file, unsigned int depth,
    struct err *);

/* Adds a command to the handshake of all later connections. */
int connection_handshake_add(struct connection *, const char *const *word, size_t words,
    struct err *);

void connection_close(struct connection *);

/* Returns whether the limit of requests in flight is reached. */
bool connection_is_full(const struct connection *);

/* Returns whether enough is queued that connection_work is worth its system calls. */
bool connection_is_ripe(const struct connection *);

/* Connects, sends, reads and answers what it can; checks time-outs. */
void connection_work(struct connection *);

/* Starts to connect, if the connection is down, and pause and breaker allow it. */
void connection_connect(struct connection *);

/*
 * Says what to wait for: returns 1 with *fd filled in, or 0.  After *ms milliseconds (-1:
 * never), connection_work must be called in any case.
 */
unsigned int connection_watch(const struct connection *, struct pollfd *fd, int *ms);

/* Returns whether the breaker is open or half-open. */
bool connection_is_away(const struct connection *);

/* If the connection is not up: gives up all calls that were queued at this time or before. */
void connection_drop(struct connection *, int64_t before);

/*
 * Drops the connection because the current answer says that the server cannot execute the
 * command now.  This call and all after it will be sent again on the next connection.  Call it
 * only from connection.answer.
 */
void connection_give_up(struct connection *, const struct err *);

#endif
