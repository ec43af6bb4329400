/* Which partitions are read, from where to where; groups. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/selection.h"
#include "consume/bounds.h"
#include "consume/consume.h"

void
intake_settings(const struct consume *c, struct client_setting own[CONSUME_SETTINGS])
{
	const struct consume_options *o = &c->options;
	const struct client_setting all[] = {
		{ "enable.partition.eof", "true", true },
		{ "auto.offset.reset", "error", true },
		{ "enable.auto.offset.store", "false", true },
		{ "enable.auto.commit", o->group != NULL ? "true" : "false", true },
		{ "auto.commit.interval.ms", "1000", false },
		{ "isolation.level", "read_committed", false },
		{ "partition.assignment.strategy", "range", true },
		/* A member that died is waited for no longer than this. */
		{ "session.timeout.ms", "6000", false },
		{ "heartbeat.interval.ms", "2000", false },
		/* Under -e the last fetch would wait for more to come. */
		{ "fetch.wait.max.ms", o->ends ? "10" : "500", false },
		{ "queued.min.messages", "50000", false },
		{ "queued.max.messages.kbytes", "32768", false },
		/* One answer comes on top of a queue that is nearly full. */
		{ "fetch.max.bytes", "4194304", false },
	};
	size_t n = sizeof all / sizeof all[0];

	memcpy(own, all, sizeof all);
	if (o->group != NULL)
		own[n++] = (struct client_setting){ "group.id", o->group, true };
	if (o->instance != NULL)
		own[n++] = (struct client_setting){ "group.instance.id", o->instance, true };
	own[n] = (struct client_setting){ NULL, NULL, false };
}

static rd_kafka_topic_partition_list_t *
list_of(struct source *source)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

	rd_kafka_topic_partition_list_add(list, source->topic, source->partition);
	return list;
}

void
intake_leave(struct consume *c)
{
	merged_close(c);
	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		source_leave(&c->sources, source);
		if (source->queue != NULL)
			rd_kafka_queue_destroy(source->queue);
		source->queue = NULL;
	}
}

void
intake_forward(struct consume *c)
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

static size_t
number(const struct consume *c, const char *setting)
{
	char value[32] = "";
	size_t size = sizeof value;

	(void)rd_kafka_conf_get(c->client.conf, setting, value, &size);
	return (size_t)strtoull(value, NULL, 10);
}

void
intake_configure(struct consume *c)
{
	char group[2];
	size_t size = sizeof group;

	c->client.owner = c;
	c->full = number(c, "queued.min.messages");
	c->full_bytes = number(c, "queued.max.messages.kbytes") * 1024;
	if (c->options.group != NULL)
		membership_configure(c);
	else if (rd_kafka_conf_get(c->client.conf, "group.id", group, &size) ==
		RD_KAFKA_CONF_OK &&
	    size > 1)
		opt_usage(&c->options.common, "a group is named by -G");
}

/* How many partitions there are, asked by a handle of its own. */
static int
count_partitions(struct consume *c, int *count, struct err *err)
{
	struct client probe = {
		.common = &c->options.common,
		.conf = rd_kafka_conf_dup(c->client.conf),
	};
	rd_kafka_topic_partition_list_t *list = NULL;

	rd_kafka_conf_set_opaque(probe.conf, &probe);
	if (client_start(&probe, RD_KAFKA_CONSUMER, err) == 0)
		list = selection_partitions(&probe, &c->options.topics, err);
	client_close(&probe);
	if (list == NULL)
		return -1;
	*count = list->cnt > 0 ? list->cnt : 1;
	rd_kafka_topic_partition_list_destroy(list);
	return 0;
}

static void
share(struct consume *c, const char *setting, size_t *limit, size_t parts, size_t least)
{
	char value[32];
	size_t part = *limit / parts;

	*limit = part > least ? part : least;
	(void)snprintf(value, sizeof value, "%zu", *limit);
	(void)rd_kafka_conf_set(c->client.conf, setting, value, NULL, 0);
}

int
intake_share(struct consume *c, struct err *err)
{
	size_t kbytes = c->full_bytes / 1024;
	int count;

	if (!c->options.merge)
		return 0;
	if (count_partitions(c, &count, err) == -1)
		return -1;
	share(c, "queued.min.messages", &c->full, (size_t)count, 1000);
	share(c, "queued.max.messages.kbytes", &kbytes, (size_t)count, 64);
	c->full_bytes = kbytes * 1024;
	return 0;
}

static int
start_source(struct consume *c, struct source *source, struct err *err)
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
intake_open(struct consume *c, struct err *err)
{
	rd_kafka_topic_partition_list_t *partitions;
	int result;

	/* Also with a group: a topic that is not there is told at once. */
	partitions = selection_partitions(&c->client, &c->options.topics, err);
	if (partitions == NULL)
		return -1;
	c->queue = rd_kafka_queue_new(c->client.handle);
	if (c->options.group != NULL) {
		result = membership_open(c, err);
		/* Nobody joins a group for no topic: there is nothing to be told of. */
		c->assigned = partitions->cnt == 0;
	} else {
		result = partitions->cnt > 0 || c->options.ends ?
		    bounds_begin(c, partitions, err) :
		    err_set(err, NULL, "no topic matches, and without a group none ever will");
		for (uint32_t i = 0; result == 0 && i < c->sources.count; i++)
			result = start_source(c, c->sources.source[i], err);
		if (result == 0 && c->options.merge)
			result = merged_open(c, err);
		c->assigned = true;
	}
	rd_kafka_topic_partition_list_destroy(partitions);
	return result;
}

void
intake_store(struct consume *c)
{
	rd_kafka_topic_partition_list_t *list = NULL;

	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (!source->ours || !source->dirty)
			continue;
		source->dirty = false;
		if (c->options.group == NULL)
			continue;
		if (list == NULL)
			list = rd_kafka_topic_partition_list_new(8);
		rd_kafka_topic_partition_list_add(list, source->topic, source->partition)
		    ->offset = source->position;
	}
	if (list == NULL)
		return;
	(void)rd_kafka_offsets_store(c->client.handle, list);
	rd_kafka_topic_partition_list_destroy(list);
}

void
intake_retire(struct consume *c)
{
	rd_kafka_topic_partition_list_t *list;

	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (!source->ours || source->done == source->paused)
			continue;
		source->paused = source->done;
		list = list_of(source);
		if (source->done)
			(void)rd_kafka_pause_partitions(c->client.handle, list);
		else
			(void)rd_kafka_resume_partitions(c->client.handle, list);
		rd_kafka_topic_partition_list_destroy(list);
	}
}

/*
 * A broker's thread that found the queue full looks again after a second, or
 * when it has something to send: this is a request whose answer nobody waits
 * for.  Half a queue is left then, so that nothing stops.
 */
static void
wake(struct consume *c, const struct source *only)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);

	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (source->ours && !source->done && (only == NULL || only == source))
			rd_kafka_topic_partition_list_add(list, source->topic,
			    source->partition)
			    ->offset = CLIENT_END;
	}
	if (list->cnt > 0)
		(void)rd_kafka_offsets_for_times(c->client.handle, list, 0);
	rd_kafka_topic_partition_list_destroy(list);
}

static size_t
mean_size(const struct consume *c)
{
	return c->fetched > 0 ? (size_t)(c->fetched_bytes / c->fetched) + 1 : 1;
}

size_t
intake_batch(const struct consume *c, size_t most, size_t bytes)
{
	size_t n = bytes / mean_size(c);

	if (n == 0)
		return 1;
	return n < most ? n : most;
}

void
intake_refill(struct consume *c, const struct source *source, size_t *most)
{
	size_t depth = rd_kafka_queue_length(source != NULL ? source->queue : c->queue);
	size_t full = intake_batch(c, c->full, c->full_bytes);

	if (depth > *most)
		*most = depth;
	if (*most < full - full / 4 || depth > full / 2)
		return;
	*most = depth;
	wake(c, source);
}

void
intake_close(struct consume *c)
{
	if (c->client.handle == NULL)
		return;
	if (c->options.group != NULL)
		membership_close(c);
	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (source->handle == NULL)
			continue;
		(void)rd_kafka_consume_stop(source->handle, source->partition);
		rd_kafka_topic_destroy(source->handle);
		source->handle = NULL;
	}
	intake_leave(c);
	if (c->queue != NULL)
		rd_kafka_queue_destroy(c->queue);
}
