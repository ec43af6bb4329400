/* The consumer of a run, alone or in a group. */
#include <sys/eventfd.h>

#include <stdio.h>
#include <unistd.h>

#include "source/kafka_reader.h"

enum {
	FETCHED = 32 << 10, /* kbytes fetched ahead, of all partitions */
	LEAST = 64,	    /* but at least this for each partition */
	STEP = 100,	    /* ms: between two looks */
	FAREWELL = 5000	    /* ms: how long to wait when leaving the group */
};

const struct client_setting kafka_reader_settings[] = {
	{ "enable.partition.eof", "true", true },
	{ "auto.offset.reset", "error", true },
	{ "enable.auto.offset.store", "false", true },
	{ "enable.auto.commit", "false", true },
	{ "isolation.level", "read_committed", false },
	{ "partition.assignment.strategy", "range", true },
	/* How long the group waits for a member that has died. */
	{ "session.timeout.ms", "6000", false },
	{ "heartbeat.interval.ms", "2000", false },
	{ "fetch.wait.max.ms", "100", false },
	{ "queued.min.messages", "50000", false },
	/* A queue that is nearly full can still get one answer of this size. */
	{ "fetch.max.bytes", "4194304", false },
	{ NULL, NULL, false },
};

static void
forget(struct kafka_reader *r)
{
	if (r->asked_of != NULL)
		rd_kafka_topic_partition_list_destroy(r->asked_of);
	r->asked_of = NULL;
	r->asked = RD_KAFKA_RESP_ERR_NO_ERROR;
}

/*
 * librdkafka calls this while it is polled.  It only notes what the group asks for; the loop
 * of the attempt then answers.
 */
static void
note(rd_kafka_t *handle, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *partitions,
    void *opaque)
{
	const struct client *client = opaque;
	struct kafka_reader *r = client->owner;

	forget(r);
	r->asked = code;
	r->asked_of = rd_kafka_topic_partition_list_copy(partitions);
	rd_kafka_yield(handle);
}

/* Divides the memory for fetching ahead among the partitions. */
static void
configure(struct kafka_reader *r, int partitions)
{
	size_t kbytes = FETCHED / (size_t)(partitions > 0 ? partitions : 1);
	char text[32];

	client_copy(r->settings, &r->client);
	r->client.owner = r;
	if (kbytes < LEAST)
		kbytes = LEAST;
	(void)snprintf(text, sizeof text, "%zu", kbytes);
	(void)rd_kafka_conf_set(r->client.conf, "queued.max.messages.kbytes", text, NULL, 0);
	if (r->group == NULL)
		return;
	(void)rd_kafka_conf_set(r->client.conf, "group.id", r->group, NULL, 0);
	rd_kafka_conf_set_rebalance_cb(r->client.conf, note);
}

/* Makes wake readable when the group has something to say. */
static void
watch(struct kafka_reader *r)
{
	static const uint64_t one = 1;
	rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(r->client.handle);

	if (queue == NULL)
		return;
	rd_kafka_queue_io_event_enable(queue, r->wake, &one, sizeof one);
	rd_kafka_queue_destroy(queue);
}

static int
subscribe(struct kafka_reader *r, struct err *err)
{
	rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t code;

	rd_kafka_topic_partition_list_add(topics, r->topic, RD_KAFKA_PARTITION_UA);
	code = rd_kafka_subscribe(r->client.handle, topics);
	rd_kafka_topic_partition_list_destroy(topics);
	r->subscribed = code == RD_KAFKA_RESP_ERR_NO_ERROR;
	return r->subscribed ? 0 : client_fail(code, "subscribing", err);
}

int
kafka_reader_open(struct kafka_reader *r, int partitions, struct err *err)
{
	r->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (r->wake == -1)
		return err_memory(err);
	configure(r, partitions);
	if (payload_open(&r->payload, err) == -1 ||
	    client_start(&r->client, RD_KAFKA_CONSUMER, err) == -1)
		return -1;
	if (r->group == NULL)
		return 0;
	watch(r);
	return subscribe(r, err);
}

/* Leaves the group, so that it soon gives our partitions to others. */
static void
leave(struct kafka_reader *r)
{
	rd_kafka_t *handle = r->client.handle;
	rd_kafka_queue_t *queue = rd_kafka_queue_new(handle);

	rd_kafka_error_destroy(rd_kafka_consumer_close_queue(handle, queue));
	for (int ms = 0; !rd_kafka_consumer_closed(handle) && ms < FAREWELL; ms += STEP) {
		(void)rd_kafka_queue_poll_callback(queue, STEP);
		if (r->asked != RD_KAFKA_RESP_ERR_NO_ERROR)
			(void)rd_kafka_assign(handle, NULL);
		forget(r);
	}
	/*
	 * rd_kafka_destroy would wait for ever (librdkafka 2.0.2), so it is not called: the
	 * process ends soon.
	 */
	if (!rd_kafka_consumer_closed(handle))
		r->client.handle = NULL;
	rd_kafka_queue_destroy(queue);
}

void
kafka_reader_close(struct kafka_reader *r)
{
	if (r->subscribed)
		leave(r);
	r->subscribed = false;
	forget(r);
	client_close(&r->client);
	payload_close(&r->payload);
	if (r->wake > 0)
		(void)close(r->wake);
	r->wake = -1;
}

int
kafka_reader_serve(struct kafka_reader *r, struct err *err)
{
	rd_kafka_message_t *m;
	struct err why;
	int result = 0;

	if (r->client.handle == NULL)
		return 0;
	if (r->group == NULL)
		(void)rd_kafka_poll(r->client.handle, 0);
	else if (r->asked == RD_KAFKA_RESP_ERR_NO_ERROR &&
	    (m = rd_kafka_consumer_poll(r->client.handle, 0)) != NULL) {
		/* Only events come here: messages come through the queues of their partitions. */
		if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR &&
		    m->err != RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED &&
		    client_fail(m->err, r->topic, &why) == -1 && !why.unreachable) {
			*err = why;
			result = -1;
		}
		rd_kafka_message_destroy(m);
	}
	return result == -1 ? -1 : client_check(&r->client, err);
}

int
kafka_reader_answer(struct kafka_reader *r, struct err *err)
{
	rd_kafka_resp_err_t code = rd_kafka_assign(r->client.handle,
	    r->asked == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? r->asked_of : NULL);

	forget(r);
	return code == RD_KAFKA_RESP_ERR_NO_ERROR ?
	    0 :
	    client_fail(code, "taking partitions", err);
}

void
kafka_reader_awake(struct kafka_reader *r)
{
	uint64_t many;

	(void)!read(r->wake, &many, sizeof many);
}
