/* Reads the messages of partitions between two offsets. */
#include "kafka/peek.h"
#include "base/clock.h"

enum {
	AT_ONCE = 64, /* partitions to read at the same time: each may have a large batch */
	WAIT = 100    /* ms */
};

const struct client_setting peek_settings[] = {
	{ "enable.partition.eof", "true", true },
	{ "auto.offset.reset", "smallest", true },
	{ "fetch.wait.max.ms", "10", false },
	{ "fetch.message.max.bytes", "65536", false },
	{ "queued.max.messages.kbytes", "1024", false },
	{ NULL, NULL, false },
};

int
peek_open(const struct client *c, struct client *reader, struct err *err)
{
	client_copy(c, reader);
	(void)rd_kafka_conf_set(reader->conf, "group.id", NULL, NULL, 0);
	(void)rd_kafka_conf_set(reader->conf, "group.instance.id", NULL, NULL, 0);
	for (const struct client_setting *s = peek_settings; s->name != NULL; s++)
		(void)rd_kafka_conf_set(reader->conf, s->name, s->value, NULL, 0);
	return client_start(reader, RD_KAFKA_CONSUMER, err);
}

static int
start(struct client *c, struct peek *p, rd_kafka_queue_t *queue, struct err *err)
{
	p->done = p->from >= p->end;
	if (p->done)
		return 0;
	p->handle = rd_kafka_topic_new(c->handle, p->topic, NULL);
	if (p->handle == NULL)
		return client_fail(rd_kafka_last_error(), p->topic, err);
	if (rd_kafka_consume_start_queue(p->handle, p->partition, p->from, queue) == 0)
		return 0;
	rd_kafka_topic_destroy(p->handle);
	p->handle = NULL;
	return client_fail(rd_kafka_last_error(), p->topic, err);
}

static void
stop(struct peek *p)
{
	if (p->handle == NULL)
		return;
	(void)rd_kafka_consume_stop(p->handle, p->partition);
	rd_kafka_topic_destroy(p->handle);
	p->handle = NULL;
}

static struct peek *
find(struct peek *p, size_t n, const rd_kafka_message_t *m)
{
	for (size_t i = 0; i < n; i++)
		if (p[i].handle == m->rkt && p[i].partition == m->partition)
			return &p[i];
	return NULL;
}

/* Handles a message, or the end of a partition. */
static int
take(struct peek *p, const rd_kafka_message_t *m, struct err *err)
{
	if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF || (m->err == 0 && m->offset >= p->end))
		p->done = true;
	else if (m->err != 0)
		return client_fail(m->err, p->topic, err);
	else
		p->done = !p->take(p->owner, m) || m->offset == p->end - 1;
	return 0;
}

/* Reads until all partitions are done; fails if a broker is silent for the timeout. */
static int
read_all(struct client *c, struct peek *p, size_t n, rd_kafka_queue_t *queue, struct err *err)
{
	int64_t heard = clock_monotonic();
	size_t open = 0;

	for (size_t i = 0; i < n; i++)
		open += !p[i].done;
	while (open > 0) {
		rd_kafka_message_t *m = rd_kafka_consume_queue(queue, WAIT);
		struct peek *of = m == NULL ? NULL : find(p, n, m);
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
			return err_stopped(err);
		if (c->timeout > 0 && clock_monotonic() - heard > c->timeout)
			return err_unreachable(err,
			    "a broker does not send the messages of a partition");
	}
	return 0;
}

int
peek_all(struct client *c, struct peek *p, size_t n, struct err *err)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(c->handle);
	int result = 0;

	for (size_t first = 0; result == 0 && first < n; first += AT_ONCE) {
		size_t count = n - first < AT_ONCE ? n - first : AT_ONCE;

		for (size_t i = 0; result == 0 && i < count; i++)
			result = start(c, &p[first + i], queue, err);
		if (result == 0)
			result = read_all(c, p + first, count, queue, err);
		for (size_t i = 0; i < count; i++)
			stop(&p[first + i]);
	}
	rd_kafka_queue_destroy(queue);
	return result;
}
