/* A member of a group: partitions come and go. */
#include "cli/report/sig.h"
#include "consume/consume.h"

enum {
	STEP = 100, /* ms: between two looks */
	/* How long a rebalance, or the end of the run, waits in ms: */
	READER = 5000,	    /* for the reader of our output to take what was read */
	COORDINATOR = 5000, /* for the broker to take the offsets */
	FAREWELL = 5000 /* for the broker to learn that we leave; it notices later anyway */
};

/*
 * Commits the stored positions, but does not wait for ever: without an answer nothing is lost,
 * but messages may be read twice.
 */
static rd_kafka_resp_err_t
commit(struct consume *c)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(c->client.handle);
	rd_kafka_resp_err_t code =
	    rd_kafka_commit_queue(c->client.handle, NULL, queue, NULL, NULL);
	rd_kafka_event_t *event;

	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		event = rd_kafka_queue_poll(queue, COORDINATOR);
		code =
		    event != NULL ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
		rd_kafka_event_destroy(event);
	}
	rd_kafka_queue_destroy(queue);
	return code == RD_KAFKA_RESP_ERR__NO_OFFSET ? RD_KAFKA_RESP_ERR_NO_ERROR : code;
}

static void
leave(struct consume *c)
{
	merged_close(c);
	partitions_leave(c);
}

static void
take_partitions(struct consume *c, rd_kafka_topic_partition_list_t *partitions)
{
	rd_kafka_resp_err_t code;
	struct err err;

	c->assigned = true;
	if (range_begin(c, partitions, &err) == -1 ||
	    (c->options.merge && merged_open(c, &err) == -1)) {
		if (sig_came() == 0)
			sink_fail(c, &err);
		leave(c);
		(void)rd_kafka_assign(c->client.handle, NULL);
		return;
	}
	partitions_forward(c);
	code = rd_kafka_assign(c->client.handle, partitions);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
		client_fail(code, "taking partitions", &err);
		sink_fail(c, &err);
		return;
	}
	partitions_pause(c);
	/* The next member must not skip messages that no member has committed. */
	(void)sink_push(c);
}

/* Writes and commits what it can, before another member continues from there. */
static void
give_partitions(struct consume *c)
{
	struct pollfd fd = { c->output.out.fd, POLLOUT, 0 };
	rd_kafka_resp_err_t code;

	if (!c->leaving && !rd_kafka_assignment_lost(c->client.handle)) {
		for (int ms = 0; !sink_push(c) && ms < READER; ms += STEP)
			(void)sig_wait(&fd, 1, STEP);
		(void)partitions_check(c);
		code = commit(c);
		if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
			diag_warn(c->options.common.diag, NULL,
			    "offsets could not be committed, so the next member reads some "
			    "records again: %s",
			    rd_kafka_err2str(code));
	}
	leave(c);
	/* The group will assign partitions: -e must not end the run before that. */
	c->assigned = false;
	(void)rd_kafka_assign(c->client.handle, NULL);
}

/*
 * librdkafka calls this while it is polled, in the middle of any code of ours that polls.  So
 * it only notes what the group asks, and ends the poll.
 */
static void
note(rd_kafka_t *handle, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *partitions,
    void *opaque)
{
	const struct client *client = opaque;
	struct consume *c = client->owner;

	c->asked = code;
	c->asked_of = rd_kafka_topic_partition_list_copy(partitions);
	rd_kafka_yield(handle);
}

/*
 * Does what the group asks.  The group waits until this is done; it asks for one thing at a
 * time.
 */
static void
do_asked(struct consume *c)
{
	if (c->asked == RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	if (c->asked == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
		take_partitions(c, c->asked_of);
	else
		give_partitions(c);
	rd_kafka_topic_partition_list_destroy(c->asked_of);
	c->asked = RD_KAFKA_RESP_ERR_NO_ERROR;
}

void
membership_configure(struct consume *c)
{
	rd_kafka_conf_set_rebalance_cb(c->client.conf, note);
}

int
membership_open(struct consume *c, struct err *err)
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

rd_kafka_message_t *
membership_serve(struct consume *c, int ms)
{
	rd_kafka_message_t *m = rd_kafka_consumer_poll(c->client.handle, ms);

	do_asked(c);
	return m;
}

/* Makes the last commit, after which no message is read twice. */
static void
commit_last(struct consume *c)
{
	rd_kafka_resp_err_t code;
	struct err err;

	(void)partitions_check(c);
	code = commit(c);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	client_fail(code,
	    "offsets could not be committed, so the next run reads some records again", &err);
	sink_fail(c, &err);
}

static bool
any_gone(const struct consume *c)
{
	for (uint32_t i = 0; i < c->sources.count; i++)
		if (c->sources.source[i]->gone)
			return true;
	return false;
}

void
membership_close(struct consume *c)
{
	rd_kafka_t *handle = c->client.handle;
	rd_kafka_queue_t *queue = rd_kafka_queue_new(handle);

	if (c->sources.ours > 0)
		commit_last(c);
	c->leaving = true;
	rd_kafka_error_destroy(rd_kafka_consumer_close_queue(handle, queue));
	for (int ms = 0; !rd_kafka_consumer_closed(handle) && ms < FAREWELL; ms += STEP) {
		(void)rd_kafka_queue_poll_callback(queue, STEP);
		do_asked(c);
	}
	/*
	 * rd_kafka_destroy would wait for a broker's answer; for ever if a topic is gone
	 * (librdkafka 2.0.2).  The handle is not freed, for the process ends.
	 */
	if (!rd_kafka_consumer_closed(handle) || any_gone(c))
		c->client.handle = NULL;
	rd_kafka_queue_destroy(queue);
}
