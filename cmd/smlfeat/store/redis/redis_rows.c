/* The counts of a store on a Redis server. */
#include <string.h>

#include "store/redis/redis.h"

void
redis_measure(struct redis *r)
{
	const struct connection *c = &r->connection;

	r->measured = c->now;
	r->pending = (double)r->backend.pending;
	r->depth = concurrency_limit(&c->concurrency);
	r->breaker = c->breaker.state;
	r->batch_size = c->sends > 0 ? (double)c->latency.count / (double)c->sends : 0;
	r->latency[0] = (double)latency_quantile(&c->latency, 0.5) / 1e9;
	r->latency[1] = (double)latency_quantile(&c->latency, 0.9) / 1e9;
	r->latency[2] = (double)latency_quantile(&c->latency, 0.99) / 1e9;
}

void
redis_count_rows(struct redis *r)
{
	const struct connection *c = &r->connection;
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
		{ "store_breaker_opened", STAT_COUNT, &c->breaker.opened,
		    "Times that it opened.", NULL },
		{ "store_connects", STAT_COUNT, &c->connects, "Connections made.", NULL },
		{ "store_losses", STAT_COUNT, &c->losses, "Connections lost.", NULL },
		{ "store_resent", STAT_COUNT, &c->resent,
		    "Requests sent again, their fate unknown.", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};

	_Static_assert(sizeof(rows) == sizeof(r->rows), "a place for each row");
	memcpy(r->rows, rows, sizeof(rows));
}
