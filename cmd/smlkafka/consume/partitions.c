/* Starts to read partitions, pauses the ones that are done, and gives partitions up. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "consume/consume.h"

static int
start(struct consume *c, struct source *source, struct err *err)
{
	rd_kafka_queue_t *queue = c->queue;

	if (source->done)
		return 0;
	if (c->options.merge)
		queue = source->queue = rd_kafka_queue_new(c->client.handle);
	source->handle = rd_kafka_topic_new(c->client.handle, source->topic, NULL);
	if (source->handle != NULL &&
	    rd_kafka_consume_start_queue(source->handle, source->partition, source->position,
		queue) == 0)
		return 0;
	return client_fail(rd_kafka_last_error(), source->topic, err);
}

int
partitions_start(struct consume *c, struct err *err)
{
	for (uint32_t i = 0; i < c->sources.count; i++)
		if (start(c, c->sources.source[i], err) == -1)
			return -1;
	return 0;
}

void
partitions_stop(struct consume *c)
{
	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (source->handle == NULL)
			continue;
		(void)rd_kafka_consume_stop(source->handle, source->partition);
		rd_kafka_topic_destroy(source->handle);
		source->handle = NULL;
	}
}

void
partitions_forward(struct consume *c)
{
	rd_kafka_queue_t *queue;

	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (!source->ours)
			continue;
		queue = rd_kafka_queue_get_partition(c->client.handle, source->topic,
		    source->partition);
		rd_kafka_queue_forward(queue, c->options.merge ? NULL : c->queue);
		if (c->options.merge)
			source->queue = queue;
		else
			rd_kafka_queue_destroy(queue);
	}
}

void
partitions_pause(struct consume *c)
{
	rd_kafka_topic_partition_list_t *list;

	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (!source->ours || source->done == source->paused)
			continue;
		source->paused = source->done;
		list = rd_kafka_topic_partition_list_new(1);
		rd_kafka_topic_partition_list_add(list, source->topic, source->partition);
		if (source->done)
			(void)rd_kafka_pause_partitions(c->client.handle, list);
		else
			(void)rd_kafka_resume_partitions(c->client.handle, list);
		rd_kafka_topic_partition_list_destroy(list);
	}
}

void
partitions_leave(struct consume *c)
{
	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		source_leave(&c->sources, source);
		if (source->queue != NULL)
			rd_kafka_queue_destroy(source->queue);
		source->queue = NULL;
	}
}

/*
 * Returns a list with the end of each of our partitions, or with an err if its end is not
 * known.
 */
static rd_kafka_topic_partition_list_t *
ask_ends(struct consume *c)
{
	enum { WAIT = 1000 }; /* ms */
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);

	for (uint32_t i = 0; i < c->sources.count; i++) {
		const struct source *source = c->sources.source[i];

		if (source->ours && !source->gone)
			rd_kafka_topic_partition_list_add(list, source->topic,
			    source->partition)
			    ->offset = CLIENT_END;
	}
	if (list->cnt > 0)
		(void)rd_kafka_offsets_for_times(c->client.handle, list, WAIT);
	return list;
}

/* Returns whether the partition no longer exists, or ends before messages that were read. */
static bool
is_gone(struct consume *c, const rd_kafka_topic_partition_t *end)
{
	const struct source *source = sources_get(&c->sources, end->topic, end->partition);
	struct err err;

	if (source == NULL || source->gone)
		return false;
	if (client_is_unknown(end->err))
		return true;
	return end->err == RD_KAFKA_RESP_ERR_NO_ERROR && end->offset >= 0 &&
	    client_check_offset(&c->client, end, source->position, "", &err) == -1;
}

bool
partitions_check(struct consume *c)
{
	rd_kafka_topic_partition_list_t *ends = ask_ends(c);
	bool gone = false;

	for (int i = 0; i < ends->cnt; i++) {
		if (!is_gone(c, &ends->elems[i]))
			continue;
		gone = true;
		diag_warn(c->options.common.diag, NULL,
		    "topic %s was deleted, or made anew, while it was read (-o beginning "
		    "reads "
		    "all of a new one)",
		    ends->elems[i].topic);
		sink_forget(c, ends->elems[i].topic);
	}
	rd_kafka_topic_partition_list_destroy(ends);
	return gone;
}

/* Returns how many partitions of a topic are read. */
static int
count_read(const struct consume *c, const char *topic)
{
	int n = 0;

	for (uint32_t i = 0; i < c->sources.count; i++)
		n += strcmp(c->sources.source[i]->topic, topic) == 0;
	return n;
}

/*
 * Warns if a topic has more partitions than before.  first: only notes how many it has, if it
 * is read whole.
 */
static void
count_topic(struct consume *c, const struct rd_kafka_metadata_topic *topic, bool first)
{
	rd_kafka_topic_partition_t *known =
	    rd_kafka_topic_partition_list_find(c->known, topic->topic, RD_KAFKA_PARTITION_UA);

	if (first && count_read(c, topic->topic) == topic->partition_cnt)
		rd_kafka_topic_partition_list_add(c->known, topic->topic,
		    RD_KAFKA_PARTITION_UA)
		    ->offset = topic->partition_cnt;
	if (known == NULL || topic->partition_cnt <= known->offset)
		return;
	diag_warn(c->options.common.diag, NULL,
	    "topic %s has %d partitions now, and had %d: the new ones are not read (start "
	    "again, or use -G)",
	    topic->topic, topic->partition_cnt, (int)known->offset);
	known->offset = topic->partition_cnt;
}

void
partitions_watch(struct consume *c)
{
	enum { WAIT = 500 }; /* ms */
	const struct rd_kafka_metadata *metadata;
	bool first = c->known == NULL;
	int64_t now = clock_monotonic();

	if (c->options.group != NULL || c->options.ends || c->watch <= 0 ||
	    (!first && now - c->watched < c->watch))
		return;
	c->watched = now;
	if (rd_kafka_metadata(c->client.handle, 0, NULL, &metadata, WAIT) !=
	    RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	if (first)
		c->known = rd_kafka_topic_partition_list_new(4);
	for (int i = 0; i < metadata->topic_cnt; i++)
		count_topic(c, &metadata->topics[i], first);
	rd_kafka_metadata_destroy(metadata);
}
