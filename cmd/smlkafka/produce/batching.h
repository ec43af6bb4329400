#ifndef SML_BATCHING_H
#define SML_BATCHING_H

#include <poll.h>

#include "produce/delivery.h"

/*
 * When batches go.  librdkafka sends one that is full, or has waited for
 * linger.ms, which is long, for full batches cost the least.  Where records
 * come thinly nothing fills one, and they are sent on before the stream would
 * wait for more.
 */
struct batching {
	struct delivery *delivery; /* borrowed */
	struct pollfd answers;	   /* readable: librdkafka has an event */
	int64_t looked;		   /* monotonic ns: when we looked how many come */
	uint32_t taken;		   /* since then */
	bool looking;		   /* the stream wakes us for the next look */
};

/* Watches the stream of the delivery.  -1 with err. */
int batching_open(struct batching *, struct delivery *, struct err *);
void batching_close(struct batching *); /* takes all zeroes */

/* A record was taken: it will be sent, or refused. */
void batching_taken(struct batching *);

/* STREAM_READY: takes what was answered, and sends what need not wait. */
void batching_ready(struct batching *);

#endif
