/* --merge: the partitions in the order of (time, topic, partition, offset). */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "consume/consume.h"

enum {
	AHEAD = 64, /* messages of a partition that are read ahead */
	AHEAD_BYTES = 64 * 1024,
	BATCH = 1000, /* messages that are written before other things are checked */
	BATCH_BYTES = 1 << 20,
	IDLE = 20 /* ms: how often to look at all sources if none is waited for */
};

/* The messages of one source that are read ahead. */
struct lookahead {
	rd_kafka_message_t *message[AHEAD];
	ssize_t count, at;
	int64_t since; /* monotonic ns: since when no message has come */
	bool idle;     /* for so long that we do not wait for it any more */
	size_t most;   /* of fetch_on */
};

static void
forget(struct lookahead *ahead)
{
	for (; ahead->at < ahead->count; ahead->at++)
		rd_kafka_message_destroy(ahead->message[ahead->at]);
	ahead->at = ahead->count = 0;
}

void
merged_close(struct consume *c)
{
	for (uint32_t i = 0; i < c->merged; i++)
		forget(&c->ahead[i]);
	free(c->ahead);
	c->ahead = NULL;
	c->merged = 0;
	merge_free(&c->merge);
}

/*
 * Has the merge wait for a source whose next message is unknown, or leave it out if none can
 * come.
 */
static void
wait_for(struct consume *c, uint32_t i)
{
	const struct source *source = c->sources.source[i];

	if (!source->ours || source->done || c->ahead[i].idle)
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
	c->ahead = calloc(c->sources.count, sizeof *c->ahead);
	if (c->ahead == NULL || merge_open(&c->merge, c->sources.count) == -1)
		return err_memory(err);
	c->merged = c->sources.count;
	for (uint32_t i = 0; i < c->merged; i++) {
		c->ahead[i].since = clock_monotonic();
		wait_for(c, i);
	}
	return 0;
}

/* Puts a source's next message into the merge. */
static void
show(struct consume *c, uint32_t i)
{
	const struct source *source = c->sources.source[i];
	const rd_kafka_message_t *m = c->ahead[i].message[c->ahead[i].at];
	const struct merge_key key = {
		.time = rd_kafka_message_timestamp(m, NULL),
		.topic = source->topic,
		.topic_len = strlen(source->topic),
		.partition = source->partition,
		.offset = m->offset,
	};

	c->ahead[i].idle = false;
	merge_put(&c->merge, i, &key);
}

/* Looks for a source's next message; reads more messages if there is none. */
static void
look(struct consume *c, uint32_t i)
{
	struct source *source = c->sources.source[i];
	struct lookahead *ahead = &c->ahead[i];
	bool empty = ahead->count == 0;

	while (source->ours && !source->done) {
		if (ahead->at == ahead->count) {
			ahead->at = 0;
			ahead->count = rd_kafka_consume_batch_queue(source->queue, 0,
			    ahead->message, fetch_batch(c, AHEAD, AHEAD_BYTES));
			fetch_on(c, source, &ahead->most);
		}
		if (ahead->count <= 0)
			break;
		if (!take_event(c, ahead->message[ahead->at])) {
			show(c, i);
			return;
		}
		rd_kafka_message_destroy(ahead->message[ahead->at++]);
	}
	if (source->done)
		forget(ahead);
	ahead->count = ahead->at = 0;
	if (!empty)
		ahead->since = clock_monotonic();
	wait_for(c, i);
}

/* Writes the first message of all. */
static void
write_first(struct consume *c, uint32_t i)
{
	struct lookahead *ahead = &c->ahead[i];

	take_message(c, ahead->message[ahead->at]);
	rd_kafka_message_destroy(ahead->message[ahead->at++]);
	look(c, i);
}

/* Returns whether the source that the merge waits for has been silent for too long. */
static bool
give_up(struct consume *c, uint32_t i)
{
	if (c->options.ends || clock_monotonic() - c->ahead[i].since < c->options.merge_wait)
		return false;
	c->ahead[i].idle = true;
	merge_pass(&c->merge, i);
	return true;
}

size_t
merged_take(struct consume *c)
{
	uint32_t open = c->sources.open, i;
	size_t n = 0;

	for (i = 0; i < c->merged; i++)
		if (c->ahead[i].idle)
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
			if (c->ahead[i].count == 0 && !c->sources.source[i]->done &&
			    !give_up(c, i))
				goto out;
			break;
		case MERGE_NOTHING:
			goto out;
		}
out:
	if (c->sources.open < open)
		partitions_pause(c);
	return n;
}

void
merged_await(struct consume *c, int ms)
{
	uint32_t i;
	struct lookahead *ahead;
	int64_t left;

	if (merge_first(&c->merge, &i) != MERGE_WAIT) {
		/* All are idle: wait for each in turn, a little while. */
		for (i = 0; i < c->merged && !c->ahead[i].idle; i++)
			;
		ms = IDLE;
	} else if (!c->options.ends) {
		left = (c->options.merge_wait - (clock_monotonic() - c->ahead[i].since)) /
		    1000000;
		ms = left < ms ? (int)left + 1 : ms;
	}
	if (i == c->merged || c->ahead[i].count != 0)
		return;
	ahead = &c->ahead[i];
	ahead->message[0] = rd_kafka_consume_queue(c->sources.source[i]->queue, ms);
	if (ahead->message[0] == NULL)
		return;
	ahead->at = 0;
	ahead->count = 1;
	ahead->since = clock_monotonic();
	look(c, i);
}
