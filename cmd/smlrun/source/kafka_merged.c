/* Reads several partitions as one, in the order of time. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "source/kafka_merged.h"

enum {
	CHUNK = 128 * 1024, /* bytes of lines handed out together */
	WAIT = 5000	    /* ms: how long to wait for a message that was read before */
};

int
kafka_merged_open(struct kafka_merged *m, struct kafka_reader *reader, const int32_t *numbers,
    size_t count, int64_t wait, struct err *err)
{
	*m = (struct kafka_merged){ .reader = reader, .wait = wait };
	m->part = calloc(count + 1, sizeof *m->part);
	if (m->part == NULL || out_open(&m->lines, -1, 2 * CHUNK) == -1)
		return err_memory(err);
	m->count = count;
	for (size_t i = 0; i < count; i++)
		kafka_partition_begin(&m->part[i].partition, reader, numbers[i]);
	return 0;
}

void
kafka_merged_close(struct kafka_merged *m)
{
	for (size_t i = 0; i < m->count; i++)
		kafka_partition_close(&m->part[i].partition);
	free(m->part);
	free(m->lines.p);
	merge_free(&m->merge);
	partition_places_free(&m->places, NULL, 0);
	*m = (struct kafka_merged){ 0 };
}

/*
 * Has the merge wait for a partition whose next message is unknown, or leave out the partition
 * if no more messages will come.
 */
static void
wait_for(struct kafka_merged *m, uint32_t i)
{
	if (m->part[i].idle || kafka_partition_is_over(&m->part[i].partition))
		merge_pass(&m->merge, i);
	else
		merge_wait(&m->merge, i);
}

/*
 * Looks for the next message of a partition, for up to ms.  Returns 1, 0 if there is none, or -1.
 */
static int
look(struct kafka_merged *m, uint32_t i, int ms, struct err *err)
{
	struct merged_partition *part = &m->part[i];
	struct kafka_partition *p = &part->partition;
	int there = kafka_partition_fetch(p, ms, err);
	struct merge_key key = { .partition = p->number };

	if (there != 1) {
		wait_for(m, i);
		return there;
	}
	key.time = rd_kafka_message_timestamp(p->head, NULL);
	key.offset = p->head->offset;
	part->idle = false;
	merge_put(&m->merge, i, &key);
	return 1;
}

/* Looks at all partitions again: each may have more now. */
static void
wait_for_all(struct kafka_merged *m)
{
	for (uint32_t i = 0; i < m->count; i++) {
		m->part[i].since = clock_monotonic();
		m->part[i].idle = false;
		wait_for(m, i);
	}
}

/* Starts to read a partition. */
static int
start(struct kafka_merged *m, struct kafka_partition *p, const struct source_place *from,
    const struct source_place *last, struct err *err)
{
	const struct source_place place = source_place_in(from, p->number);

	p->again = m->again == 0 ? INT64_MAX : source_place_in(last, p->number).offset;
	return kafka_partition_start(p, &place, err);
}

int
kafka_merged_start(struct kafka_merged *m, const struct source_place *place,
    const struct source_place *last, struct err *err)
{
	m->place = *place;
	m->place.each = NULL;
	m->again = last->records > place->records ? last->records : 0;
	m->bad = NULL;
	m->copy = UINT32_MAX;
	if (merge_open(&m->merge, (uint32_t)m->count) == -1)
		return err_memory(err);
	for (size_t i = 0; i < m->count; i++)
		if (start(m, &m->part[i].partition, place, last, err) == -1)
			return -1;
	wait_for_all(m);
	return 0;
}

/*
 * Ends the repetition: the messages after it were not read before, so each partition is now
 * read to its own end.
 */
static void
end_repeat(struct kafka_merged *m)
{
	m->again = 0;
	for (size_t i = 0; i < m->count; i++)
		m->part[i].partition.again = INT64_MAX;
	wait_for_all(m);
}

/* Returns whether the partition that is waited for has no end, and was silent for too long. */
static bool
give_up(struct kafka_merged *m, uint32_t i)
{
	struct merged_partition *part = &m->part[i];

	if (kafka_partition_has_end(&part->partition) ||
	    clock_monotonic() - part->since < m->wait)
		return false;
	part->idle = true;
	merge_pass(&m->merge, i);
	return true;
}

static void
name_copy(struct kafka_merged *m, uint32_t i)
{
	char line[48];

	out_write(&m->lines, line,
	    (size_t)snprintf(line, sizeof line, "{\"$sml\":\"copy\",\"id\":%u}\n", i));
}

/* Takes the message that comes first. */
static int
take(struct kafka_merged *m, uint32_t i, struct err *err)
{
	struct kafka_partition *p = &m->part[i].partition;
	const size_t before = m->lines.len;
	int there;

	if (m->names_copies && i != m->copy)
		name_copy(m, i);
	if (kafka_partition_take(p, &m->lines, err) == -1)
		return -1;
	if (p->bad != NULL) {
		m->bad = p;
		m->lines.len = before;
		return 0;
	}
	m->copy = i;
	m->place.records++;
	there = look(m, i, 0, err);
	if (there == 0)
		m->part[i].since = clock_monotonic();
	return there == -1 ? -1 : 0;
}

/* Does the next step.  Returns 1, 0 if there is nothing to do now, or -1. */
static int
step(struct kafka_merged *m, struct err *err)
{
	uint32_t i;
	int there;

	switch (merge_first(&m->merge, &i)) {
	case MERGE_RECORD:
		return take(m, i, err) == -1 ? -1 : 1;
	case MERGE_WAIT:
		there = look(m, i, 0, err);
		if (there != 0)
			return there;
		return kafka_partition_is_over(&m->part[i].partition) || give_up(m, i);
	default:
		return 0;
	}
}

/* Looks at partitions that are not waited for. */
static int
look_at_idle(struct kafka_merged *m, struct err *err)
{
	for (uint32_t i = 0; i < m->count; i++)
		if (m->part[i].idle && look(m, i, 0, err) == -1)
			return -1;
	return 0;
}

static bool
is_over(const struct kafka_merged *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (!kafka_partition_is_over(&m->part[i].partition))
			return false;
	return true;
}

/* Frees the message that was taken last, and has librdkafka fetch more. */
static void
go_on(struct kafka_merged *m)
{
	for (size_t i = 0; i < m->count; i++) {
		kafka_partition_remember(&m->part[i].partition);
		kafka_partition_fetch_on(&m->part[i].partition);
	}
}

enum source_event
kafka_merged_next(struct kafka_merged *m, uint64_t most, const char **lines, size_t *n,
    struct err *err)
{
	uint64_t before = m->place.records;
	int more = 1;

	m->lines.len = 0;
	if (m->again > 0 && before >= m->again)
		end_repeat(m);
	if (m->bad == NULL && look_at_idle(m, err) == -1)
		return SOURCE_FAILED;
	while (more == 1 && m->bad == NULL && m->place.records - before < most &&
	    m->lines.len < CHUNK)
		more = step(m, err);
	if (more == -1)
		return SOURCE_FAILED;
	go_on(m);
	*lines = m->lines.p;
	*n = m->lines.len;
	if (*n > 0)
		return SOURCE_LINES;
	if (m->bad != NULL)
		return kafka_partition_bad(m->bad, lines, n, err);
	return is_over(m) ? SOURCE_END : SOURCE_LATER;
}

int
kafka_merged_mark(struct kafka_merged *m, struct source_place *place, struct err *err)
{
	struct partition_places *each = partition_places_new(&m->places, m->count);

	if (each == NULL)
		return err_memory(err);
	for (size_t i = 0; i < m->count; i++) {
		struct kafka_partition *p = &m->part[i].partition;

		kafka_partition_remember(p);
		each->place[i] = (struct partition_place){ .number = p->number,
			.offset = p->place.offset,
			.last = p->place.last };
	}
	*place = m->place;
	place->each = each;
	return 0;
}

bool
kafka_merged_is_at(const struct source_place *a, const struct source_place *b)
{
	for (size_t i = 0; i < a->each->count; i++) {
		const struct partition_place *p = &a->each->place[i],
					     *q = partition_places_find(b->each, p->number);

		if (q == NULL || p->last.offset != q->last.offset ||
		    p->last.xxh64 != q->last.xxh64)
			return false;
	}
	return a->records == b->records;
}

const struct kafka_partition *
kafka_merged_find_next(struct kafka_merged *m)
{
	enum merge_event event = MERGE_WAIT;
	struct err err;
	uint32_t i;

	if (m->bad != NULL)
		return m->bad;
	while ((event = merge_first(&m->merge, &i)) == MERGE_WAIT)
		if (look(m, i, WAIT, &err) != 1)
			merge_pass(&m->merge, i);
	if (event != MERGE_RECORD)
		return NULL;
	kafka_partition_find_next(&m->part[i].partition);
	return &m->part[i].partition;
}

void
kafka_merged_reject(struct kafka_merged *m, struct out *out)
{
	kafka_partition_reject(m->bad, out);
}

void
kafka_merged_skip(struct kafka_merged *m)
{
	uint32_t i = 0;

	while (&m->part[i].partition != m->bad)
		i++;
	kafka_partition_skip(m->bad);
	m->bad = NULL;
	m->place.records++;
	m->part[i].since = clock_monotonic();
	wait_for(m, i);
}
