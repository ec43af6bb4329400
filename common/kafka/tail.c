/* Finds where the last messages of a partition begin. */
#include <stdlib.h>

#include "kafka/tail.h"

/* A partition, read in pieces from its end backwards, each piece twice as long as the last. */
struct tail {
	int64_t low, from, end; /* the piece is [from, end) */
	int64_t wanted;		/* how many messages to find before end */
	int64_t seen;		/* how many messages the piece has */
	int64_t *last;		/* the offsets of the last messages, in a ring of size room */
	int64_t room;
	bool done; /* from is the result */
};

static bool
take(void *owner, const rd_kafka_message_t *m)
{
	struct tail *t = owner;

	t->last[t->seen++ % t->room] = m->offset;
	return true;
}

/* Moves to the piece before this one, with this length. */
static int
step_back(struct tail *t, int64_t length, struct err *err)
{
	t->end = t->from;
	t->from = t->end - t->low > length ? t->end - length : t->low;
	t->done = t->from == t->end || t->wanted == 0;
	t->seen = 0;
	t->room = t->wanted < t->end - t->from ? t->wanted : t->end - t->from;
	free(t->last);
	t->last = calloc((size_t)t->room + 1, sizeof *t->last);
	return t->last == NULL ? err_memory(err) : 0;
}

/* Evaluates a piece: from is in it, or more messages must be found before it. */
static int
settle(struct tail *t, struct err *err)
{
	int64_t length = t->end - t->from;

	if (t->seen >= t->wanted) {
		t->from = t->last[(t->seen - t->wanted) % t->room];
		t->done = true;
		return 0;
	}
	t->wanted -= t->seen;
	return step_back(t, length < INT64_MAX / 2 ? 2 * length : length, err);
}

/* Reads a piece of each partition that is not done.  Returns the number of these, or -1. */
static int
look(struct client *reader, struct tail *t, const rd_kafka_topic_partition_list_t *list,
    struct peek *peek, struct err *err)
{
	int open = 0;

	for (int i = 0; i < list->cnt; i++) {
		if (t[i].done)
			continue;
		peek[open++] = (struct peek){ .topic = list->elems[i].topic,
			.partition = list->elems[i].partition,
			.from = t[i].from,
			.end = t[i].end,
			.take = take,
			.owner = &t[i] };
	}
	if (peek_all(reader, peek, (size_t)open, err) == -1)
		return -1;
	for (int i = 0; i < list->cnt; i++)
		if (!t[i].done && settle(&t[i], err) == -1)
			return -1;
	return open;
}

int
tail_find(struct client *reader, const rd_kafka_topic_partition_list_t *low,
    const rd_kafka_topic_partition_list_t *end, int64_t n,
    rd_kafka_topic_partition_list_t *from, struct err *err)
{
	struct tail *t = calloc((size_t)low->cnt + 1, sizeof *t);
	struct peek *peek = calloc((size_t)low->cnt + 1, sizeof *peek);
	int open = 1;

	if (t == NULL || peek == NULL) {
		open = err_memory(err);
		goto out;
	}
	for (int i = 0; open == 1 && i < low->cnt; i++) {
		t[i] = (struct tail){ .low = low->elems[i].offset,
			.from = end->elems[i].offset,
			.wanted = n };
		if (step_back(&t[i], n, err) == -1)
			open = -1;
	}
	while (open > 0)
		open = look(reader, t, low, peek, err);
out:
	for (int i = 0; t != NULL && i < low->cnt; i++) {
		if (open == 0)
			from->elems[i].offset = t[i].from;
		free(t[i].last);
	}
	free(t);
	free(peek);
	return open;
}
