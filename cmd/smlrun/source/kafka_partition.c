/* Reads one partition as lines. */
#include <stdlib.h>
#include <string.h>

#include "kafka/envelope_write.h"
#include "kafka/message_line.h"
#include "kafka/peek.h"
#include "source/kafka_partition.h"

enum {
	CHUNK = 128 * 1024, /* bytes of lines handed out together */
	WAIT = 5000	    /* ms: for a message that was there before */
};

int
kafka_partition_open(struct kafka_partition *p, struct kafka_reader *reader, int32_t number,
    struct err *err)
{
	*p = (struct kafka_partition){ .reader = reader, .number = number, .end = INT64_MAX };
	return out_open(&p->lines, -1, 2 * CHUNK) == -1 ? err_memory(err) : 0;
}

static void
drop(rd_kafka_message_t **m)
{
	if (*m != NULL)
		rd_kafka_message_destroy(*m);
	*m = NULL;
}

void
kafka_partition_stop(struct kafka_partition *p)
{
	drop(&p->last);
	drop(&p->bad);
	if (p->handle != NULL) {
		(void)rd_kafka_consume_stop(p->handle, p->number);
		rd_kafka_topic_destroy(p->handle);
	}
	if (p->queue != NULL)
		rd_kafka_queue_destroy(p->queue);
	p->handle = NULL;
	p->queue = NULL;
}

void
kafka_partition_close(struct kafka_partition *p)
{
	kafka_partition_stop(p);
	free(p->lines.p);
	*p = (struct kafka_partition){ 0 };
}

/* Without a group: fetches from the place on. */
static int
start_alone(struct kafka_partition *p, struct err *err)
{
	rd_kafka_t *handle = p->reader->client.handle;

	p->queue = rd_kafka_queue_new(handle);
	p->handle = rd_kafka_topic_new(handle, p->reader->topic, NULL);
	if (p->handle != NULL &&
	    rd_kafka_consume_start_queue(p->handle, p->number, p->place.offset, p->queue) == 0)
		return 0;
	if (p->handle != NULL)
		rd_kafka_topic_destroy(p->handle);
	p->handle = NULL;
	return client_fail(rd_kafka_last_error(), p->reader->topic, err);
}

int
kafka_partition_start(struct kafka_partition *p, const struct source_place *place,
    struct err *err)
{
	static const uint64_t one = 1;
	const struct kafka_reader *r = p->reader;
	int result = 0;

	kafka_partition_stop(p);
	p->place = *place;
	p->queued = 0;
	p->ended = p->place.offset >= p->end;
	if (r->group == NULL)
		result = start_alone(p, err);
	else {
		p->queue = rd_kafka_queue_get_partition(r->client.handle, r->topic, p->number);
		rd_kafka_queue_forward(p->queue, NULL);
	}
	if (result == 0)
		rd_kafka_queue_io_event_enable(p->queue, r->wake, &one, sizeof one);
	return result;
}

/*
 * A broker's thread that finds the queue full sleeps for a second, or until it has a request
 * to send.  So we send one and wait for no answer, when half of the queue is left.
 */
static void
fetch_on(struct kafka_partition *p, size_t queued)
{
	rd_kafka_topic_partition_list_t *list;

	if (queued > p->queued)
		p->queued = queued;
	if (queued > p->queued / 2 || p->queued < 2)
		return;
	p->queued = queued;
	list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, p->reader->topic, p->number)->offset =
	    CLIENT_END;
	(void)rd_kafka_offsets_for_times(p->reader->client.handle, list, 0);
	rd_kafka_topic_partition_list_destroy(list);
}

/* Handles what is no message.  Returns -1 with err if the partition cannot be read. */
static int
take_event(struct kafka_partition *p, const rd_kafka_message_t *m, struct err *err)
{
	const char *topic = p->reader->topic;

	switch (m->err) {
	case RD_KAFKA_RESP_ERR__PARTITION_EOF:
		/* What transactions leave in the log is gone over. */
		if (m->offset > p->place.offset)
			p->place.offset = m->offset < p->end ? m->offset : p->end;
		p->ended = m->offset >= p->end;
		return 0;
	case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
		return 0;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
		return err_set(err, NULL,
		    "topic %s, partition %d: offset %lld is not there: its messages were "
		    "deleted, or the topic was made anew",
		    topic, p->number, (long long)p->place.offset);
	default:
		(void)client_fail(m->err, topic, err);
		return err->unreachable ? 0 : -1;
	}
}

/* Makes a line of a message, or keeps it as the bad one. */
static int
take_message(struct kafka_partition *p, rd_kafka_message_t *m, struct err *err)
{
	struct kafka_reader *r = p->reader;

	if (message_line_write(&r->payload, &p->lines, m, r->format, false, &p->bad_byte,
		&p->why) == -1) {
		p->bad = m;
		p->place.offset = m->offset;
		if (!p->why.memory)
			return 0;
		*err = p->why;
		return -1;
	}
	p->place.offset = m->offset + 1;
	p->place.records++;
	drop(&p->last);
	p->last = m;
	return 0;
}

/* Handles what came off the queue, and keeps or frees it. */
static int
take(struct kafka_partition *p, rd_kafka_message_t *m, struct err *err)
{
	int result = 0;

	if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		result = take_event(p, m, err);
	else if (m->offset >= p->end)
		p->ended = true;
	else if (m->offset >= p->place.offset)
		return take_message(p, m, err);
	rd_kafka_message_destroy(m);
	return result;
}

enum source_event
kafka_partition_next(struct kafka_partition *p, uint64_t most, const char **lines, size_t *n,
    struct err *err)
{
	uint64_t before = p->place.records;
	rd_kafka_message_t *m = NULL;

	p->lines.len = 0;
	while (p->bad == NULL && !p->ended && p->place.records - before < most &&
	    p->lines.len < CHUNK && (m = rd_kafka_consume_queue(p->queue, 0)) != NULL) {
		if (take(p, m, err) == -1)
			return SOURCE_FAILED;
		p->ended |= p->place.offset >= p->end;
	}
	fetch_on(p, rd_kafka_queue_length(p->queue));
	*lines = p->lines.p;
	*n = p->lines.len;
	if (*n > 0)
		return SOURCE_LINES;
	if (p->bad != NULL) {
		*lines = p->bad->payload;
		*n = p->bad->len;
		*err = p->why;
		err->at = NULL;
		return SOURCE_BAD;
	}
	return p->ended ? SOURCE_END : SOURCE_LATER;
}

void
kafka_partition_mark(struct kafka_partition *p, struct source_place *place)
{
	if (p->last != NULL)
		last_message_take(&p->place.last, p->last);
	*place = p->place;
}

void
kafka_partition_find_next(struct kafka_partition *p)
{
	rd_kafka_message_t *m;
	bool over = p->bad != NULL;

	while (!over && (m = rd_kafka_consume_queue(p->queue, WAIT)) != NULL) {
		over = m->offset >= p->place.offset;
		if (over && m->err == RD_KAFKA_RESP_ERR_NO_ERROR)
			p->place.offset = m->offset;
		rd_kafka_message_destroy(m);
	}
}

void
kafka_partition_reject(struct kafka_partition *p, struct out *out)
{
	envelope_write(out, p->bad, p->why.text, false);
}

void
kafka_partition_skip(struct kafka_partition *p)
{
	p->place.offset = p->bad->offset + 1;
	p->place.records++;
	drop(&p->last);
	p->last = p->bad;
	p->bad = NULL;
	p->ended |= p->place.offset >= p->end;
}

int
kafka_partition_check(struct client *reader, const char *topic, int32_t partition,
    const struct source_place *snapshot, const struct source_place *last, struct err *err)
{
	int64_t first;

	if (client_offset(reader, topic, partition, CLIENT_BEGINNING, &first, err) == -1)
		return -1;
	if (snapshot->offset < first)
		return err_set(err, NULL,
		    "topic %s, partition %d: offset %lld, where the run goes on, is deleted; "
		    "the first there is %lld",
		    topic, (int)partition, (long long)snapshot->offset, (long long)first);
	if (last->last.offset < 0)
		return 0;
	switch (last_message_check(reader, topic, partition, &last->last, err)) {
	case LAST_MESSAGE_SAME:
	case LAST_MESSAGE_GONE:
		return 0;
	default:
		return -1;
	}
}
