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
 * A connection to a Redis server that comes back: it connects, greets (AUTH, SELECT,
 * whatever else the store needs), sends the commands that are put into its outbox in their
 * order, any number of them before the first answer, and hands out answers in the same
 * order.  Nothing here waits.
 *
 * When the connection is lost all commands that have no answer are sent again, in their
 * order, on the next one: what became of them is unknown, so a command must do no harm when
 * it is carried out twice, nor when a few of them are carried out twice in their order.
 *
 * A lost connection, a refused one, and each command that the time-out ran out for is a
 * failure to the breaker.  Between tries the link waits (backoff.h), and for as long as the
 * breaker is open.  A server that greets well but then does not do what it is asked is as good
 * as away: only an answer to a command proves that it is back.
 */
enum link_state {
	LINK_DOWN,
	LINK_CONNECTING,
	LINK_GREETING,
	LINK_UP,
	LINK_BROKEN /* for good: the server refuses the greeting (link.why) */
};

/*
 * What becomes of a call (outbox.h), one without an owner too; the reply is the store's, to
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
	bool probes;	 /* once the breaker is open, though nothing is asked */
	link_answer *answer;
	void *store;
	struct buf hello; /* the greeting */
	size_t greetings; /* commands in it */

	enum link_state state;
	redisContext *context; /* NULL where the state is LINK_DOWN */
	struct reply_pool pool;
	size_t hello_sent, hellos; /* bytes that are sent; answers that are due */

	struct outbox box;

	struct breaker breaker;
	struct concurrency concurrency;
	struct latency latency;
	int64_t now;	    /* of the last link_work */
	int64_t progress;   /* when bytes last moved, or were first asked to */
	int64_t answered;   /* when an answer was last complete, or one was first due */
	int64_t retry;	    /* when the next try may be made */
	int64_t down;	    /* since when it does not do what it is asked; 0: it does */
	unsigned int tries; /* since it did */
	bool
	    unproven; /* it was asked and did not answer, or not well: a greeting says nothing */
	uint64_t jitter; /* state of the random part */
	bool giving_up;	 /* link_give_up was called for the current answer */
	size_t ping;	 /* its place in the greeting */
	uint64_t connects, losses, resent, sends;
	struct err why; /* it is not up */
};

/*
 * Of all zeroes but name, timeout, answer and store.  Reads the URL and the password.  depth:
 * 0: adaptive.  -1 with err; errno is EINVAL where the URL or the file is wrong.
 */
int link_open(struct link *, const char *password_file, unsigned int depth, struct err *);

/* Adds a command to the greeting: it is said on the connections that are made after this. */
int link_greet(struct link *, const char *const *word, size_t words, struct err *);

void link_close(struct link *);

/* Are as many out as may be? */
bool link_is_full(const struct link *);

/* Is there enough that link_work is worth its system calls before more is asked? */
bool link_is_ripe(const struct link *);

/* Goes on: connects, sends, reads, answers; notices time-outs. */
void link_work(struct link *);

/* Connects although nothing is asked yet. */
void link_knock(struct link *);

/*
 * What to wait for: 1 with *fd filled, or 0; and after how many ms link_work wants to be
 * called anyway (-1: need not).
 */
unsigned int link_watch(const struct link *, struct pollfd *fd, int *ms);

/* Is the breaker open, or half-open and not yet closed again? */
bool link_is_away(const struct link *);

/* Gives up all calls that were asked before a time, where the link is not up. */
void link_drop(struct link *, int64_t before);

/*
 * The current answer says that the server cannot do it now: the connection is given up, and
 * this call and all behind it will be sent again on the next one.  Only from link_answer.
 */
void link_give_up(struct link *, const struct err *);

#endif
