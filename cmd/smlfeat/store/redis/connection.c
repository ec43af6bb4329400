/* A connection to a Redis server that is made again whenever it is lost. */
#include "store/redis/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/redis/backoff.h"
#include "store/redis/redis_error.h"

/* Bytes that are worth a system call; most bytes in flight (one command may exceed it). */
enum { RIPE = 16 << 10, OUT_MOST = 8 << 20 };

/* How much hiredis reads at a time. */
enum { READ = 16 << 10 };

/* The longest wait before connection_work is called again, ms. */
enum { LONGEST = 1000000000 };

/* A whole answer may take this many times --timeout, however slowly it comes. */
enum { WHOLE = 10 };

/* Closes the connection; what was sent will be sent again. */
static void
disconnect(struct connection *c)
{
	if (c->context != NULL)
		redisFree(c->context);
	c->context = NULL;
	c->resent += c->box.sent_weight;
	outbox_unsend(&c->box);
}

/* Closes a connection that failed, and reports the number of failures to the breaker. */
static void
lose(struct connection *c, int64_t now, size_t failures)
{
	int64_t open;

	if (c->state == CONNECTION_UP) {
		c->losses++;
		if (c->down == 0)
			c->down = now;
		if (!c->unproven)
			c->tries = 0;
	}
	disconnect(c);
	c->state = CONNECTION_DOWN;
	for (size_t i = 0; i < failures && i < BREAKER_FAILURES; i++)
		breaker_failed(&c->breaker, now);
	c->retry = now + backoff_pause(c->tries, &c->random);
	c->tries++;
	open = now + breaker_wait(&c->breaker, now);
	if (c->retry < open)
		c->retry = open;
}

static void
lose_because(struct connection *c, int64_t now, const char *reason)
{
	err_unreachable(&c->why, "%s: %s", c->name, reason);
	lose(c, now, c->box.calls > 0 || c->state != CONNECTION_UP ? 1 : 0);
}

/* Gives up for good, because the server would refuse every further try. */
static void
break_for_good(struct connection *c, const struct err *reason)
{
	struct call call;

	disconnect(c);
	c->state = CONNECTION_BROKEN;
	c->why = *reason;
	err_prefix(&c->why, "%s: ", c->name);
	while (outbox_pop(&c->box, &call))
		c->answer(c->store, &call, CONNECTION_REFUSED, NULL);
}

void
connection_connect(struct connection *c)
{
	int64_t now = clock_monotonic();

	if (c->state != CONNECTION_DOWN || now < c->retry || !breaker_admits(&c->breaker, now))
		return;
	c->state = CONNECTION_CONNECTING;
	c->progress = c->answered = now;
	c->context = c->url.path != NULL ? redisConnectUnixNonBlock(c->url.path) :
					   redisConnectNonBlock(c->url.host, c->url.port);
	if (c->context == NULL)
		lose_because(c, now, "out of memory");
	else if (c->context->err != 0)
		lose_because(c, now, c->context->errstr);
}

/* Begins the handshake if the connection is made. */
static void
finish_connect(struct connection *c, int64_t now)
{
	struct pollfd fd = { .fd = c->context->fd, .events = POLLOUT };
	socklen_t size = sizeof(int);
	int error = 0;

	if (poll(&fd, 1, 0) != 1)
		return;
	if (getsockopt(fd.fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
		error = errno;
	if (error != 0) {
		lose_because(c, now, strerror(error));
		return;
	}
	reply_begin(&c->pool, c->context->reader);
	c->state = CONNECTION_HANDSHAKE;
	c->handshake_sent = 0;
	c->handshake_due = c->handshake_commands;
	c->progress = c->answered = now;
	c->connects++;
}

/* Sends a buffer from *from on.  Returns 1 if all was sent, 0 if some is left, -1 on error. */
static int
send_some(struct connection *c, const struct buf *b, size_t *from, int64_t now)
{
	while (*from < b->len) {
		ssize_t n = send(c->context->fd, b->p + *from, b->len - *from,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n == -1)
			return -1;
		*from += (size_t)n;
		c->sends++;
		c->progress = now;
	}
	return 1;
}

static int
send_calls(struct connection *c, int64_t now)
{
	if (c->box.sent_calls == 0)
		c->progress = c->answered = now; /* it was idle */
	outbox_send(&c->box, now);
	return send_some(c, &c->box.bytes, &c->box.sent, now);
}

/* Notes that the server does what it is asked. */
static void
mark_healthy(struct connection *c)
{
	c->unproven = false;
	c->down = 0;
	c->tries = 0;
	breaker_succeeded(&c->breaker);
}

/* Takes the answer to the first call.  Returns false if the connection was given up. */
static bool
take_answer(struct connection *c, struct reply *reply, int64_t now)
{
	const struct call *call;

	if (c->box.sent_calls == 0) {
		reply_release(&c->pool, reply);
		lose_because(c, now, "the server answered what was not asked");
		return false;
	}
	call = outbox_first(&c->box);
	c->giving_up = false;
	c->answer(c->store, call, CONNECTION_ANSWERED, reply);
	if (c->giving_up) {
		c->unproven = true;
		lose(c, now, 1);
		return false;
	}
	if (c->state == CONNECTION_UP && (c->unproven || c->down != 0))
		mark_healthy(c);
	c->answered = now;
	latency_add(&c->latency, now - call->sent);
	for (unsigned int i = 0; i < call->weight; i++)
		concurrency_answered(&c->concurrency, now - call->sent,
		    (unsigned int)c->box.sent_weight, now);
	(void)outbox_pop(&c->box, NULL);
	return true;
}

/* Takes an answer to the handshake.  Returns false if the connection was closed. */
static bool
take_handshake(struct connection *c, struct reply *reply, int64_t now)
{
	size_t at = c->handshake_commands - c->handshake_due--;
	enum redis_error trouble = REDIS_ERROR_FATAL;
	struct err err;
	bool good = reply->item[0].kind != REPLY_ERROR;

	if (!good)
		trouble = redis_error_read(reply_text(reply, 0), reply->item[0].len, &err);
	/* A user who may not PING may still be allowed the rest. */
	if (!good && at == c->ping && reply->item[0].len > 6 &&
	    memcmp(reply_text(reply, 0), "NOPERM", 6) == 0)
		good = true;
	reply_release(&c->pool, reply);
	if (good) {
		c->answered = now;
		if (c->handshake_due == 0) {
			c->state = CONNECTION_UP;
			if (!c->unproven)
				mark_healthy(c);
		}
		return true;
	}
	if (trouble == REDIS_ERROR_PASSES)
		lose_because(c, now, err.text);
	else
		break_for_good(c, &err);
	return false;
}

/* Takes the answers that have come.  Returns false if the connection was closed. */
static bool
take_replies(struct connection *c, int64_t now)
{
	struct reply *reply;
	struct err err;
	int found;

	while ((found = reply_next(&c->pool, c->context->reader, &reply)) == 1) {
		if (!(c->handshake_due > 0 ? take_handshake(c, reply, now) :
					     take_answer(c, reply, now)))
			return false;
	}
	if (found == 0 && !reply_is_too_large(&c->pool, c->context->reader))
		return true;
	if (found == 0 || c->pool.too_large) {
		err_set(&err, NULL, "an answer of more than %d MiB", REPLY_MOST >> 20);
		break_for_good(c, &err);
	} else {
		lose_because(c, now, c->context->reader->errstr);
	}
	return false;
}

/* Reads all that has come.  Returns false if the connection was closed. */
static bool
receive(struct connection *c, int64_t now)
{
	size_t before, got;

	do {
		before = c->context->reader->len;
		if (redisBufferRead(c->context) != REDIS_OK) {
			lose_because(c, now,
			    c->context->err == REDIS_ERR_EOF ?
				"the server has closed the connection" :
				c->context->errstr);
			return false;
		}
		got = c->context->reader->len - before;
		if (got == 0)
			return true;
		now = clock_monotonic();
		c->progress = now;
		if (!take_replies(c, now))
			return false;
	} while (got == READ);
	return true;
}

/*
 * Returns the time left until the server counts as unreachable; 0 or less: it counts as
 * unreachable now.  This is so after --timeout without a byte, or after WHOLE times --timeout
 * without a complete answer.
 */
static int64_t
time_left(const struct connection *c, int64_t now)
{
	int64_t whole = c->timeout > INT64_MAX / WHOLE ? INT64_MAX : WHOLE * c->timeout;
	/*
	 * Bytes may have come after now was read.  No overflow here: --timeout may be
	 * INT64_MAX.
	 */
	int64_t silent = now > c->progress ? now - c->progress : 0;
	int64_t unanswered = now > c->answered ? now - c->answered : 0;
	int64_t left = c->timeout - silent, whole_left = whole - unanswered;

	return left < whole_left ? left : whole_left;
}

/* Closes the connection if time is up; every command that was sent has failed. */
static void
notice_timeout(struct connection *c, int64_t now)
{
	bool up = c->state == CONNECTION_UP;

	if (c->state == CONNECTION_DOWN || c->state == CONNECTION_BROKEN || c->timeout == 0 ||
	    (up && c->box.sent_calls == 0) || time_left(c, now) > 0)
		return;
	err_unreachable(&c->why,
	    now - c->progress < c->timeout ? "%s: no whole answer within %d times --timeout" :
					     "%s: no answer within --timeout",
	    c->name, WHOLE);
	c->unproven |= up;
	lose(c, now, up ? c->box.sent_weight : 1);
}

static void
exchange(struct connection *c, int64_t now)
{
	int sent = c->state == CONNECTION_HANDSHAKE ?
	    send_some(c, &c->handshake, &c->handshake_sent, now) :
	    send_calls(c, now);

	/* Read even if sending failed: the server may have said why before it closed. */
	if (!receive(c, now))
		return;
	if (sent == -1) {
		lose_because(c, now, "the connection is broken");
		return;
	}
	/* The handshake is over: send the commands that waited for it. */
	if (c->state == CONNECTION_UP && c->box.sent_calls < c->box.calls)
		(void)send_calls(c, now);
}

bool
connection_is_away(const struct connection *c)
{
	return c->breaker.state != BREAKER_CLOSED;
}

/* Returns whether there is a reason to connect. */
static bool
is_wanted(const struct connection *c)
{
	return c->box.calls > 0 || (c->probes && connection_is_away(c));
}

void
connection_work(struct connection *c)
{
	int64_t now = clock_monotonic();

	if (c->state == CONNECTION_DOWN && is_wanted(c))
		connection_connect(c);
	if (c->state == CONNECTION_CONNECTING)
		finish_connect(c, now);
	if (c->state == CONNECTION_HANDSHAKE || c->state == CONNECTION_UP)
		exchange(c, now);
	notice_timeout(c, now);
	c->now = now;
}

void
connection_give_up(struct connection *c, const struct err *reason)
{
	c->giving_up = true;
	err_unreachable(&c->why, "%s: %s", c->name, reason->text);
}

void
connection_drop(struct connection *c, int64_t before)
{
	struct call call;

	if (c->state == CONNECTION_UP)
		return;
	while (c->box.calls > 0 && outbox_first(&c->box)->asked <= before) {
		(void)outbox_pop(&c->box, &call);
		c->answer(c->store, &call, CONNECTION_AWAY, NULL);
	}
}

unsigned int
connection_watch(const struct connection *c, struct pollfd *fd, int *ms)
{
	int64_t now, left;

	*ms = -1;
	if (c->state == CONNECTION_BROKEN || (c->state == CONNECTION_DOWN && !is_wanted(c)) ||
	    (c->state == CONNECTION_UP && c->box.calls == 0))
		return 0;
	now = clock_monotonic();
	left = c->state == CONNECTION_DOWN ? c->retry - now : time_left(c, now);
	if (c->state == CONNECTION_DOWN || c->timeout > 0)
		*ms = left <= 0			      ? 0 :
		    left < LONGEST * INT64_C(1000000) ? (int)(left / 1000000 + 1) :
							LONGEST;
	if (c->state == CONNECTION_DOWN)
		return 0;
	fd->fd = c->context->fd;
	fd->events = POLLIN;
	if (c->state == CONNECTION_CONNECTING ||
	    (c->state == CONNECTION_UP && c->box.sent < c->box.bytes.len) ||
	    (c->state == CONNECTION_HANDSHAKE && c->handshake_sent < c->handshake.len))
		fd->events = c->state == CONNECTION_CONNECTING ? POLLOUT : POLLIN | POLLOUT;
	return 1;
}

bool
connection_is_full(const struct connection *c)
{
	return c->box.weight >= concurrency_limit(&c->concurrency) ||
	    (c->box.calls > 0 && c->box.bytes.len - c->box.head > OUT_MOST);
}

bool
connection_is_ripe(const struct connection *c)
{
	return c->box.bytes.len - c->box.sent >= RIPE ||
	    (c->box.weight - c->box.sent_weight) * 2 >= concurrency_limit(&c->concurrency);
}
