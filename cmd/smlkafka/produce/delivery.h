#ifndef SML_DELIVERY_H
#define SML_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/stream/stream.h"
#include "kafka/client.h"

/*
 * Records on their way to the brokers.  They are counted or refused, and then forgotten, in
 * the order of the input, even if the answers come in another order.  Until then the line of
 * each is held.
 */
enum parcel_state {
	PARCEL_OUT,	/* no answer yet */
	PARCEL_TAKEN,	/* acknowledged */
	PARCEL_SUSPECT, /* refused with its batch, perhaps because of another record */
	PARCEL_REFUSED,
	PARCEL_LOST /* given up: it is not known whether the brokers took it */
};

struct parcel {
	struct delivery *delivery;
	struct held held;
	enum parcel_state state;
	rd_kafka_resp_err_t code; /* why it was refused or lost */
	struct err *refusal; /* malloc'ed; why it cannot be a message; code is then unused */
	uint64_t bytes;	     /* of key and value */
	bool alone;	     /* no other record is in its batch */
};

struct delivery {
	struct client *client; /* these three are borrowed */
	struct stream *stream;
	void *owner;
	void (*send)(void *owner, struct parcel *);

	struct parcel *ring;
	uint32_t first, count;
	uint32_t out;	  /* how many parcels are PARCEL_OUT */
	uint64_t waiting; /* bytes in the lines of these */
	uint64_t held;	  /* bytes in all lines of the ring, used or not */
	int64_t heard;	  /* monotonic ns: last answer, or when the wait for one began */
	bool over;	  /* the run ends: nothing more is sent or awaited */

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
 * Opens a delivery.  send must give a parcel's line to librdkafka once more, and mark the
 * parcel if that fails.  delivery_answer must be librdkafka's callback for delivery reports,
 * with the parcel as the message's opaque.
 */
int delivery_open(struct delivery *, struct client *, struct stream *,
    void (*send)(void *owner, struct parcel *), void *owner, struct err *);
void delivery_answer(rd_kafka_t *, const rd_kafka_message_t *, void *);

/*
 * Frees everything.  Call it after client_close, because librdkafka reads the lines until
 * then.
 */
void delivery_close(struct delivery *);

/* Returns whether an answer must come before another parcel is taken. */
bool delivery_is_full(const struct delivery *);

/*
 * Makes a parcel (PARCEL_OUT) of the current line; waits until there is room.  Returns NULL if
 * the run is over; the stream knows why.
 */
struct parcel *delivery_take(struct delivery *);

/*
 * These mark a parcel that cannot be sent.  The reason is err, which is about the parcel's
 * line, or a code.
 */
void delivery_refuse(struct parcel *, const struct err *);
void delivery_return(struct parcel *, rd_kafka_resp_err_t);

/*
 * Takes the answers that have come, and waits up to ms for one.  Then counts or refuses
 * parcels, from the first on, as far as they are answered.
 */
void delivery_serve(struct delivery *, int ms);

/*
 * Does the same as delivery_serve for about a millisecond, in which all waiting batches are
 * sent.
 */
void delivery_send_on(struct delivery *);

/*
 * Ends the run if the brokers have been unreachable, or silent, for --timeout.  Call it from
 * time to time while records are unanswered.
 */
void delivery_check(struct delivery *);

/* Waits until all parcels that were taken are answered. */
void delivery_drain(struct delivery *);

#endif
