/* Records on their way to the brokers. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "produce/delivery.h"

enum {
	PATIENCE = 100, /* ms: between two checks whether something has gone wrong */
	SOON = 5,	/* ms within which answers come, unless batches wait to fill */
	BRIEF = 1	/* ms: for librdkafka's threads to wake up and send */
};

int
delivery_open(struct delivery *d, struct client *client, struct stream *stream,
    void (*send)(void *owner, struct parcel *), void *owner, struct err *err)
{
	*d = (struct delivery){ .client = client,
		.stream = stream,
		.owner = owner,
		.send = send,
		.ring = calloc(DELIVERY_MOST, sizeof *d->ring) };
	return d->ring == NULL ? err_memory(err) : 0;
}

void
delivery_close(struct delivery *d)
{
	for (uint32_t i = 0; d->ring != NULL && i < DELIVERY_MOST; i++) {
		held_free(&d->ring[i].held);
		free(d->ring[i].refusal);
	}
	free(d->ring);
	d->ring = NULL;
}

static struct parcel *
parcel_at(const struct delivery *d, uint32_t i)
{
	return &d->ring[(d->first + i) % DELIVERY_MOST];
}

/* Ends the run at the first record that was not acknowledged. */
static void
fail(struct delivery *d, const struct err *err)
{
	d->over = true;
	if (d->count > 0)
		(void)stream_fail_held(d->stream, &parcel_at(d, 0)->held, err);
	else
		stream_fail(d->stream, err);
}

/* Returns whether a broker refused a whole batch, of which one record may be to blame. */
static bool
is_for_batch(rd_kafka_resp_err_t code)
{
	switch (code) {
	case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
	case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
	case RD_KAFKA_RESP_ERR_INVALID_MSG:
	case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
	case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
	case RD_KAFKA_RESP_ERR_INVALID_RECORD:
	case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
		return true;
	default:
		return false;
	}
}

/*
 * Returns whether librdkafka gave up a message, so that nobody knows whether the brokers took
 * it.
 */
static bool
is_lost(rd_kafka_resp_err_t code)
{
	struct err err;

	switch (code) {
	case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
	case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
	case RD_KAFKA_RESP_ERR__DESTROY:
	case RD_KAFKA_RESP_ERR__FATAL:
		return true;
	default:
		(void)client_fail(code, NULL, &err);
		return err.unreachable;
	}
}

void
delivery_return(struct parcel *p, rd_kafka_resp_err_t code)
{
	p->code = code;
	p->state = is_lost(code) ? PARCEL_LOST : PARCEL_REFUSED;
	p->delivery->out--;
}

void
delivery_refuse(struct parcel *p, const struct err *err)
{
	p->refusal = malloc(sizeof *p->refusal);
	p->state = p->refusal == NULL || err->unreachable || err->memory ? PARCEL_LOST :
									   PARCEL_REFUSED;
	if (p->refusal != NULL)
		*p->refusal = *err;
	p->delivery->out--;
}

void
delivery_answer(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque)
{
	struct parcel *p = message->_private;

	(void)handle;
	(void)opaque;
	if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
		delivery_return(p, message->err);
		if (is_for_batch(message->err) && !p->alone)
			p->state = PARCEL_SUSPECT;
		return;
	}
	p->state = PARCEL_TAKEN;
	p->delivery->out--;
}

static void
add(struct delivery *d, struct parcel *p)
{
	if (d->out++ == 0)
		d->heard = clock_monotonic();
	p->delivery = d;
	p->code = RD_KAFKA_RESP_ERR_NO_ERROR;
	p->state = PARCEL_OUT;
}

/*
 * Removes the first parcel.  Frees its buffer if that is long; otherwise, in the end, every
 * parcel could have a long buffer.
 */
static void
drop_first(struct delivery *d)
{
	struct parcel *p = parcel_at(d, 0);

	d->waiting -= p->held.line.len;
	if (d->held > DELIVERY_BYTES) {
		d->held -= p->held.line.cap;
		held_free(&p->held);
	}
	free(p->refusal);
	p->refusal = NULL;
	p->alone = false;
	d->first = (d->first + 1) % DELIVERY_MOST;
	d->count--;
}

/* Takes the answers that come within ms.  send: also sends waiting batches. */
static void
take_answers(struct delivery *d, int ms, bool send)
{
	uint32_t before = d->out;

	if (send)
		(void)rd_kafka_flush(d->client->handle, ms);
	else
		rd_kafka_poll(d->client->handle, ms);
	if (d->out != before)
		d->heard = clock_monotonic();
}

void
delivery_check(struct delivery *d)
{
	int64_t timeout = d->client->timeout;
	uint32_t before = d->out;
	char text[INSTANT_MAX];
	struct err err;

	if (d->over || d->out == 0)
		return;
	if (client_check(d->client, &err) == -1) {
		fail(d, &err);
		return;
	}
	/* client_check polls, so answers may have come meanwhile. */
	if (d->out != before) {
		d->heard = clock_monotonic();
	} else if (timeout > 0 && clock_monotonic() - d->heard >= timeout) {
		text[duration_write(text, timeout)] = '\0';
		err_unreachable(&err, "the brokers have acknowledged nothing for %s", text);
		fail(d, &err);
	}
}

/* Waits until all records are answered; waiting batches are sent immediately. */
static void
await(struct delivery *d)
{
	while (d->out > 0 && !d->over) {
		take_answers(d, PATIENCE, true);
		delivery_check(d);
	}
}

static uint32_t
count_suspects(const struct delivery *d, uint32_t from, uint32_t n)
{
	uint32_t suspects = 0;

	for (uint32_t i = from; i < from + n; i++)
		suspects += parcel_at(d, i)->state == PARCEL_SUSPECT;
	return suspects;
}

/*
 * Sends the parcels of a refused batch again; if they are refused again, sends each half of
 * them.
 */
static void
sift(struct delivery *d, uint32_t from, uint32_t n)
{
	uint32_t suspects = count_suspects(d, from, n);
	struct parcel *p;

	if (suspects == 0 || d->over)
		return;
	for (uint32_t i = from; i < from + n; i++) {
		p = parcel_at(d, i);
		if (p->state != PARCEL_SUSPECT)
			continue;
		p->alone = suspects == 1;
		add(d, p);
		d->send(d->owner, p);
	}
	await(d);
	sift(d, from, n / 2);
	sift(d, from + n / 2, n - n / 2);
}

/* Refuses the first record: the run stops here, unless there is --rejects. */
static void
refuse_first(struct delivery *d)
{
	struct parcel *p = parcel_at(d, 0);
	struct err err;

	if (p->refusal == NULL)
		client_fail(p->code, NULL, &err);
	if (stream_reject_held(d->stream, &p->held, p->refusal != NULL ? p->refusal : &err) ==
	    -1)
		d->over = true;
}

static void
fail_lost(struct delivery *d)
{
	struct parcel *p = parcel_at(d, 0);
	struct err err;

	/* librdkafka's reason for all messages says more than its reason for one. */
	if (p->refusal != NULL)
		err = *p->refusal;
	else if (p->code == RD_KAFKA_RESP_ERR_NO_ERROR)
		err_memory(&err);
	else if (client_check(d->client, &err) == 0)
		client_fail(p->code, NULL, &err);
	fail(d, &err);
}

/* Counts or refuses the records that are answered, up to the first record that is not. */
static void
settle(struct delivery *d)
{
	while (d->count > 0 && !d->over) {
		struct parcel *p = parcel_at(d, 0);

		if (p->state == PARCEL_OUT)
			break;
		if (p->state == PARCEL_SUSPECT) {
			await(d);
			sift(d, 0, d->count);
			continue;
		}
		if (p->state == PARCEL_LOST) {
			fail_lost(d);
			break;
		}
		if (p->state == PARCEL_REFUSED) {
			refuse_first(d);
		} else {
			d->acknowledged++;
			d->bytes += p->bytes;
		}
		if (!d->over)
			drop_first(d);
	}
	d->in_flight = d->count;
	stream_pending(d->stream, d->count > 0 && !d->over);
}

void
delivery_serve(struct delivery *d, int ms)
{
	take_answers(d, ms, false);
	settle(d);
}

void
delivery_send_on(struct delivery *d)
{
	take_answers(d, BRIEF, true);
	settle(d);
}

void
delivery_drain(struct delivery *d)
{
	await(d);
	settle(d);
}

bool
delivery_is_full(const struct delivery *d)
{
	return d->count == DELIVERY_MOST || d->waiting >= DELIVERY_BYTES;
}

/*
 * Makes room by sending the waiting batches: those of many partitions would not fill any more.
 */
static void
make_room(struct delivery *d)
{
	uint32_t before = d->out;

	delivery_serve(d, SOON);
	if (d->out != before || d->over)
		return;
	delivery_send_on(d);
	delivery_check(d);
}

struct parcel *
delivery_take(struct delivery *d)
{
	struct parcel *p;
	struct err err;
	size_t before;

	while (!d->over && delivery_is_full(d))
		make_room(d);
	if (d->over)
		return NULL;
	p = parcel_at(d, d->count);
	before = p->held.line.cap;
	if (stream_keep(d->stream, &p->held, &err) == -1) {
		fail(d, &err);
		return NULL;
	}
	d->held += p->held.line.cap - before;
	d->waiting += p->held.line.len;
	d->count++;
	add(d, p);
	stream_pending(d->stream, true);
	return p;
}
