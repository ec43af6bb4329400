/* Which partitions are read, from where to where; groups. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "consume.h"
#include "selection.h"
#include "sig.h"

enum {
	LAST_WORDS = 5000, /* ms: how long a rebalance waits for the reader */
	STEP = 100
};

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
		{ "queued.min.messages", "100000", false },
		{ "queued.max.messages.kbytes", "32768", false },
		{ "fetch.max.bytes", "16777216", false },
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

static void
leave_all(struct consume *c)
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

/*
 * Messages come to our own queue, or when merged to one for each partition: the
 * group's holds only what is to be served at once.
 */
static void
forward(struct consume *c)
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

static void
take_partitions(struct consume *c, rd_kafka_topic_partition_list_t *partitions)
{
	rd_kafka_resp_err_t code;
	struct err err;

	c->assigned = true;
	if (bounds_begin(c, partitions, &err) == -1 ||
	    (c->options.merge && merged_open(c, &err) == -1)) {
		if (sig_came() == 0)
			consume_fail(c, &err);
		leave_all(c);
		(void)rd_kafka_assign(c->client.handle, NULL);
		return;
	}
	forward(c);
	code = rd_kafka_assign(c->client.handle, partitions);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
		client_fail(code, "taking partitions", &err);
		consume_fail(c, &err);
		return;
	}
	intake_retire(c);
	/* What no member has committed yet must not be skipped by the next one. */
	if (c->output.out.len == 0)
		intake_store(c);
}

/* Writes and commits what it can, before somebody else goes on from there. */
static void
give_partitions(struct consume *c)
{
	struct pollfd fd = { c->output.out.fd, POLLOUT, 0 };
	rd_kafka_resp_err_t code;

	if (!rd_kafka_assignment_lost(c->client.handle)) {
		for (int ms = 0; !consume_push(c) && ms < LAST_WORDS; ms += STEP)
			(void)sig_wait(&fd, 1, STEP);
		code = rd_kafka_commit(c->client.handle, NULL, 0);
		if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__NO_OFFSET)
			diag_warn(c->options.common.diag, NULL,
			    "offsets could not be committed, the next one reads some records "
			    "again: %s",
			    rd_kafka_err2str(code));
	}
	leave_all(c);
	(void)rd_kafka_assign(c->client.handle, NULL);
}

static void
rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t code,
    rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
	struct client *client = opaque;
	struct consume *c = client->owner;

	(void)handle;
	if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
		take_partitions(c, partitions);
	else
		give_partitions(c);
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
		rd_kafka_conf_set_rebalance_cb(c->client.conf, rebalance);
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
subscribe(struct consume *c, struct err *err)
{
	rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(4);
	const struct texts *names = &c->options.topics;
	rd_kafka_resp_err_t code;

	for (size_t i = 0; i < names->count; i++)
		rd_kafka_topic_partition_list_add(topics, names->text[i],
		    RD_KAFKA_PARTITION_UA);
	code = rd_kafka_subscribe(c->client.handle, topics);
	rd_kafka_topic_partition_list_destroy(topics);
	return code == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : client_fail(code, "subscribing", err);
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
		result = subscribe(c, err);
	} else {
		result = bounds_begin(c, partitions, err);
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

		if (!source->ours || !source->done || source->paused)
			continue;
		source->paused = true;
		list = list_of(source);
		(void)rd_kafka_pause_partitions(c->client.handle, list);
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

void
intake_refill(struct consume *c, const struct source *source, size_t *most)
{
	size_t depth = rd_kafka_queue_length(source != NULL ? source->queue : c->queue);
	size_t full = c->full, mean;

	mean = c->records > 0 ? (size_t)(c->bytes / c->records) + 1 : 1;
	if (c->full_bytes / mean < full)
		full = c->full_bytes / mean;
	if (depth > *most)
		*most = depth;
	if (*most < full - full / 4 || depth > full / 2)
		return;
	*most = depth;
	wake(c, source);
}

/* The last commit, after which nothing is read twice. */
static void
commit(struct consume *c)
{
	rd_kafka_resp_err_t code = rd_kafka_commit(c->client.handle, NULL, 0);
	struct err err;

	if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__NO_OFFSET)
		return;
	client_fail(code,
	    "offsets could not be committed, the next run reads some records again", &err);
	consume_fail(c, &err);
}

void
intake_close(struct consume *c)
{
	if (c->client.handle == NULL)
		return;
	if (c->options.group != NULL) {
		if (c->sources.ours > 0)
			commit(c);
		(void)rd_kafka_consumer_close(c->client.handle);
	}
	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (source->handle == NULL)
			continue;
		(void)rd_kafka_consume_stop(source->handle, source->partition);
		rd_kafka_topic_destroy(source->handle);
		source->handle = NULL;
	}
	leave_all(c);
	if (c->queue != NULL)
		rd_kafka_queue_destroy(c->queue);
}
