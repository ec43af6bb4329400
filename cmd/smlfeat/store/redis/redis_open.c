/* The store on a Redis server: how it is opened and closed, and what it counts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/report/sig.h"
#include "store/redis/redis.h"

static int
redis_close(struct store *s, struct err *err)
{
	struct redis *r = redis_of(s);

	(void)err;
	redis_scan_end(r);
	link_close(&r->link);
	stamp_close(&r->reader);
	if (r->fields != NULL)
		record_close(&r->record);
	fields_free(r->fields);
	buf_free(&r->head);
	buf_free(&r->names);
	buf_free(&r->stamps);
	shape_free(&r->shapes);
	free(r);
	return 0;
}

static const struct stat_row *
redis_rows(const struct store *s)
{
	return ((const struct redis *)s)->rows;
}

static const struct store_verbs verbs = {
	.close = redis_close,
	.submit = redis_submit,
	.release = redis_release,
	.watch = redis_watch,
	.ready = redis_ready,
	.wait = redis_wait,
	.sync = redis_sync,
	.scan = redis_scan,
	.next = redis_next,
	.sweep = redis_sweep,
	.drop = redis_drop,
	.latest = redis_latest,
	.raise_latest = redis_raise_latest,
	.bytes = redis_bytes,
	.rows = redis_rows,
};

void
redis_measure(struct redis *r)
{
	const struct link *l = &r->link;

	r->measured = l->now;
	r->pending = (double)r->store.pending;
	r->depth = depth_limit(&l->depth);
	r->breaker = l->breaker.state;
	r->batch_size = l->sends > 0 ? (double)l->latency.count / (double)l->sends : 0;
	r->latency[0] = (double)latency_quantile(&l->latency, 0.5) / 1e9;
	r->latency[1] = (double)latency_quantile(&l->latency, 0.9) / 1e9;
	r->latency[2] = (double)latency_quantile(&l->latency, 0.99) / 1e9;
}

static void
count_rows(struct redis *r)
{
	const struct link *l = &r->link;
	const struct stat_row rows[] = {
		{ "store_pending", STAT_GAUGE, &r->pending, "Requests without an answer.",
		    NULL },
		{ "store_depth", STAT_GAUGE, &r->depth, "How many of them there may be.",
		    NULL },
		{ "store_batch", STAT_GAUGE, &r->batch_size,
		    "Requests sent in one go, on average.", NULL },
		{ "store_latency_p50_seconds", STAT_GAUGE, &r->latency[0],
		    "How long half of the requests took at most.", NULL },
		{ "store_latency_p90_seconds", STAT_GAUGE, &r->latency[1],
		    "How long 9 of 10 requests took at most.", NULL },
		{ "store_latency_p99_seconds", STAT_GAUGE, &r->latency[2],
		    "How long 99 of 100 requests took at most.", NULL },
		{ "store_breaker", STAT_GAUGE, &r->breaker,
		    "The circuit breaker: 0 closed, 1 open, 2 half-open.", NULL },
		{ "store_breaker_opened", STAT_COUNT, &l->breaker.opened,
		    "Times that it opened.", NULL },
		{ "store_connects", STAT_COUNT, &l->connects, "Connections made.", NULL },
		{ "store_losses", STAT_COUNT, &l->losses, "Connections lost.", NULL },
		{ "store_resent", STAT_COUNT, &l->resent,
		    "Requests sent again, their fate unknown.", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};

	_Static_assert(sizeof(rows) == sizeof(r->rows), "a place for each row");
	memcpy(r->rows, rows, sizeof(rows));
}

/* Under FAILURE_STOP: is the server there at all? */
static int
knock(struct redis *r, struct err *err)
{
	struct pollfd *fd;
	unsigned int n;
	int64_t left;
	int ms;

	while (r->link.state != LINK_UP) {
		link_knock(&r->link);
		redis_ready(&r->store);
		if (r->link.state == LINK_BROKEN || link_is_away(&r->link)) {
			errno = EIO;
			*err = r->link.why;
			return -1;
		}
		if (r->link.state == LINK_UP)
			return 0;
		n = redis_watch(&r->store, &fd, &ms);
		/* Nobody asks for anything, but this server is to be tried again. */
		if (r->link.state == LINK_DOWN) {
			left = r->link.retry - clock_monotonic();
			ms = left <= 0 ? 0 : (int)(left / 1000000 + 1);
		}
		if (sig_wait(fd, n, ms) == -1 && sig_came() != 0) {
			errno = EINTR;
			return err_away(err, "%s: stopped before it was there", r->link.name);
		}
	}
	return 0;
}

struct store *
store_redis_open(const char *url, const struct store_options *o, struct err *err)
{
	struct redis *r = calloc(1, sizeof(*r));
	int error;

	if (r == NULL) {
		err_memory(err);
		return NULL;
	}
	r->store.verbs = &verbs;
	r->options = o;
	r->prefix_len = strlen(o->prefix);
	r->layout = o->layout == LAYOUT_STRING ? &redis_string : &redis_hash;
	r->latest = r->raised = INSTANT_NONE;
	r->link.name = url;
	r->link.timeout = o->timeout;
	r->link.probes = o->on_failure == FAILURE_DEFAULT;
	r->link.store = r;
	r->link.answer = redis_take_answer;
	if (link_open(&r->link, o->password_file, (unsigned int)o->depth, err) == 0 &&
	    r->layout->open(r, err) == 0) {
		count_rows(r);
		if (o->on_failure != FAILURE_STOP || knock(r, err) == 0)
			return &r->store;
	}
	error = errno;
	(void)redis_close(&r->store, NULL);
	errno = error;
	return NULL;
}
