/* Decides how much librdkafka fetches ahead, and has it continue after it stopped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "consume/consume.h"
#include "kafka/refill.h"
#include "kafka/selection.h"

void
fetch_settings(const struct consume *c, struct client_setting own[CONSUME_SETTINGS])
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
		/* The group waits this long for a member that has died. */
		{ "session.timeout.ms", "6000", false },
		{ "heartbeat.interval.ms", "2000", false },
		/* With -e, the last fetch would otherwise wait for more messages. */
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

void
fetch_configure(struct consume *c)
{
	c->full = (size_t)client_number(&c->client, "queued.min.messages");
	c->full_bytes = (size_t)client_number(&c->client, "queued.max.messages.kbytes") * 1024;
	c->watch = client_number(&c->client, "topic.metadata.refresh.interval.ms") * 1000000;
}

/* Counts the partitions, with a handle of its own. */
static int
count_partitions(struct consume *c, int *count, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = NULL;
	const struct texts *topics = &c->options.topics;
	struct client probe;

	client_copy(&c->client, &probe);
	if (client_start(&probe, RD_KAFKA_CONSUMER, err) == 0)
		list = selection_partitions(&probe, topics->text, topics->count, err);
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
fetch_share(struct consume *c, struct err *err)
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

static size_t
mean_size(const struct consume *c)
{
	return c->fetched > 0 ? (size_t)(c->fetched_bytes / c->fetched) + 1 : 1;
}

size_t
fetch_batch(const struct consume *c, size_t most, size_t bytes)
{
	size_t n = bytes / mean_size(c);

	if (n == 0)
		return 1;
	return n < most ? n : most;
}

/* Sends a request to the brokers of all partitions, or of one. */
static void
ask(struct consume *c, const struct source *only)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);

	for (uint32_t i = 0; i < c->sources.count; i++) {
		const struct source *source = c->sources.source[i];

		if (source->ours && !source->done && (only == NULL || only == source))
			rd_kafka_topic_partition_list_add(list, source->topic,
			    source->partition);
	}
	refill_ask(c->client.handle, list);
	rd_kafka_topic_partition_list_destroy(list);
}

void
fetch_on(struct consume *c, const struct source *source, size_t *most)
{
	size_t queued = rd_kafka_queue_length(source != NULL ? source->queue : c->queue);
	size_t full = fetch_batch(c, c->full, c->full_bytes);

	if (refill_due(queued, full - full / 4, most))
		ask(c, source);
}
