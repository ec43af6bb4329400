/* Decides where reading of each partition starts and ends. */
#include <string.h>

#include "consume/consume.h"
#include "kafka/committed.h"
#include "kafka/tail.h"

/* Copies of one list of partitions, with the offsets that each name says. */
struct offsets_asked {
	rd_kafka_topic_partition_list_t *low, *end, *from, *until, *committed;
};

static void
destroy(rd_kafka_topic_partition_list_t *list)
{
	if (list != NULL)
		rd_kafka_topic_partition_list_destroy(list);
}

static void
free_offsets(struct offsets_asked *b)
{
	destroy(b->low);
	destroy(b->end);
	destroy(b->from);
	destroy(b->until);
	destroy(b->committed);
}

static int
ask_offsets(struct consume *c, const rd_kafka_topic_partition_list_t *partitions, int64_t when,
    rd_kafka_topic_partition_list_t **list, struct err *err)
{
	*list = rd_kafka_topic_partition_list_copy(partitions);
	return client_offsets(&c->client, *list, when, err);
}

/*
 * Returns the offset that the group has committed for each partition, in a new list, or NULL
 * with err.
 */
static rd_kafka_topic_partition_list_t *
ask_committed(struct consume *c, const rd_kafka_topic_partition_list_t *partitions,
    struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_copy(partitions);

	for (int i = 0; i < list->cnt; i++)
		list->elems[i].offset = RD_KAFKA_OFFSET_INVALID;
	if (committed_read(&c->client, c->options.group, list, err) == 0)
		return list;
	destroy(list);
	return NULL;
}

/* Finds the offsets of -o -N, with a reader of its own. */
static int
ask_tail(struct consume *c, struct offsets_asked *b, struct err *err)
{
	struct client reader;
	int result = peek_open(&c->client, &reader, err);

	b->from = rd_kafka_topic_partition_list_copy(b->end);
	if (result == 0)
		result = tail_find(&reader, b->low, b->end, c->from.at, b->from, err);
	client_close(&reader);
	return result;
}

/* Returns whether reading of any of the partitions starts where -o says. */
static bool
is_fresh(const struct offsets_asked *b)
{
	for (int i = 0; b->committed != NULL && i < b->committed->cnt; i++)
		if (b->committed->elems[i].offset < 0)
			return true;
	return b->committed == NULL;
}

static int
ask_all(struct consume *c, const rd_kafka_topic_partition_list_t *partitions,
    struct offsets_asked *b, struct err *err)
{
	if (ask_offsets(c, partitions, CLIENT_END, &b->end, err) == -1 ||
	    ask_offsets(c, partitions, CLIENT_BEGINNING, &b->low, err) == -1)
		return -1;
	if (c->options.group != NULL &&
	    (b->committed = ask_committed(c, partitions, err)) == NULL)
		return -1;
	if (c->from.kind == POSITION_TIME &&
	    ask_offsets(c, partitions, c->from.at, &b->from, err) == -1)
		return -1;
	if (c->from.kind == POSITION_BACK && is_fresh(b) && ask_tail(c, b, err) == -1)
		return -1;
	if (c->until.kind == POSITION_TIME &&
	    ask_offsets(c, partitions, c->until.at, &b->until, err) == -1)
		return -1;
	return 0;
}

int
range_know(struct consume *c, const rd_kafka_topic_partition_list_t *partitions,
    struct err *err)
{
	c->known = ask_committed(c, partitions, err);
	return c->known != NULL ? 0 : -1;
}

/*
 * Returns whether the partition was created after the group, or this run, began.  If so, all
 * its messages are later, too, and -o does not apply.
 */
static bool
is_later(const struct consume *c, const char *topic, int32_t partition)
{
	if (c->known == NULL)
		return false;
	if (rd_kafka_topic_partition_list_find(c->known, topic, partition) == NULL)
		return true;
	for (int i = 0; i < c->known->cnt; i++)
		if (c->known->elems[i].offset >= 0 &&
		    strcmp(c->known->elems[i].topic, topic) == 0)
			return true;
	return false;
}

/* Returns the offset at which reading ends: the first that is not wanted. */
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
 * Returns where to begin for an offset of -o or of the group.  If the offset is before the
 * partition's first offset, warns and returns the first offset.  If it is after the end, that
 * is an error: the topic was recreated, and to begin there would skip the messages that it has
 * now.  But for -o with -e, warns and returns the end.  On error returns -1 with err.
 */
static int64_t
begin_at(struct consume *c, const struct offsets_asked *b, int i, int64_t offset,
    const char *whose, struct err *err)
{
	const rd_kafka_topic_partition_t *low = &b->low->elems[i], *end = &b->end->elems[i];
	struct diag *diag = c->options.common.diag;

	if (offset < low->offset) {
		diag_warn(diag, NULL,
		    "topic %s, partition %d: offset %lld%s is no longer there; reading begins "
		    "at the first, %lld",
		    low->topic, low->partition, (long long)offset, whose,
		    (long long)low->offset);
		return low->offset;
	}
	if (client_check_offset(&c->client, end, offset, whose, err) == 0)
		return offset;
	if (*whose != '\0') {
		const struct err why = *err;

		return err_set(err, NULL, "%s (smlkafka offsets --to sets another)", why.text);
	}
	if (!c->options.ends)
		return -1;
	diag_warn(diag, NULL, "%s; there is nothing to read", err->text);
	return end->offset;
}

/*
 * Returns the offset to begin at, or -1 with err.  *stored: the group has this offset already.
 */
static int64_t
begin_of(struct consume *c, const struct offsets_asked *b, int i, bool *stored,
    struct err *err)
{
	const rd_kafka_topic_partition_t *low = &b->low->elems[i], *end = &b->end->elems[i];
	int64_t committed = b->committed != NULL ? b->committed->elems[i].offset : -1;
	int64_t begin;

	if (committed >= 0) {
		begin = begin_at(c, b, i, committed, ", where the group stopped,", err);
		*stored = begin == committed;
		return begin;
	}
	*stored = false;
	if (is_later(c, low->topic, low->partition))
		return low->offset;
	if (c->from.kind == POSITION_OFFSET)
		begin = begin_at(c, b, i, c->from.at, "", err);
	else
		begin = position_offset(&c->from, low->offset, end->offset,
		    b->from != NULL ? b->from->elems[i].offset : -1);
	/* The end that will be committed is the end of the partition. */
	return c->options.ends && begin > end->offset ? end->offset : begin;
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
