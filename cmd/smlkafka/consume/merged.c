/* --merge: the partitions in the order of (time, topic, partition, offset). */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "consume/consume.h"

enum {
	LANE = 64, /* messages of a partition that are read ahead */
	LANE_BYTES = 64 * 1024,
	BATCH = 1000, /* messages that are written before anything else is looked at */
	BATCH_BYTES = 1 << 20,
	IDLE = 20 /* ms: how often all are looked at when none is waited for */
};

/* What is read ahead of one source. */
struct lane {
	rd_kafka_message_t *message[LANE];
	ssize_t count, at;
	int64_t since; /* monotonic ns: without a message */
	bool idle;     /* for so long that it is waited for no more */
	size_t most;   /* of intake_refill */
};

static void
lane_clear(struct lane *lane)
{
	for (; lane->at < lane->count; lane->at++)
		rd_kafka_message_destroy(lane->message[lane->at]);
	lane->at = lane->count = 0;
}

void
merged_close(struct consume *c)
{
	for (uint32_t i = 0; i < c->lanes; i++)
		lane_clear(&c->lane[i]);
	free(c->lane);
	c->lane = NULL;
	c->lanes = 0;
	merge_free(&c->merge);
}

/* A source whose next message nobody knows: is there still to come one? */
static void
wait_for(struct consume *c, uint32_t i)
{
	const struct source *source = c->sources.source[i];

	if (!source->ours || source->done || c->lane[i].idle)
		merge_pass(&c->merge, i);
	else
		merge_wait(&c->merge, i);
}

int
merged_open(struct consume *c, struct err *err)
{
	merged_close(c);
	if (c->sources.count == 0)
		return 0;
	c->lane = calloc(c->sources.count, sizeof *c->lane);
	if (c->lane == NULL || merge_open(&c->merge, c->sources.count) == -1)
		return err_memory(err);
	c->lanes = c->sources.count;
	for (uint32_t i = 0; i < c->lanes; i++) {
		c->lane[i].since = clock_monotonic();
		wait_for(c, i);
	}
	return 0;
}

/* The message that comes next in a lane is known. */
static void
show(struct consume *c, uint32_t i)
{
	const struct source *source = c->sources.source[i];
	const rd_kafka_message_t *m = c->lane[i].message[c->lane[i].at];
	const struct merge_key key = {
		.time = rd_kafka_message_timestamp(m, NULL),
		.topic = source->topic,
		.topic_len = strlen(source->topic),
		.partition = source->partition,
		.offset = m->offset,
	};

	c->lane[i].idle = false;
	merge_put(&c->merge, i, &key);
}

/* Looks at what comes next in a lane, reading on where it is empty. */
static void
look(struct consume *c, uint32_t i)
{
	struct source *source = c->sources.source[i];
	struct lane *lane = &c->lane[i];
	bool empty = lane->count == 0;

	while (source->ours && !source->done) {
		if (lane->at == lane->count) {
			lane->at = 0;
			lane->count = rd_kafka_consume_batch_queue(source->queue, 0,
			    lane->message, intake_batch(c, LANE, LANE_BYTES));
			intake_refill(c, source, &lane->most);
		}
		if (lane->count <= 0)
			break;
		if (!take_event(c, lane->message[lane->at])) {
			show(c, i);
			return;
		}
		rd_kafka_message_destroy(lane->message[lane->at++]);
	}
	if (source->done)
		lane_clear(lane);
	lane->count = lane->at = 0;
	if (!empty)
		lane->since = clock_monotonic();
	wait_for(c, i);
}

/* The first of all goes out. */
static void
write_first(struct consume *c, uint32_t i)
{
	struct lane *lane = &c->lane[i];

	take_message(c, lane->message[lane->at]);
	rd_kafka_message_destroy(lane->message[lane->at++]);
	look(c, i);
}

/* Whether the source that is waited for was silent for too long. */
static bool
give_up(struct consume *c, uint32_t i)
{
	if (c->options.ends || clock_monotonic() - c->lane[i].since < c->options.merge_wait)
		return false;
	c->lane[i].idle = true;
	merge_pass(&c->merge, i);
	return true;
}

size_t
merged_take(struct consume *c)
{
	uint32_t open = c->sources.open, i;
	size_t n = 0;

	for (i = 0; i < c->lanes; i++)
		if (c->lane[i].idle)
			look(c, i);
	while (n < BATCH && c->output.out.len < BATCH_BYTES && !c->failed &&
	    (c->options.count == 0 || c->records < c->options.count))
		switch (merge_first(&c->merge, &i)) {
		case MERGE_RECORD:
			write_first(c, i);
			n++;
			break;
		case MERGE_WAIT:
			look(c, i);
			if (c->lane[i].count == 0 && !c->sources.source[i]->done &&
			    !give_up(c, i))
				goto out;
			break;
		case MERGE_NOTHING:
			goto out;
		}
out:
	if (c->sources.open < open)
		intake_retire(c);
	return n;
}

void
merged_await(struct consume *c, int ms)
{
	uint32_t i;
	struct lane *lane;
	int64_t left;

	if (merge_first(&c->merge, &i) != MERGE_WAIT) {
		/* All are idle: one after the other, a little while for all of them. */
		for (i = 0; i < c->lanes && !c->lane[i].idle; i++)
			;
		ms = IDLE;
	} else if (!c->options.ends) {
		left =
		    (c->options.merge_wait - (clock_monotonic() - c->lane[i].since)) / 1000000;
		ms = left < ms ? (int)left + 1 : ms;
	}
	if (i == c->lanes || c->lane[i].count != 0)
		return;
	lane = &c->lane[i];
	lane->message[0] = rd_kafka_consume_queue(c->sources.source[i]->queue, ms);
	if (lane->message[0] == NULL)
		return;
	lane->at = 0;
	lane->count = 1;
	lane->since = clock_monotonic();
	look(c, i);
}
