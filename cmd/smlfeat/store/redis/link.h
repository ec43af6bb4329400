#ifndef SML_STORE_REDIS_LINK_H
#define SML_STORE_REDIS_LINK_H

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
 * handshake (AUTH, SELECT, what else the store needs), then the commands in its outbox, in
 * order and without waiting for answers, and hands out the answers in the same order.  Nothing
 * here waits.
 *
 * When the connection is lost, all commands without an answer are sent again, in order, on the
 * next one.  They may have been carried out already: so it must do no harm to carry out any
 * number of them twice, in order.
 *
 * The breaker counts as failures a lost connection, a refused one, and each command that timed
 * out.  Between tries the link waits (backoff.h), and while the breaker is open.  A server that
 * answers the handshake but then not the commands counts as unreachable: only an answer to a
 * command shows that it is back.
 */
enum link_state {
	LINK_DOWN,
	LINK_CONNECTING,
	LINK_HANDSHAKE,
	LINK_UP,
	LINK_BROKEN /* for good: the server refuses the handshake (link.why) */
};

/*
 * How a call (outbox.h) ends, also one without an owner.  The store owns the reply and calls
 * reply_release.
 */
enum link_end {
	LINK_ANSWERED,
	LINK_AWAY,   /* given up by link_drop; reply is NULL */
	LINK_REFUSED /* the link is broken; reply is NULL */
};
typedef void link_answer(void *store, const struct call *, enum link_end, struct reply *);

struct link {
	const char *name; /* the URL, for messages */
	struct url url;
	char *password;	 /* NULL: none */
	int64_t timeout; /* ns, 0: none */
	bool probes;	 /* connects when the breaker allows it, though nothing is asked */
	link_answer *answer;
	void *store;
	struct buf handshake; /* commands sent first on each connection */
	size_t handshake_commands;

	enum link_state state;
	redisContext *context; /* NULL in state LINK_DOWN */
	struct reply_pool pool;
	size_t handshake_sent, handshake_due; /* bytes sent; answers due */

	struct outbox box;

	struct breaker breaker;
	struct concurrency concurrency;
	struct latency latency;
	int64_t now;	    /* of the last link_work; all times are monotonic ns */
	int64_t progress;   /* when bytes last moved, or were first due to */
	int64_t answered;   /* when an answer was last complete, or was first due */
	int64_t retry;	    /* when the next try may be made */
	int64_t down;	    /* since when it is unhealthy; 0: it is healthy */
	unsigned int tries; /* since it was healthy */
	bool unproven;	 /* a command failed or timed out: a handshake is no proof of health */
	uint64_t random; /* for backoff_pause */
	bool giving_up;	 /* link_give_up was called for the current answer */
	size_t ping;	 /* its place in the handshake */
	uint64_t connects, losses, resent, sends;
	struct err why; /* why it is not up */
};

/*
 * Reads the URL and the password.  All but name, timeout, probes, answer and store must be
 * zero.  depth: the limit of requests in flight; 0: adaptive.  Returns -1 with err; errno is
 * EINVAL if the URL or the file is wrong.
 */
int link_open(struct link *, const char *password_file, unsigned int depth, struct err *);

/* Adds a command to the handshake of all later connections. */
int link_handshake_add(struct link *, const char *const *word, size_t words, struct err *);

void link_close(struct link *);

/* Returns whether the limit of requests in flight is reached. */
bool link_is_full(const struct link *);

/* Returns whether enough is queued that link_work is worth its system calls. */
bool link_is_ripe(const struct link *);

/* Connects, sends, reads and answers what it can; checks time-outs. */
void link_work(struct link *);

/* Begins to connect, if it is down and pause and breaker allow it. */
void link_connect(struct link *);

/*
 * Says what to wait for: returns 1 with *fd filled, or 0; *ms is after how many ms to call
 * link_work in any case (-1: never).
 */
unsigned int link_watch(const struct link *, struct pollfd *fd, int *ms);

/* Returns whether the breaker is open or half-open. */
bool link_is_away(const struct link *);

/* If the link is not up: gives up all calls that were queued at this time or before. */
void link_drop(struct link *, int64_t before);

/*
 * Drops the connection because the current answer says that the server cannot do it now; this
 * call and all after it will be sent again on the next one.  Call it only from link.answer.
 */
void link_give_up(struct link *, const struct err *);

#endif
