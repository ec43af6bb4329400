/* A connection to a Redis server that is made again whenever it is lost. */
#include "store/redis/link.h"

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

/* The longest wait before link_work is called again, ms. */
enum { LONGEST = 1000000000 };

/* A whole answer may take this many times --timeout, however slowly it comes. */
enum { WHOLE = 10 };

/* Closes the connection; what was sent will be sent again. */
static void
disconnect(struct link *l)
{
	if (l->context != NULL)
		redisFree(l->context);
	l->context = NULL;
	l->resent += l->box.sent_weight;
	outbox_unsend(&l->box);
}

/* Closes a connection that failed, and counts so many failures for the breaker. */
static void
lose(struct link *l, int64_t now, size_t failures)
{
	int64_t open;

	if (l->state == LINK_UP) {
		l->losses++;
		if (l->down == 0)
			l->down = now;
		if (!l->unproven)
			l->tries = 0;
	}
	disconnect(l);
	l->state = LINK_DOWN;
	for (size_t i = 0; i < failures && i < BREAKER_FAILURES; i++)
		breaker_failed(&l->breaker, now);
	l->retry = now + backoff_pause(l->tries, &l->random);
	l->tries++;
	open = now + breaker_wait(&l->breaker, now);
	if (l->retry < open)
		l->retry = open;
}

static void
lose_because(struct link *l, int64_t now, const char *reason)
{
	err_away(&l->why, "%s: %s", l->name, reason);
	lose(l, now, l->box.calls > 0 || l->state != LINK_UP ? 1 : 0);
}

/* Gives up for good, because the server would refuse any other try too. */
static void
break_for_good(struct link *l, const struct err *reason)
{
	struct call call;

	disconnect(l);
	l->state = LINK_BROKEN;
	err_set(&l->why, NULL, "%s: %s", l->name, reason->text);
	while (outbox_pop(&l->box, &call))
		l->answer(l->store, &call, LINK_REFUSED, NULL);
}

void
link_connect(struct link *l)
{
	int64_t now = clock_monotonic();

	if (l->state != LINK_DOWN || now < l->retry || !breaker_admits(&l->breaker, now))
		return;
	l->state = LINK_CONNECTING;
	l->progress = l->answered = now;
	l->context = l->url.path != NULL ? redisConnectUnixNonBlock(l->url.path) :
					   redisConnectNonBlock(l->url.host, l->url.port);
	if (l->context == NULL)
		lose_because(l, now, "out of memory");
	else if (l->context->err != 0)
		lose_because(l, now, l->context->errstr);
}

/* Begins the handshake if the connection is made. */
static void
finish_connect(struct link *l, int64_t now)
{
	struct pollfd fd = { .fd = l->context->fd, .events = POLLOUT };
	socklen_t size = sizeof(int);
	int error = 0;

	if (poll(&fd, 1, 0) != 1)
		return;
	if (getsockopt(fd.fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
		error = errno;
	if (error != 0) {
		lose_because(l, now, strerror(error));
		return;
	}
	reply_begin(&l->pool, l->context->reader);
	l->state = LINK_HANDSHAKE;
	l->handshake_sent = 0;
	l->handshake_due = l->handshake_commands;
	l->progress = l->answered = now;
	l->connects++;
}

/* Sends a buffer from *from on.  Returns 1 if all went, 0 if some is left, -1 on error. */
static int
send_some(struct link *l, const struct buf *b, size_t *from, int64_t now)
{
	while (*from < b->len) {
		ssize_t n = send(l->context->fd, b->p + *from, b->len - *from,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n == -1)
			return -1;
		*from += (size_t)n;
		l->sends++;
		l->progress = now;
	}
	return 1;
}

static int
send_calls(struct link *l, int64_t now)
{
	if (l->box.sent_calls == 0)
		l->progress = l->answered = now; /* it was idle */
	outbox_send(&l->box, now);
	return send_some(l, &l->box.bytes, &l->box.sent, now);
}

/* Notes that the server does what it is asked. */
static void
mark_healthy(struct link *l)
{
	l->unproven = false;
	l->down = 0;
	l->tries = 0;
	breaker_succeeded(&l->breaker);
}

/* Takes the answer to the first call.  Returns false if the connection was given up. */
static bool
take_answer(struct link *l, struct reply *reply, int64_t now)
{
	const struct call *call;

	if (l->box.sent_calls == 0) {
		reply_release(&l->pool, reply);
		lose_because(l, now, "the server answered what was not asked");
		return false;
	}
	call = outbox_first(&l->box);
	l->giving_up = false;
	l->answer(l->store, call, LINK_ANSWERED, reply);
	if (l->giving_up) {
		l->unproven = true;
		lose(l, now, 1);
		return false;
	}
	if (l->state == LINK_UP && (l->unproven || l->down != 0))
		mark_healthy(l);
	l->answered = now;
	latency_add(&l->latency, now - call->sent);
	for (unsigned int i = 0; i < call->weight; i++)
		concurrency_answered(&l->concurrency, now - call->sent,
		    (unsigned int)l->box.sent_weight, now);
	(void)outbox_pop(&l->box, NULL);
	return true;
}

/* Takes an answer to the handshake.  Returns false if the connection was closed. */
static bool
take_handshake(struct link *l, struct reply *reply, int64_t now)
{
	size_t at = l->handshake_commands - l->handshake_due--;
	enum redis_error trouble = REDIS_ERROR_FATAL;
	struct err err;
	bool good = reply->item[0].kind != REPLY_ERROR;

	if (!good)
		trouble = redis_error_read(reply_text(reply, 0), reply->item[0].len, &err);
	/* A user who may not PING may still be allowed the rest. */
	if (!good && at == l->ping && reply->item[0].len > 6 &&
	    memcmp(reply_text(reply, 0), "NOPERM", 6) == 0)
		good = true;
	reply_release(&l->pool, reply);
	if (good) {
		l->answered = now;
		if (l->handshake_due == 0) {
			l->state = LINK_UP;
			if (!l->unproven)
				mark_healthy(l);
		}
		return true;
	}
	if (trouble == REDIS_ERROR_PASSES)
		lose_because(l, now, err.text);
	else
		break_for_good(l, &err);
	return false;
}

/* Takes the answers that have come.  Returns false if the connection was closed. */
static bool
take_replies(struct link *l, int64_t now)
{
	struct reply *reply;
	struct err err;
	int found;

	while ((found = reply_next(&l->pool, l->context->reader, &reply)) == 1) {
		if (!(l->handshake_due > 0 ? take_handshake(l, reply, now) :
					     take_answer(l, reply, now)))
			return false;
	}
	if (found == 0 && !reply_is_too_large(&l->pool, l->context->reader))
		return true;
	if (found == 0 || l->pool.too_large) {
		err_set(&err, NULL, "an answer of more than %d MiB", REPLY_MOST >> 20);
		break_for_good(l, &err);
	} else {
		lose_because(l, now, l->context->reader->errstr);
	}
	return false;
}

/* Reads all that is there.  Returns false if the connection was closed. */
static bool
receive(struct link *l, int64_t now)
{
	size_t before, got;

	do {
		before = l->context->reader->len;
		if (redisBufferRead(l->context) != REDIS_OK) {
			lose_because(l, now,
			    l->context->err == REDIS_ERR_EOF ?
				"the server has closed the connection" :
				l->context->errstr);
			return false;
		}
		got = l->context->reader->len - before;
		if (got == 0)
			return true;
		now = clock_monotonic();
		l->progress = now;
		if (!take_replies(l, now))
			return false;
	} while (got == READ);
	return true;
}

/*
 * Returns how long a server that owes us something has left: --timeout after a byte last
 * moved, and WHOLE times that after an answer was last complete.
 */
static int64_t
time_left(const struct link *l, int64_t now)
{
	int64_t whole = l->timeout > INT64_MAX / WHOLE ? INT64_MAX : WHOLE * l->timeout;
	int64_t left = l->timeout - (now - l->progress);
	int64_t whole_left = whole - (now - l->answered);

	return left < whole_left ? left : whole_left;
}

/* Closes the connection if time is up; every command that was sent has failed. */
static void
notice_timeout(struct link *l, int64_t now)
{
	bool up = l->state == LINK_UP;

	if (l->state == LINK_DOWN || l->state == LINK_BROKEN || l->timeout == 0 ||
	    (up && l->box.sent_calls == 0) || time_left(l, now) > 0)
		return;
	err_away(&l->why,
	    now - l->progress < l->timeout ? "%s: no whole answer within %d times --timeout" :
					     "%s: no answer within --timeout",
	    l->name, WHOLE);
	l->unproven |= up;
	lose(l, now, up ? l->box.sent_weight : 1);
}

static void
exchange(struct link *l, int64_t now)
{
	int sent = l->state == LINK_HANDSHAKE ?
	    send_some(l, &l->handshake, &l->handshake_sent, now) :
	    send_calls(l, now);

	/* Read even if sending failed: the server may have said why before it closed. */
	if (!receive(l, now))
		return;
	if (sent == -1) {
		lose_because(l, now, "the connection is broken");
		return;
	}
	/* The handshake is over: send now what waited for it. */
	if (l->state == LINK_UP && l->box.sent_calls < l->box.calls)
		(void)send_calls(l, now);
}

bool
link_is_away(const struct link *l)
{
	return l->breaker.state != BREAKER_CLOSED;
}

/* Returns whether there is a reason to connect. */
static bool
is_wanted(const struct link *l)
{
	return l->box.calls > 0 || (l->probes && link_is_away(l));
}

void
link_work(struct link *l)
{
	int64_t now = clock_monotonic();

	if (l->state == LINK_DOWN && is_wanted(l))
		link_connect(l);
	if (l->state == LINK_CONNECTING)
		finish_connect(l, now);
	if (l->state == LINK_HANDSHAKE || l->state == LINK_UP)
		exchange(l, now);
	notice_timeout(l, now);
	l->now = now;
}

void
link_give_up(struct link *l, const struct err *reason)
{
	l->giving_up = true;
	err_away(&l->why, "%s: %s", l->name, reason->text);
}

void
link_drop(struct link *l, int64_t before)
{
	struct call call;

	if (l->state == LINK_UP)
		return;
	while (l->box.calls > 0 && outbox_first(&l->box)->asked <= before) {
		(void)outbox_pop(&l->box, &call);
		l->answer(l->store, &call, LINK_AWAY, NULL);
	}
}

unsigned int
link_watch(const struct link *l, struct pollfd *fd, int *ms)
{
	int64_t now, left;

	*ms = -1;
	if (l->state == LINK_BROKEN || (l->state == LINK_DOWN && !is_wanted(l)) ||
	    (l->state == LINK_UP && l->box.calls == 0))
		return 0;
	now = clock_monotonic();
	left = l->state == LINK_DOWN ? l->retry - now : time_left(l, now);
	if (l->state == LINK_DOWN || l->timeout > 0)
		*ms = left <= 0			      ? 0 :
		    left < LONGEST * INT64_C(1000000) ? (int)(left / 1000000 + 1) :
							LONGEST;
	if (l->state == LINK_DOWN)
		return 0;
	fd->fd = l->context->fd;
	fd->events = POLLIN;
	if (l->state == LINK_CONNECTING ||
	    (l->state == LINK_UP && l->box.sent < l->box.bytes.len) ||
	    (l->state == LINK_HANDSHAKE && l->handshake_sent < l->handshake.len))
		fd->events = l->state == LINK_CONNECTING ? POLLOUT : POLLIN | POLLOUT;
	return 1;
}

bool
link_is_full(const struct link *l)
{
	return l->box.weight >= concurrency_limit(&l->concurrency) ||
	    (l->box.calls > 0 && l->box.bytes.len - l->box.head > OUT_MOST);
}

bool
link_is_ripe(const struct link *l)
{
	return l->box.bytes.len - l->box.sent >= RIPE ||
	    (l->box.weight - l->box.sent_weight) * 2 >= concurrency_limit(&l->concurrency);
}
