/* Which partitions are read, from where to where; groups. */
#include <stdlib.h>
#include <string.h>

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

/* Where partitions begin and end; each a copy of one list, with offsets. */
struct bounds {
	rd_kafka_topic_partition_list_t *low, *end, *from, *until, *committed;
};

static void
bounds_free(struct bounds *b)
{
	rd_kafka_topic_partition_list_t *list[] = { b->low, b->end, b->from, b->until,
		b->committed };

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		if (list[i] != NULL)
			rd_kafka_topic_partition_list_destroy(list[i]);
}

struct committed_request {
	rd_kafka_t *handle;
	rd_kafka_topic_partition_list_t *list;
};

static rd_kafka_resp_err_t
request_committed(void *argument, int ms)
{
	struct committed_request *r = argument;
	rd_kafka_resp_err_t code = rd_kafka_committed(r->handle, r->list, ms);

	for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < r->list->cnt; i++)
		code = r->list->elems[i].err;
	return code;
}

static int
ask_offsets(struct consume *c, const rd_kafka_topic_partition_list_t *partitions, int64_t when,
    rd_kafka_topic_partition_list_t **list, struct err *err)
{
	*list = rd_kafka_topic_partition_list_copy(partitions);
	return client_offsets(&c->client, *list, when, err);
}

static int
ask_bounds(struct consume *c, const rd_kafka_topic_partition_list_t *partitions,
    struct bounds *b, struct err *err)
{
	struct committed_request committed = { .handle = c->client.handle };

	if (ask_offsets(c, partitions, CLIENT_END, &b->end, err) == -1 ||
	    ask_offsets(c, partitions, CLIENT_BEGINNING, &b->low, err) == -1)
		return -1;
	if (c->from.kind == POSITION_TIME &&
	    ask_offsets(c, partitions, c->from.at, &b->from, err) == -1)
		return -1;
	if (c->until.kind == POSITION_TIME &&
	    ask_offsets(c, partitions, c->until.at, &b->until, err) == -1)
		return -1;
	if (c->options.group == NULL || partitions->cnt == 0)
		return 0;
	committed.list = b->committed = rd_kafka_topic_partition_list_copy(partitions);
	for (int i = 0; i < b->committed->cnt; i++)
		b->committed->elems[i].offset = RD_KAFKA_OFFSET_INVALID;
	return client_request(&c->client, request_committed, &committed,
	    "the offsets of the group", err);
}

/* The offset from which on nothing is wanted. */
static int64_t
end_of(const struct consume *c, const struct bounds *b, int i)
{
	int64_t end = c->options.ends ? b->end->elems[i].offset : SOURCE_ENDLESS;
	int64_t until = SOURCE_ENDLESS;

	if (c->until.kind == POSITION_OFFSET)
		until = c->until.at;
	else if (b->until != NULL && b->until->elems[i].offset >= 0)
		until = b->until->elems[i].offset;
	return until < end ? until : end;
}

/* The offset to begin at.  stored: the group has it. */
static int64_t
begin_of(const struct consume *c, const struct bounds *b, int i, bool *stored)
{
	const rd_kafka_topic_partition_t *at = &b->low->elems[i];
	int64_t committed = b->committed != NULL ? b->committed->elems[i].offset : -1;

	*stored = committed >= 0;
	if (committed < 0)
		return position_offset(&c->from, at->offset, b->end->elems[i].offset,
		    b->from != NULL ? b->from->elems[i].offset : -1);
	if (committed >= at->offset)
		return committed;
	diag_warn(c->options.common.diag, NULL,
	    "topic %s, partition %d: offset %lld, where the group stopped, is there no more; "
	    "the first is %lld",
	    at->topic, at->partition, (long long)committed, (long long)at->offset);
	*stored = false;
	return at->offset;
}

/* Readies sources for partitions; their offsets become those to begin at. */
static int
begin(struct consume *c, rd_kafka_topic_partition_list_t *partitions, struct err *err)
{
	struct bounds b = { NULL };
	struct source *source;
	int result = ask_bounds(c, partitions, &b, err);
	bool stored;

	for (int i = 0; result == 0 && i < partitions->cnt; i++) {
		rd_kafka_topic_partition_t *p = &partitions->elems[i];

		source = sources_get(&c->sources, p->topic, p->partition);
		if (source == NULL) {
			result = err_memory(err);
			break;
		}
		p->offset = begin_of(c, &b, i, &stored);
		source_begin(&c->sources, source, p->offset, end_of(c, &b, i), stored);
	}
	bounds_free(&b);
	return result;
}

static void
leave_all(struct consume *c)
{
	for (uint32_t i = 0; i < c->sources.count; i++)
		source_leave(&c->sources, c->sources.source[i]);
}

/* Its messages come to our own queue: the group's holds only what is to be served at once. */
static void
forward(struct consume *c, const rd_kafka_topic_partition_list_t *partitions)
{
	rd_kafka_queue_t *queue;

	for (int i = 0; i < partitions->cnt; i++) {
		queue = rd_kafka_queue_get_partition(c->client.handle,
		    partitions->elems[i].topic, partitions->elems[i].partition);
		rd_kafka_queue_forward(queue, c->queue);
		rd_kafka_queue_destroy(queue);
	}
}

static void
take_partitions(struct consume *c, rd_kafka_topic_partition_list_t *partitions)
{
	rd_kafka_resp_err_t code;
	struct err err;

	c->assigned = true;
	if (begin(c, partitions, &err) == -1) {
		if (sig_came() == 0)
			consume_fail(c, &err);
		leave_all(c);
		(void)rd_kafka_assign(c->client.handle, NULL);
		return;
	}
	forward(c, partitions);
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
	c->depth.full = number(c, "queued.min.messages");
	c->depth.bytes = number(c, "queued.max.messages.kbytes") * 1024;
	if (c->options.group != NULL)
		rd_kafka_conf_set_rebalance_cb(c->client.conf, rebalance);
	else if (rd_kafka_conf_get(c->client.conf, "group.id", group, &size) ==
		RD_KAFKA_CONF_OK &&
	    size > 1)
		opt_usage(&c->options.common, "a group is named by -G");
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
	if (source->done)
		return 0;
	source->handle = rd_kafka_topic_new(c->client.handle, source->topic, NULL);
	if (source->handle != NULL &&
	    rd_kafka_consume_start_queue(source->handle, source->partition, source->position,
		c->queue) == 0)
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
		result = begin(c, partitions, err);
		for (uint32_t i = 0; result == 0 && i < c->sources.count; i++)
			result = start_source(c, c->sources.source[i], err);
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
wake(struct consume *c)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);

	for (uint32_t i = 0; i < c->sources.count; i++) {
		struct source *source = c->sources.source[i];

		if (source->ours && !source->done)
			rd_kafka_topic_partition_list_add(list, source->topic,
			    source->partition)
			    ->offset = CLIENT_END;
	}
	if (list->cnt > 0)
		(void)rd_kafka_offsets_for_times(c->client.handle, list, 0);
	rd_kafka_topic_partition_list_destroy(list);
}

void
intake_refill(struct consume *c)
{
	size_t depth = rd_kafka_queue_length(c->queue), full = c->depth.full, mean;

	mean = c->records > 0 ? (size_t)(c->bytes / c->records) + 1 : 1;
	if (c->depth.bytes / mean < full)
		full = c->depth.bytes / mean;
	if (depth > c->depth.most)
		c->depth.most = depth;
	if (c->depth.most < full - full / 4 || depth > full / 2)
		return;
	c->depth.most = depth;
	wake(c);
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
	if (c->queue != NULL)
		rd_kafka_queue_destroy(c->queue);
}
