/* Records that a group would still get, by reading the first of them. */
#include <errno.h>

#include "admin/backlog.h"
#include "base/clock.h"

enum {
	AT_ONCE = 64, /* partitions read at the same time: each may hold a large batch */
	WAIT = 100    /* ms */
};

const struct client_setting backlog_settings[] = {
	{ "enable.partition.eof", "true", true },
	{ "auto.offset.reset", "smallest", true },
	{ "fetch.wait.max.ms", "10", false },
	{ "fetch.message.max.bytes", "65536", false },
	{ "queued.max.messages.kbytes", "1024", false },
	{ NULL, NULL, false },
};

static int
start(struct client *c, struct backlog *u, rd_kafka_queue_t *queue, struct err *err)
{
	u->records = 0;
	u->oldest = -1;
	u->done = u->from >= u->end;
	if (u->done)
		return 0;
	u->handle = rd_kafka_topic_new(c->handle, u->topic, NULL);
	if (u->handle == NULL)
		return client_fail(rd_kafka_last_error(), u->topic, err);
	if (rd_kafka_consume_start_queue(u->handle, u->partition, u->from, queue) == 0)
		return 0;
	rd_kafka_topic_destroy(u->handle);
	u->handle = NULL;
	return client_fail(rd_kafka_last_error(), u->topic, err);
}

static void
stop(struct backlog *u)
{
	if (u->handle == NULL)
		return;
	(void)rd_kafka_consume_stop(u->handle, u->partition);
	rd_kafka_topic_destroy(u->handle);
	u->handle = NULL;
}

static struct backlog *
find(struct backlog *u, size_t n, const rd_kafka_message_t *m)
{
	for (size_t i = 0; i < n; i++)
		if (u[i].handle == m->rkt && u[i].partition == m->partition)
			return &u[i];
	return NULL;
}

/* A record, or that there are no more. */
static int
take(struct backlog *u, const rd_kafka_message_t *m, struct err *err)
{
	rd_kafka_timestamp_type_t type;

	if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF || (m->err == 0 && m->offset >= u->end))
		u->done = true;
	else if (m->err != 0)
		return client_fail(m->err, u->topic, err);
	if (u->done)
		return 0;
	if (u->records++ == 0)
		u->oldest = rd_kafka_message_timestamp(m, &type);
	if (u->end - u->from > BACKLOG_COUNTED)
		u->records = u->end - u->from;
	u->done = u->records == u->end - u->from || m->offset == u->end - 1;
	return 0;
}

/* Reads until all are done; one whose broker is silent for --timeout is given up. */
static int
read_all(struct client *c, struct backlog *u, size_t n, rd_kafka_queue_t *queue,
    struct err *err)
{
	int64_t heard = clock_monotonic();
	size_t open = 0;

	for (size_t i = 0; i < n; i++)
		open += !u[i].done;
	while (open > 0) {
		rd_kafka_message_t *m = rd_kafka_consume_queue(queue, WAIT);
		struct backlog *of = m == NULL ? NULL : find(u, n, m);
		int result = 0;

		if (of != NULL && !of->done) {
			heard = clock_monotonic();
			result = take(of, m, err);
			if (of->done) {
				open--;
				stop(of);
			}
		}
		if (m != NULL)
			rd_kafka_message_destroy(m);
		if (result == -1 || client_check(c, err) == -1)
			return -1;
		if (client_stopped(c))
			return err_set(err, NULL, "stopped by a signal");
		if (c->timeout > 0 && clock_monotonic() - heard > c->timeout)
			return err_away(err, "a broker does not send what a partition holds");
	}
	return 0;
}

int
backlog_count(struct client *c, struct backlog *u, size_t n, struct err *err)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(c->handle);
	int result = 0;

	for (size_t first = 0; result == 0 && first < n; first += AT_ONCE) {
		size_t count = n - first < AT_ONCE ? n - first : AT_ONCE;

		for (size_t i = 0; result == 0 && i < count; i++)
			result = start(c, &u[first + i], queue, err);
		if (result == 0)
			result = read_all(c, u + first, count, queue, err);
		for (size_t i = 0; i < count; i++)
			stop(&u[first + i]);
	}
	rd_kafka_queue_destroy(queue);
	return result;
}
