#ifndef SML_DELIVERY_H
#define SML_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/stream/stream.h"
#include "kafka/client.h"

/*
 * Records on their way to the brokers.  They are counted, refused and
 * forgotten in the order of the input, whatever order the answers come in;
 * until then the line of each is held.
 */
enum parcel_state {
	PARCEL_OUT,	/* no answer yet */
	PARCEL_TAKEN,	/* acknowledged */
	PARCEL_SUSPECT, /* refused with its batch, perhaps because of another record */
	PARCEL_REFUSED,
	PARCEL_LOST /* given up: whether it was taken is not known */
};

struct parcel {
	struct delivery *delivery;
	struct held held;
	enum parcel_state state;
	rd_kafka_resp_err_t code; /* why it was refused or lost */
	struct err *refusal;	  /* malloc'ed; instead of code: why it is not a message */
	uint64_t bytes;		  /* of key and value */
	bool alone;		  /* no other record is in its batch */
};

struct delivery {
	struct client *client; /* these three are borrowed */
	struct stream *stream;
	void *owner;
	void (*send)(void *owner, struct parcel *);

	struct parcel *ring;
	uint32_t first, count;
	uint32_t out;	  /* how many of them are PARCEL_OUT */
	uint64_t waiting; /* bytes in their lines */
	uint64_t held;	  /* bytes in all lines of the ring, used or not */
	int64_t heard;	  /* monotonic ns: last answer, or when the wait for one began */
	bool over;	  /* the run ends: nothing is sent or waited for */

	uint64_t acknowledged, bytes;
	double in_flight;
};

/*
 * Limits on what librdkafka holds for us: records without a delivery report, and the bytes of
 * their lines (a single longer line is let through).  That is about four full batches;
 * librdkafka 2.0.2 keeps at most five in flight, and busy-loops if many more are queued.
 */
enum { DELIVERY_MOST = 65536, DELIVERY_BYTES = 4 << 20 };

/*
 * send gives a parcel's line to librdkafka once more, and marks the parcel if that fails.
 * delivery_answer must be librdkafka's callback for delivery reports; the parcel is the
 * message's opaque.
 */
int delivery_open(struct delivery *, struct client *, struct stream *,
    void (*send)(void *owner, struct parcel *), void *owner, struct err *);
void delivery_answer(rd_kafka_t *, const rd_kafka_message_t *, void *);

/* Frees all; call it after client_close, because librdkafka reads the lines until then. */
void delivery_close(struct delivery *);

/* Returns whether a parcel must be answered before another is taken. */
bool delivery_is_full(const struct delivery *);

/*
 * Makes a parcel of the current line, PARCEL_OUT, waiting for room.  Returns NULL if the
 * run is over; the stream knows why.
 */
struct parcel *delivery_take(struct delivery *);

/*
 * Mark a parcel that cannot be sent.  The reason is err, which is about its held line, or a
 * code.
 */
void delivery_refuse(struct parcel *, const struct err *);
void delivery_return(struct parcel *, rd_kafka_resp_err_t);

/*
 * Takes the answers that are there, waiting up to ms for one, and counts or refuses
 * parcels from the first on.
 */
void delivery_serve(struct delivery *, int ms);

/* Does the same for about a millisecond, in which all waiting batches are sent. */
void delivery_send_on(struct delivery *);

/*
 * Ends the run if the brokers have been unreachable, or silent, for --timeout.  Call it
 * now and then while something is out.
 */
void delivery_check(struct delivery *);

/* Waits until all that was taken is answered. */
void delivery_drain(struct delivery *);

#endif
