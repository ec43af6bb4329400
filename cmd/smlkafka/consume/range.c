/* From where to where each partition is read. */
#include "consume/consume.h"

/* Each a copy of one list, with offsets. */
struct offsets_asked {
	rd_kafka_topic_partition_list_t *low, *end, *from, *until, *committed;
};

static void
free_offsets(struct offsets_asked *b)
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
ask_all(struct consume *c, const rd_kafka_topic_partition_list_t *partitions,
    struct offsets_asked *b, struct err *err)
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
end_of(const struct consume *c, const struct offsets_asked *b, int i)
{
	int64_t end = c->options.ends ? b->end->elems[i].offset : SOURCE_ENDLESS;
	int64_t until = SOURCE_ENDLESS;

	if (c->until.kind == POSITION_OFFSET)
		until = c->until.at;
	else if (b->until != NULL && b->until->elems[i].offset >= 0)
		until = b->until->elems[i].offset;
	return until < end ? until : end;
}

/*
 * Behind the end there is nothing that a group could have read: the topic was
 * made anew, and to begin there would skip what it holds now.  Under
 * read_committed the end may lie before what there is.
 */
static int
check_committed(struct consume *c, const rd_kafka_topic_partition_t *end, int64_t committed,
    struct err *err)
{
	enum { WAIT = 5000 }; /* ms */
	int64_t low, high;

	if (committed <= end->offset ||
	    rd_kafka_query_watermark_offsets(c->client.handle, end->topic, end->partition,
		&low, &high, WAIT) != RD_KAFKA_RESP_ERR_NO_ERROR ||
	    committed <= high)
		return 0;
	return err_set(err, NULL,
	    "topic %s, partition %d: offset %lld, where the group stopped, is not there: it "
	    "has %lld to %lld (smlkafka offsets --to sets another)",
	    end->topic, end->partition, (long long)committed, (long long)low, (long long)high);
}

/* The offset to begin at, -1 with err.  stored: the group has it. */
static int64_t
begin_of(struct consume *c, const struct offsets_asked *b, int i, bool *stored,
    struct err *err)
{
	const rd_kafka_topic_partition_t *at = &b->low->elems[i], *end = &b->end->elems[i];
	int64_t committed = b->committed != NULL ? b->committed->elems[i].offset : -1;
	int64_t begin;

	*stored = committed >= 0;
	if (committed < 0) {
		begin = position_offset(&c->from, at->offset, end->offset,
		    b->from != NULL ? b->from->elems[i].offset : -1);
		/* The end that will be committed is the partition's own. */
		return c->options.ends && begin > end->offset ? end->offset : begin;
	}
	if (committed >= at->offset)
		return check_committed(c, end, committed, err) == -1 ? -1 : committed;
	diag_warn(c->options.common.diag, NULL,
	    "topic %s, partition %d: offset %lld, where the group stopped, is there no more; "
	    "the first is %lld",
	    at->topic, at->partition, (long long)committed, (long long)at->offset);
	*stored = false;
	return at->offset;
}

int
range_begin(struct consume *c, rd_kafka_topic_partition_list_t *partitions, struct err *err)
{
	struct offsets_asked b = { 0 };
	struct source *source;
	int result = ask_all(c, partitions, &b, err);
	bool stored;

	for (int i = 0; result == 0 && i < partitions->cnt; i++) {
		rd_kafka_topic_partition_t *p = &partitions->elems[i];

		source = sources_get(&c->sources, p->topic, p->partition);
		if (source == NULL) {
			result = err_memory(err);
			break;
		}
		p->offset = begin_of(c, &b, i, &stored, err);
		if (p->offset == -1) {
			result = -1;
			break;
		}
		source_begin(&c->sources, source, p->offset, end_of(c, &b, i), stored);
	}
	free_offsets(&b);
	return result;
}
