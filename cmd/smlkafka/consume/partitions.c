/* Partitions begin to be read, pause where they are done, and end. */
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
