/* smlkafka consume: writes messages of topics to standard output. */
#include <stdlib.h>

#include "cli/report/sig.h"
#include "command/commands.h"
#include "consume/consume.h"
#include "kafka/selection.h"

enum {
	BATCH = 1000, /* messages taken from the queue in one call */
	BATCH_BYTES = 1 << 20,
	WAIT = 100, /* ms: the longest time that a group, a signal or --metrics must wait */
	CHUNK = 64 * 1024, /* bytes: output is written at this size, or if idle */
	FAREWELL = 1000	   /* ms: how long SIGTERM waits for the reader */
};

#define SECOND INT64_C(1000000000) /* ns */
#define AT(member) offsetof(struct consume_options, member)

static const struct opt options[] = {
	BROKER_OPTIONS(struct consume_options, brokers),
	{ 't', "topic", "TOPIC[:P,...]", OPT_LIST, AT(topics), OPT_NEEDED,
	    "topic, or ^expression, and its partitions", 0, 0 },
	{ 'G', "group", "GROUP", OPT_TEXT, AT(group), 0,
	    "share the partitions with others of this group", 0, 0 },
	{ 0, "instance", "ID", OPT_TEXT, AT(instance), 0, "static membership of the group", 0,
	    0 },
	{ 'o', "offset", "PLACE", OPT_TEXT, AT(from), 0,
	    "begin at beginning, end, OFFSET, -N or @TIME", 0, 0 },
	{ 0, "until", "PLACE", OPT_TEXT, AT(until), 0,
	    "stop each partition before OFFSET or @TIME", 0, 0 },
	{ 'e', "exit", NULL, OPT_FLAG, AT(ends), 0,
	    "stop where each partition ended at the start", 0, 0 },
	{ 'c', "count", "N", OPT_COUNT, AT(count), 0, "stop after this many messages", 1, 0 },
	{ 0, "merge", NULL, OPT_FLAG, AT(merge), 0,
	    "write the partitions in the order of their messages' times", 0, 0 },
	{ 0, "merge-wait", "DUR", OPT_DURATION, AT(merge_wait), 0,
	    "how long to wait for a partition without messages", 0, 0 },
	{ 0, "format", MESSAGE_FORMATS, OPT_CHOICE, AT(format), 0,
	    "a line is a value or an envelope", 0, 0 },
	{ 0, "carry", "model", OPT_CHOICE, AT(carried), 0, "let lines with models through", 0,
	    0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli consume_cli = {
	.tool = "smlkafka",
	.command = "consume",
	.what = "write the messages of Kafka topics, a line each",
	.operands = "",
	.options = options,
	.common = COMMON_REJECTS | COMMON_TIMEOUT | COMMON_MEMORY,
};

/* Checks the texts of the options. */
static void
check_options(struct consume *c)
{
	const struct consume_options *o = &c->options;
	struct err err;

	if (selection_check(o->topics.text, o->topics.count, o->group != NULL, &err) == -1)
		opt_refuse(&o->common, &err);
	c->from.kind = o->ends ? POSITION_BEGINNING : POSITION_END;
	if (o->from != NULL && position_read(o->from, &c->from, &err) == -1)
		opt_usage(&o->common, "-o: %s", err.text);
	if (o->until != NULL && position_read(o->until, &c->until, &err) == -1)
		opt_usage(&o->common, "--until: %s", err.text);
	if (o->until != NULL && c->until.kind != POSITION_OFFSET &&
	    c->until.kind != POSITION_TIME)
		opt_usage(&o->common, "--until is OFFSET or @TIME, not \"%s\"", o->until);
	if (o->instance != NULL && o->group == NULL)
		opt_usage(&o->common, "--instance needs -G");
	if (o->carried == 0 && o->format != MESSAGE_VALUE)
		opt_usage(&o->common, "--carry needs --format value");
}

/* Sets the settings of librdkafka, and callbacks, which must be set before client_start. */
static void
configure(struct consume *c)
{
	struct client_setting own[CONSUME_SETTINGS];
	char group[2];
	size_t size = sizeof group;

	fetch_settings(c, own);
	brokers_configure(&c->client, &c->options.common, &c->options.brokers, own);
	c->client.owner = c;
	fetch_configure(c);
	if (c->options.group != NULL)
		membership_configure(c);
	else if (rd_kafka_conf_get(c->client.conf, "group.id", group, &size) ==
		RD_KAFKA_CONF_OK &&
	    size > 1)
		opt_usage(&c->options.common, "a group is named by -G");
	counts_configure(c);
}

/* Reads these partitions without a group. */
static int
open_alone(struct consume *c, rd_kafka_topic_partition_list_t *partitions, struct err *err)
{
	c->assigned = true;
	if (partitions->cnt == 0 && !c->options.ends)
		return err_set(err, NULL,
		    "no topic matches, and without a group none ever will");
	if (range_begin(c, partitions, err) == -1 || partitions_start(c, err) == -1)
		return -1;
	return c->options.merge ? merged_open(c, err) : 0;
}

static int
open_source(struct consume *c, struct err *err)
{
	const struct texts *topics = &c->options.topics;
	rd_kafka_topic_partition_list_t *partitions;
	int result;

	/* Do this with a group, too, so that a missing topic is an error immediately. */
	partitions = selection_partitions(&c->client, topics->text, topics->count, err);
	if (partitions == NULL)
		return -1;
	c->queue = rd_kafka_queue_new(c->client.handle);
	if (c->options.group == NULL) {
		result = open_alone(c, partitions, err);
	} else {
		result = range_know(c, partitions, err) == 0 ? membership_open(c, err) : -1;
		/* Without a topic we join no group, so no group will assign partitions. */
		c->assigned = partitions->cnt == 0;
	}
	rd_kafka_topic_partition_list_destroy(partitions);
	return result;
}

static void
close_source(struct consume *c)
{
	if (c->client.handle != NULL && c->options.group != NULL)
		membership_close(c);
	partitions_stop(c);
	merged_close(c);
	partitions_leave(c);
	if (c->queue != NULL)
		rd_kafka_queue_destroy(c->queue);
	if (c->known != NULL)
		rd_kafka_topic_partition_list_destroy(c->known);
	client_close(&c->client);
}

static int
open_all(struct consume *c, struct err *err)
{
	static const char begin[] = "{\"$sml\":\"begin\"}\n";

	if (output_open(&c->output, &c->options.common, c->rows, err) == -1 ||
	    payload_open(&c->payload, err) == -1 || fetch_share(c, err) == -1 ||
	    client_start(&c->client, RD_KAFKA_CONSUMER, err) == -1)
		return -1;
	out_unblock(&c->output.out);
	if (c->options.carried == 0)
		out_write(&c->output.out, begin, sizeof begin - 1);
	return open_source(c, err);
}

/* Returns whether everything asked for has come. */
static bool
is_over(const struct consume *c)
{
	const struct consume_options *o = &c->options;

	if (c->failed || (o->count > 0 && c->records >= o->count))
		return true;
	if (!c->assigned || c->sources.open > 0)
		return false;
	/*
	 * With a group, other members' partitions may still become ours, unless the end is
	 * fixed.
	 */
	return o->ends || (o->until != NULL && c->sources.ours > 0);
}

static void
take(struct consume *c, const rd_kafka_message_t *m)
{
	if (!take_event(c, m))
		take_message(c, m);
}

/* Serves brokers, the group, signals and counts, even if nobody reads the output. */
static bool
serve(struct consume *c)
{
	rd_kafka_message_t *m;
	struct err err;

	output_tick(&c->output);
	partitions_watch(c);
	if (c->client.unknown) {
		c->client.unknown = false;
		if (partitions_check(c)) {
			err_set(&err, NULL, "a topic that was read is gone");
			sink_fail(c, &err);
		}
	}
	if (client_check(&c->client, &err) == -1)
		sink_fail(c, &err);
	if (c->options.group != NULL && !c->failed) {
		m = membership_serve(c, c->sources.ours > 0 ? 0 : WAIT);
		if (m != NULL) {
			take(c, m);
			rd_kafka_message_destroy(m);
		}
	}
	return !c->failed && sig_came() == 0 && !output_gone(&c->output);
}

/* Takes what is in the queue, up to a batch. Returns how many messages. */
static size_t
take_batch(struct consume *c)
{
	rd_kafka_message_t *batch[BATCH];
	uint32_t open = c->sources.open;
	ssize_t n;

	if (c->options.merge)
		return merged_take(c);
	n = rd_kafka_consume_batch_queue(c->queue, 0, batch,
	    fetch_batch(c, BATCH, BATCH_BYTES));
	if (n <= 0)
		return 0;
	for (ssize_t i = 0; i < n; i++) {
		if (!is_over(c))
			take(c, batch[i]);
		rd_kafka_message_destroy(batch[i]);
	}
	if (c->sources.open < open)
		partitions_pause(c);
	fetch_on(c, NULL, &c->most);
	return (size_t)n;
}

/* Waits for one message, when there is nothing else to do. */
static void
await(struct consume *c)
{
	rd_kafka_message_t *m;

	if (c->sources.open == 0) {
		/* If no partition is ours, serve waits for the group. */
		if (c->sources.ours > 0)
			(void)sig_wait(NULL, 0, WAIT);
		return;
	}
	if (c->options.merge) {
		merged_await(c, WAIT);
		return;
	}
	m = rd_kafka_consume_queue(c->queue, WAIT);
	if (m == NULL)
		return;
	take(c, m);
	rd_kafka_message_destroy(m);
}

static void
run(struct consume *c)
{
	struct pollfd out = { c->output.out.fd, POLLOUT, 0 };
	bool blocked = false;
	size_t n;

	while (serve(c) && !(is_over(c) && c->output.out.len == 0)) {
		if (blocked)
			(void)sig_wait(&out, 1, WAIT);
		n = blocked || is_over(c) ? 0 : take_batch(c);
		if (n == 0 || c->output.out.len >= CHUNK)
			blocked = !sink_push(c);
		if (n == 0 && !blocked && !is_over(c))
			await(c);
	}
	for (int ms = 0; !sink_push(c) && ms < FAREWELL; ms += WAIT)
		(void)sig_wait(&out, 1, WAIT);
}

int
consume_main(int argc, char **argv)
{
	struct consume c = {
		.options.carried = -1,
		.options.merge_wait = SECOND,
		.options.common.timeout = 60 * SECOND,
	};
	struct err err;
	int status;

	opt_parse(&consume_cli, &c.options, argc, argv);
	check_options(&c);
	configure(&c);
	if (open_all(&c, &err) == 0)
		run(&c);
	else if (sig_came() == 0)
		sink_fail(&c, &err);
	counts_close(&c);
	close_source(&c);
	c.output.signal = sig_came();
	status = output_close(&c.output);
	payload_close(&c.payload);
	sources_free(&c.sources);
	opt_free(&consume_cli, &c.options);
	return status;
}
