/* Sends results to a topic. */
#include <string.h>

#include "sink/sink_topic.h"

enum { DEPTH = 1000 };

static int
open_key(struct sink_topic *s, struct err *err)
{
	if (s->key == NULL)
		return 0;
	s->fields = fields_new();
	if (s->fields == NULL)
		return err_memory(err);
	s->slot = fields_add(s->fields, s->key, NULL, err);
	return s->slot == -1 ? -1 : record_open(&s->record, s->fields, DEPTH, err);
}

static int
count_partitions(struct sink_topic *s, struct err *err)
{
	const struct rd_kafka_metadata *metadata;
	struct client probe;
	int result;

	client_copy(s->settings, &probe);
	result = client_start(&probe, RD_KAFKA_PRODUCER, err);
	if (result == 0)
		result = client_metadata(&probe, s->topic, &metadata, err);
	if (result == 0) {
		s->partitions = metadata->topics[0].partition_cnt;
		rd_kafka_metadata_destroy(metadata);
	}
	client_close(&probe);
	return result;
}

enum transaction_answer
sink_topic_open(struct sink_topic *s, const char *id, int64_t timeout, struct err *err)
{
	if (open_key(s, err) == -1)
		return TRANSACTION_FATAL;
	if (count_partitions(s, err) == -1)
		return err->unreachable ? TRANSACTION_AWAY : TRANSACTION_FATAL;
	return transactions_open(&s->transactions, s->settings, id, timeout, err);
}

void
sink_topic_close(struct sink_topic *s)
{
	transactions_close(&s->transactions);
	if (s->fields != NULL)
		record_close(&s->record);
	fields_free(s->fields);
	buf_free(&s->text);
	*s = (struct sink_topic){ 0 };
}

/* Takes the key of a result: a string's text, any other value's JSON. */
static int
read_key(struct sink_topic *s, struct message *m, struct err *err)
{
	struct value v;

	if (record_parse_text(&s->record, s->fields, m->value.p, m->value.n, err) == -1)
		return -1;
	v = record_at(&s->record, s->slot);
	if (value_none(v))
		return 0;
	m->partition = RD_KAFKA_PARTITION_UA;
	m->key = (struct bytes){ v.p, v.len };
	if (v.kind != V_STRING)
		return 0;
	s->text.len = 0;
	if (buf_reserve(&s->text, v.len) == -1)
		return err_memory(err);
	if (value_text(v, &s->text, err) == -1)
		return -1;
	m->key = (struct bytes){ s->text.p, s->text.len };
	return 0;
}

static bool
is_blank(const char *p, size_t n)
{
	while (n > 0 && (*p == ' ' || *p == '\t' || *p == '\r')) {
		p++;
		n--;
	}
	return n == 0;
}

/* Sends one line, without its end. */
static enum transaction_answer
send_line(struct sink_topic *s, int32_t partition, const char *p, size_t n, struct err *err)
{
	struct message m = { .topic = { s->topic, strlen(s->topic) },
		.value = { p, n },
		.partition = partition };

	if (is_blank(p, n))
		return TRANSACTION_DONE;
	if (s->key != NULL && read_key(s, &m, err) == -1) {
		err_prefix(err, "a result has no key for --to-key %s: ", s->key);
		return TRANSACTION_FATAL;
	}
	return transactions_send(&s->transactions, &m, err);
}

/* Keeps what may be half a line.  Returns -1 if memory is short. */
static int
keep(struct buf *line, const char *p, size_t n, struct err *err)
{
	return buf_put(line, p, n) == -1 ? err_memory(err) : 0;
}

enum transaction_answer
sink_topic_write(struct sink_topic *s, struct buf *line, int32_t partition, const char *p,
    size_t n, struct err *err)
{
	enum transaction_answer answer = TRANSACTION_DONE;
	const char *end = p + n, *newline;

	while (answer == TRANSACTION_DONE &&
	    (newline = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		if (line->len == 0)
			answer = send_line(s, partition, p, (size_t)(newline - p), err);
		else if (keep(line, p, (size_t)(newline - p), err) == -1)
			return TRANSACTION_FATAL;
		else
			answer = send_line(s, partition, line->p, line->len, err);
		line->len = 0;
		p = newline + 1;
	}
	if (answer == TRANSACTION_DONE && p < end &&
	    keep(line, p, (size_t)(end - p), err) == -1)
		return TRANSACTION_FATAL;
	return answer;
}
