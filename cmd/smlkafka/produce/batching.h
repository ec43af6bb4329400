#ifndef SML_BATCHING_H
#define SML_BATCHING_H

#include <poll.h>

#include "produce/delivery.h"

/*
 * Decides when batches are sent.  librdkafka sends a batch that is full, or has waited for
 * linger.ms.  That is long, because full batches cost the least.  If records come too slowly
 * to fill a batch, they are sent before the stream waits for more.
 */
struct batching {
	struct delivery *delivery; /* borrowed */
	struct pollfd answers;	   /* readable: librdkafka has an event */
	int64_t looked; /* monotonic ns: when we last looked how fast records come */
	uint32_t taken; /* since then */
	bool looking;	/* the stream wakes us for the next look */
};

/* Watches the stream of the delivery.  Returns -1 with err. */
int batching_open(struct batching *, struct delivery *, struct err *);
void batching_close(struct batching *); /* does nothing if all is zero */

/* Notes that a record was taken: it will be sent, or refused. */
void batching_taken(struct batching *);

/* Handles STREAM_READY: takes answers, and sends records that need not wait. */
void batching_ready(struct batching *);

#endif
