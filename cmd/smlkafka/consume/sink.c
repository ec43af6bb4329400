/* Writes lines; once all are written, stores the group's positions. */
#include "consume/consume.h"

void
sink_fail(struct consume *c, const struct err *err)
{
	if (!c->failed)
		output_fail(&c->output, err);
	c->failed = true;
}

/* Stores the positions of the sources.  Everything before these positions has been written. */
static void
store(struct consume *c)
{
	rd_kafka_topic_partition_list_t *list = NULL;

	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (!source->ours || !source->dirty)
			continue;
		source->dirty = false;
		if (c->options.group == NULL || source->gone)
			continue;
		if (list == NULL)
			list = rd_kafka_topic_partition_list_new(8);
		rd_kafka_topic_partition_list_add(list, source->topic, source->partition)
		    ->offset = source->position;
	}
	if (list == NULL)
		return;
	/*
	 * Storing fails for partitions that we have just lost: the new owner reads from the
	 * last commit.
	 */
	(void)rd_kafka_offsets_store(c->client.handle, list);
	rd_kafka_topic_partition_list_destroy(list);
}

void
sink_forget(struct consume *c, const char *topic)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);

	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (!source_is_of(source, topic))
			continue;
		source->gone = true;
		rd_kafka_topic_partition_list_add(list, topic, source->partition)->offset =
		    RD_KAFKA_OFFSET_INVALID;
	}
	/* Takes back positions that are stored but not yet committed. */
	if (c->options.group != NULL)
		(void)rd_kafka_offsets_store(c->client.handle, list);
	rd_kafka_topic_partition_list_destroy(list);
}

bool
sink_push(struct consume *c)
{
	struct err err;
	int all = out_try(&c->output.out);

	if (all == 0)
		return false;
	if (all == -1)
		c->failed = true; /* output_close reports why */
	else if (side_file_flush(&c->output.rejects, &err) == -1)
		sink_fail(c, &err);
	else
		store(c);
	return true;
}
