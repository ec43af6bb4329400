/* Requests to a store on a Redis server: submitting, answering, giving up. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/report/sig.h"
#include "store/redis/redis.h"
#include "store/redis/redis_command.h"
#include "store/redis/redis_error.h"

/* The highest event time is sent to the server at most this often, ns. */
#define RAISE_EVERY INT64_C(1000000000)

/* How long to wait for an unreachable server after a signal if there is no --timeout, ns. */
#define PATIENCE INT64_C(5000000000)

/* How often gauges are updated, ns: while requests are pending, and while none are. */
#define MEASURE_EVERY INT64_C(250000000)
#define MEASURE_IDLE INT64_C(1000000)

/* Notes that one call of a request has ended, with this result. */
static void
finish(struct redis *r, struct store_request *q, enum store_state state)
{
	if (state != STORE_DONE)
		redis_judge(q, state);
	if ((uint32_t)--q->number > 0)
		return;
	state = (enum store_state)(q->number >> REDIS_VERDICT);
	q->state = state == STORE_PENDING ? STORE_DONE : state;
	r->backend.pending--;
}

/* Takes the part of an answer that belongs to one request of the call. */
static void
settle(struct redis *r, struct store_request *q, enum connection_end end, struct reply *reply,
    size_t i)
{
	enum store_state state = STORE_DONE;

	if (end != CONNECTION_ANSWERED) {
		q->err = r->connection.why;
		state = end == CONNECTION_AWAY ? STORE_AWAY : STORE_FAILED;
	} else if (reply->item[0].kind == REPLY_ERROR) {
		state = redis_error_read(reply_text(reply, 0), reply->item[0].len, &q->err) ==
			REDIS_ERROR_RECORD ?
		    STORE_REFUSED :
		    STORE_FAILED;
	} else if (r->layout->answer(r, q, reply, i, &q->err) == -1) {
		state = q->err.memory ? STORE_FAILED : STORE_REFUSED;
		q->reply = NULL;
	}
	finish(r, q, state);
}

void
redis_take_answer(void *store, const struct call *call, enum connection_end end,
    struct reply *reply)
{
	struct redis *r = store;
	struct store_request *q = call->owner, *next;
	struct ask *ask = call->owner;
	struct err err;
	size_t i = 0;
	bool kept = false;

	if (end == CONNECTION_ANSWERED && reply->item[0].kind == REPLY_ERROR &&
	    redis_error_read(reply_text(reply, 0), reply->item[0].len, &err) ==
		REDIS_ERROR_PASSES) {
		connection_give_up(&r->connection, &err);
		reply_release(&r->connection.pool, reply);
		return;
	}
	r->answered++;
	if (call->kind == CALL_ASK) {
		if (ask == NULL) {
			reply_release(&r->connection.pool, reply);
			return;
		}
		*ask = (struct ask){ true, end, reply };
		return;
	}
	for (; q != NULL; q = next) {
		next = q->next;
		settle(r, q, end, reply, i++);
		kept |= q->reply != NULL;
	}
	if (!kept)
		reply_release(&r->connection.pool, reply);
}

/* Returns how long to wait for an unreachable server after a signal, ns. */
static int64_t
patience(const struct connection *c)
{
	return c->timeout > 0 ? c->timeout : PATIENCE;
}

/* Gives up the requests if the server is unreachable and --on-failure or a signal says so. */
static void
give_up(struct redis *r)
{
	struct connection *c = &r->connection;
	int64_t now;

	if (c->state == CONNECTION_UP || c->box.calls == 0)
		return;
	now = clock_monotonic();
	if (r->options->on_failure != FAILURE_WAIT && connection_is_away(c))
		connection_drop(c, INT64_MAX);
	else if (r->options->on_failure == FAILURE_DEFAULT && c->timeout > 0)
		connection_drop(c, now - c->timeout);
	if (sig_came() != 0 && now - c->down > patience(c))
		connection_drop(c, INT64_MAX);
}

/* Sends the highest event time to the server; nobody waits for the answer. */
static int
raise_latest(struct redis *r, int64_t now)
{
	struct buf *b = outbox_begin(&r->connection.box);
	char text[NUM_MAX];

	if (redis_put_script(r, b, r->script[SCRIPT_RAISE], "", 0, 1) == -1 ||
	    command_word(b, text, num_write_i64(text, r->latest)) == -1) {
		outbox_abandon(&r->connection.box);
		return -1;
	}
	r->raised = r->latest;
	r->raised_at = now;
	return outbox_commit(&r->connection.box, CALL_ASK, NULL, 1, now);
}

/* Reports that the server is unreachable, or is back; a short loss is not reported. */
static void
tell(struct redis *r)
{
	bool away = connection_is_away(&r->connection);
	struct err err;

	if (away == r->told_away || r->options->tell == NULL ||
	    r->options->on_failure == FAILURE_STOP)
		return;
	r->told_away = away;
	if (away)
		err_set(&err, NULL, "%s; %s until it is back", r->connection.why.text,
		    r->options->on_failure == FAILURE_WAIT ? "waiting" : "doing without it");
	else
		err_set(&err, NULL, "%s: it is back", r->connection.name);
	r->options->tell(r->options->told, err.text);
}

static void
work(struct redis *r)
{
	if (r->layout->flush != NULL)
		/* or it is done later, when answers have made room */
		(void)r->layout->flush(r);
	if (r->latest > r->raised) {
		int64_t now = clock_monotonic();

		if (now - r->raised_at > RAISE_EVERY)
			(void)raise_latest(r, now);
	}
	connection_work(&r->connection);
	tell(r);
	give_up(r);
	if (r->connection.now - r->measured >
	    (r->connection.box.calls > 0 ? MEASURE_EVERY : MEASURE_IDLE))
		redis_measure(r);
}

void
redis_ready(struct backend *b)
{
	work(redis_of(b));
}

unsigned int
redis_watch(struct backend *b, struct pollfd **fds, int *ms)
{
	struct redis *r = redis_of(b);

	unsigned int n = connection_watch(&r->connection, &r->fd, ms);

	*fds = &r->fd;
	if (r->batched > 0)
		*ms = 0;
	return n;
}

/* Waits until a call is answered. */
void
redis_wait(struct backend *b)
{
	struct redis *r = redis_of(b);
	uint64_t before = r->answered;
	struct pollfd *fd;
	unsigned int n;
	int ms;

	work(r);
	while (r->answered == before && r->connection.box.calls > 0) {
		n = redis_watch(b, &fd, &ms);
		/* The stream handles the signal; sig_came lets the next sig_wait wait. */
		if (sig_wait(fd, n, ms) == -1)
			(void)sig_came();
		work(r);
	}
}

/* Ends a request immediately. */
static void
end_at_once(struct store_request *q, enum store_state state, const struct err *why)
{
	q->state = state;
	if (why != NULL)
		q->err = *why;
}

void
redis_submit(struct backend *b, struct store_request *q)
{
	struct redis *r = redis_of(b);
	struct connection *c = &r->connection;
	int calls;

	q->next = NULL;
	q->reply = NULL;
	q->number = 0;
	while (c->state != CONNECTION_BROKEN && connection_is_full(c))
		redis_wait(b);
	if (c->state == CONNECTION_BROKEN) {
		end_at_once(q, STORE_FAILED, &c->why);
		return;
	}
	if (c->state != CONNECTION_UP && r->options->on_failure != FAILURE_WAIT &&
	    connection_is_away(c)) {
		connection_connect(c);
		connection_work(c);
		if (c->state != CONNECTION_UP) {
			end_at_once(q, STORE_AWAY, &c->why);
			return;
		}
	}
	calls = r->layout->submit(r, q);
	if (calls == -1) {
		outbox_abandon(&c->box);
		err_memory(&q->err);
	}
	if (calls <= 0) {
		end_at_once(q, calls == 0 ? STORE_DONE : STORE_FAILED, NULL);
		return;
	}
	q->number += (uint64_t)calls;
	b->pending++;
	if (connection_is_ripe(c))
		work(r);
}

void
redis_release(struct backend *b, struct store_request *q)
{
	reply_release(&redis_of(b)->connection.pool, q->reply);
	q->reply = NULL;
}

int
redis_ask(struct redis *r, struct ask *ask, struct err *err)
{
	*ask = (struct ask){ 0 };
	if (r->connection.state == CONNECTION_BROKEN) {
		outbox_abandon(&r->connection.box);
		*ask = (struct ask){ true, CONNECTION_REFUSED, NULL };
		return 0;
	}
	return outbox_commit(&r->connection.box, CALL_ASK, ask, 1, clock_monotonic()) == -1 ?
	    err_memory(err) :
	    0;
}

int
redis_ask_wait(struct redis *r, struct ask *ask, struct err *err)
{
	while (!ask->done)
		redis_wait(&r->backend);
	if (ask->end != CONNECTION_ANSWERED)
		*err = r->connection.why;
	return ask->end != CONNECTION_ANSWERED ? -1 : 0;
}

int
redis_ask_now(struct redis *r, struct ask *ask, struct err *err)
{
	if (redis_ask(r, ask, err) == -1 || redis_ask_wait(r, ask, err) == -1)
		return -1;
	if (ask->reply->item[0].kind != REPLY_ERROR)
		return 0;
	(void)redis_error_read(reply_text(ask->reply, 0), ask->reply->item[0].len, err);
	redis_ask_end(r, ask);
	return -1;
}

void
redis_ask_end(struct redis *r, struct ask *ask)
{
	reply_release(&r->connection.pool, ask->reply);
	ask->reply = NULL;
}

/* Sends the highest event time, and waits until all is answered. */
int
redis_sync(struct backend *b, struct err *err)
{
	struct redis *r = redis_of(b);

	if (r->latest > r->raised && raise_latest(r, clock_monotonic()) == -1)
		return err_memory(err);
	while (r->connection.box.calls > 0 && r->connection.state != CONNECTION_BROKEN)
		redis_wait(b);
	redis_measure(r); /* what a run ends with */
	return 0;
}
