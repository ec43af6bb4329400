/* Reads one partition as lines. */
#include <stdlib.h>
#include <string.h>

#include "kafka/envelope_write.h"
#include "kafka/message_line.h"
#include "kafka/peek.h"
#include "kafka/refill.h"
#include "source/kafka_partition.h"

enum {
	CHUNK = 128 * 1024, /* bytes of lines handed out together */
	WAIT = 5000	    /* ms: how long to wait for a message that was read before */
};

void
kafka_partition_begin(struct kafka_partition *p, struct kafka_reader *reader, int32_t number)
{
	*p = (struct kafka_partition){ .reader = reader,
		.number = number,
		.end = INT64_MAX,
		.limit = INT64_MAX,
		.again = INT64_MAX };
}

int
kafka_partition_open(struct kafka_partition *p, struct kafka_reader *reader, int32_t number,
    struct err *err)
{
	kafka_partition_begin(p, reader, number);
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
	drop(&p->head);
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

/* Without a group: fetches messages from the place on. */
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
	p->seen = 0;
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

void
kafka_partition_limit(struct kafka_partition *p, bool with_bad)
{
	p->limit = p->place.offset + (with_bad && p->bad != NULL ? 1 : 0);
}

/* Returns the first offset that must not be read. */
static int64_t
end_of(const struct kafka_partition *p)
{
	int64_t end = p->end < p->limit ? p->end : p->limit;

	return end < p->again ? end : p->again;
}

bool
kafka_partition_has_end(const struct kafka_partition *p)
{
	return end_of(p) < INT64_MAX;
}

bool
kafka_partition_is_over(const struct kafka_partition *p)
{
	int64_t end = end_of(p);

	if (p->bad != NULL)
		return false;
	return p->place.offset >= end ||
	    (p->head != NULL ? p->head->offset >= end : p->seen >= end);
}

void
kafka_partition_fetch_on(struct kafka_partition *p)
{
	rd_kafka_topic_partition_list_t *list;

	if (!refill_due(rd_kafka_queue_length(p->queue), 2, &p->queued))
		return;
	list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, p->reader->topic, p->number);
	refill_ask(p->reader->client.handle, list);
	rd_kafka_topic_partition_list_destroy(list);
}

/*
 * Handles an event that is not a message.  Returns -1 with err if the partition cannot be
 * read.
 */
static int
take_event(struct kafka_partition *p, const rd_kafka_message_t *m, struct err *err)
{
	const char *topic = p->reader->topic;

	switch (m->err) {
	case RD_KAFKA_RESP_ERR__PARTITION_EOF:
		if (m->offset > p->seen)
			p->seen = m->offset;
		return 0;
	case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
		return 0;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
		return err_set(err, NULL,
		    "topic %s, partition %d: there is no offset %lld: its messages were "
		    "deleted, or the topic was recreated",
		    topic, p->number, (long long)p->place.offset);
	default:
		(void)client_fail(m->err, topic, err);
		return err->unreachable ? 0 : -1;
	}
}

/* Moves the place past offsets that transactions use for their markers. */
static void
pass_gap(struct kafka_partition *p)
{
	int64_t end = end_of(p), next = p->seen < end ? p->seen : end;

	if (p->head == NULL && p->place.offset < next)
		p->place.offset = next;
}

int
kafka_partition_fetch(struct kafka_partition *p, int ms, struct err *err)
{
	rd_kafka_message_t *m;
	int result = 0;

	while (result == 0 && p->head == NULL && !kafka_partition_is_over(p) &&
	    (m = rd_kafka_consume_queue(p->queue, ms)) != NULL) {
		if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR && m->offset >= p->place.offset) {
			p->head = m;
			continue;
		}
		if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR)
			result = take_event(p, m, err);
		rd_kafka_message_destroy(m);
	}
	pass_gap(p);
	if (result == -1)
		return -1;
	return p->head != NULL && !kafka_partition_is_over(p) ? 1 : 0;
}

int
kafka_partition_take(struct kafka_partition *p, struct out *lines, struct err *err)
{
	struct kafka_reader *r = p->reader;
	rd_kafka_message_t *m = p->head;

	p->head = NULL;
	if (message_line_write(&r->payload, lines, m, r->format, false, &p->bad_byte,
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

enum source_event
kafka_partition_bad(const struct kafka_partition *p, const char **text, size_t *n,
    struct err *err)
{
	*text = p->bad->payload;
	*n = p->bad->len;
	*err = p->why;
	err->at = NULL;
	return SOURCE_BAD;
}

enum source_event
kafka_partition_next(struct kafka_partition *p, uint64_t most, const char **lines, size_t *n,
    struct err *err)
{
	uint64_t before = p->place.records;
	int there = 1;

	p->lines.len = 0;
	while (p->bad == NULL && p->place.records - before < most && p->lines.len < CHUNK &&
	    (there = kafka_partition_fetch(p, 0, err)) == 1)
		if (kafka_partition_take(p, &p->lines, err) == -1)
			return SOURCE_FAILED;
	if (there == -1)
		return SOURCE_FAILED;
	kafka_partition_fetch_on(p);
	*lines = p->lines.p;
	*n = p->lines.len;
	if (*n > 0)
		return SOURCE_LINES;
	if (p->bad != NULL)
		return kafka_partition_bad(p, lines, n, err);
	return kafka_partition_is_over(p) ? SOURCE_END : SOURCE_LATER;
}

void
kafka_partition_remember(struct kafka_partition *p)
{
	if (p->last != NULL)
		last_message_take(&p->place.last, p->last);
	drop(&p->last);
}

void
kafka_partition_mark(struct kafka_partition *p, struct source_place *place)
{
	kafka_partition_remember(p);
	*place = p->place;
}

void
kafka_partition_find_next(struct kafka_partition *p)
{
	struct err err;

	if (p->bad == NULL && kafka_partition_fetch(p, WAIT, &err) == 1)
		p->place.offset = p->head->offset;
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
		    "topic %s, partition %d: offset %lld, where the run continues, was "
		    "deleted; the first there is %lld",
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
