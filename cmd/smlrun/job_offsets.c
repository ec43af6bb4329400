/* Finds out from the brokers what is committed, and where a partition begins. */
#include <stdlib.h>
#include <string.h>

#include "job_kafka.h"
#include "kafka/committed.h"
#include "kafka/peek.h"
#include "kafka/tail.h"
#include "pipeline/leftovers.h"
#include "task.h"

/* Finds the offset so many messages before the end. */
static int
find_tail(struct client *reader, const char *topic, int32_t partition, int64_t low,
    int64_t end, int64_t back, int64_t *offset, struct err *err)
{
	rd_kafka_topic_partition_list_t *lists[3];
	const int64_t offsets[3] = { low, end, end };
	int result;

	for (int i = 0; i < 3; i++) {
		lists[i] = rd_kafka_topic_partition_list_new(1);
		rd_kafka_topic_partition_list_add(lists[i], topic, partition)->offset =
		    offsets[i];
	}
	result = tail_find(reader, lists[0], lists[1], back, lists[2], err);
	*offset = lists[2]->elems[0].offset;
	for (int i = 0; i < 3; i++)
		rd_kafka_topic_partition_list_destroy(lists[i]);
	return result;
}

/* Fills in the offset of a place in a partition. */
static int
find_first(struct client *reader, const struct job *j, int32_t partition,
    const struct position *from, int64_t *offset, struct err *err)
{
	const char *topic = j->kafka->topic;
	int64_t low, end, found = -1;

	if (client_offset(reader, topic, partition, CLIENT_BEGINNING, &low, err) == -1 ||
	    client_offset(reader, topic, partition, CLIENT_END, &end, err) == -1)
		return -1;
	if (from->kind == POSITION_TIME &&
	    client_offset(reader, topic, partition, from->at, &found, err) == -1)
		return -1;
	if (from->kind == POSITION_BACK &&
	    find_tail(reader, topic, partition, low, end, from->at, &found, err) == -1)
		return -1;
	*offset = position_offset(from, low, end, found);
	if (from->kind == POSITION_OFFSET && (*offset < low || *offset > end))
		return err_set(err, NULL,
		    "topic %s, partition %d: -o %lld is not there: it has %lld to %lld", topic,
		    (int)partition, (long long)*offset, (long long)low, (long long)end);
	return 0;
}

static void
set_first(struct source_place *place, int64_t offset)
{
	*place = (struct source_place){ .is_partition = true,
		.offset = offset,
		.last = { .offset = -1, .timestamp = -1 } };
}

int
job_offsets_first(struct job *j, int32_t partition, struct source_place *place,
    struct err *err)
{
	struct client reader;
	int64_t offset = 0;
	int result = peek_open(&j->kafka->consumer, &reader, err);

	if (result == 0)
		result =
		    find_first(&reader, j, partition, &j->options->position, &offset, err);
	client_close(&reader);
	set_first(place, offset);
	return result;
}

/*
 * Was the partition made after the group, or this run, began?  Then all that it holds came later
 * too, and -o does not count: nothing of it may be left out.
 */
static bool
is_later(const struct job_kafka *k, int32_t partition)
{
	for (size_t i = 0; i < k->partitions; i++)
		if (k->partition[i] == partition)
			return k->began;
	return true;
}

/* Nothing is committed of a task: it begins. */
static int
begin(struct task *t, struct client *reader, struct err *err)
{
	static const struct position beginning = { .kind = POSITION_BEGINNING };
	struct job *j = t->job;
	struct commit *c = &t->committed;
	int64_t offset = 0;

	if (leftovers_last(t->states) > 1)
		return err_set(err, NULL,
		    "group %s has no offset of partition %d, but %s has snapshots of it: the "
		    "offsets have expired, or the topic was made anew; smlrun reset begins "
		    "anew",
		    j->base.group, t->partition == -1 ? 0 : (int)t->partition, t->states);
	*c = j->base;
	if (t->partition == -1)
		return 0;
	if (find_first(reader, j, t->partition,
		is_later(j->kafka, t->partition) ? &beginning : &j->options->position, &offset,
		err) == -1)
		return -1;
	set_first(&c->begin.place, offset);
	c->begin.file = j->options->from.text[0];
	c->snapshot = c->last = c->begin;
	return 0;
}

int64_t
job_offset(const struct task *t, const struct source_place *place)
{
	return t->partition == -1 ? (int64_t)place->records : place->offset;
}

/* Metadata has no names. */
static int
name_files(const struct job *j, struct commit *c, struct err *err)
{
	const struct texts *from = &j->options->from;

	if (c->snapshot.place.file >= from->count || c->last.place.file >= from->count)
		return err_set(err, NULL,
		    "file %zu of --from was read before, and only %zu are named now: all that "
		    "were read are to be named",
		    c->last.place.file + 1, from->count);
	c->snapshot.file = from->text[c->snapshot.place.file];
	c->last.file = from->text[c->last.place.file];
	return 0;
}

/* Takes what the group has committed of a task. */
static int
take(struct task *t, const rd_kafka_topic_partition_t *p, struct client *reader,
    struct err *err)
{
	struct job *j = t->job;
	struct commit *c = &t->committed;
	bool is_new = t->is_new;
	int there;

	t->is_new = false;
	if (p->offset < 0)
		return begin(t, reader, err);
	*c = j->base;
	there = commit_metadata_read(p->metadata_size == 0 ? "" : p->metadata,
	    p->metadata_size, j->kafka->run, c, err);
	/* Who sets an offset may leave our metadata there. */
	if (there == 1 && p->offset != job_offset(t, &c->last.place))
		there = 0;
	if (there == 0 && j->options->adopt) {
		*c = j->base;
		set_first(&c->begin.place, p->offset);
		c->snapshot = c->last = c->begin;
		/* What files hold stays there. */
		c->snapshot.rejected = c->last.rejected = j->base.last.rejected;
		c->snapshot.lengths = c->last.lengths = j->base.last.lengths;
		return 0;
	}
	if (there != 1) {
		const struct err why = *err;

		return err_set(err, NULL, "group %s, topic %s, partition %d: %s",
		    j->base.group, p->topic, (int)p->partition,
		    there == -1 ? why.text :
				  "the offset is none of smlrun's; --adopt begins there");
	}
	if (c->id > 0 && is_new)
		diag_warn(j->options->common.diag, NULL,
		    "%s was not there, but should have the states of epoch %lld: members of a "
		    "group must share the folder of --state",
		    t->states, (long long)c->id);
	return name_files(j, c, err);
}

/* Asks for the offsets that the group has committed. */
static int
ask_committed(const struct job *j, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	struct client group;
	int result = committed_open(&j->kafka->consumer, j->base.group, &group, err);

	if (result == 0)
		result = committed_read(&group, j->base.group, list, err);
	client_close(&group);
	return result;
}

int
job_offsets_know(struct job *j, struct err *err)
{
	struct job_kafka *k = j->kafka;
	rd_kafka_topic_partition_list_t *list;
	int result;

	if (k->knows || k->topic == NULL || !job_writes_topic(j))
		return 0;
	list = rd_kafka_topic_partition_list_new((int)k->partitions);
	for (size_t i = 0; i < k->partitions; i++)
		rd_kafka_topic_partition_list_add(list, k->topic, k->partition[i]);
	result = ask_committed(j, list, err);
	for (int i = 0; i < list->cnt; i++)
		k->began |= list->elems[i].offset >= 0;
	k->knows = result == 0;
	rd_kafka_topic_partition_list_destroy(list);
	return result;
}

/* Reads what the group has committed of each task. */
static int
read_committed(struct job *j, struct client *reader, struct err *err)
{
	const struct job_kafka *k = j->kafka;
	rd_kafka_topic_partition_list_t *list =
	    rd_kafka_topic_partition_list_new((int)j->tasks);
	int result;

	for (size_t i = 0; i < j->tasks; i++)
		(void)(j->task[i]->partition == -1 ?
			rd_kafka_topic_partition_list_add(list, j->options->to_topic, 0) :
			rd_kafka_topic_partition_list_add(list, k->topic,
			    j->task[i]->partition));
	result = ask_committed(j, list, err);
	for (size_t i = 0; i < j->tasks && result == 0; i++)
		result = take(j->task[i], &list->elems[i], reader, err);
	rd_kafka_topic_partition_list_destroy(list);
	return result;
}

/* With -e, a partition that was made after the start ends where it does now. */
static int
set_ends(struct job *j, struct client *reader, struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < j->tasks && result == 0 && j->options->ends; i++) {
		struct kafka_partition *p = &j->task[i]->source.partition;

		if (p->end == INT64_MAX)
			result = client_offset(reader, j->kafka->topic, p->number, CLIENT_END,
			    &p->end, err);
	}
	return result;
}

/* Checks that partitions still are what they were. */
static int
check_partitions(struct job *j, struct client *reader, struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < j->tasks && result == 0; i++) {
		const struct commit *c = &j->task[i]->committed;

		if (c->last.place.is_partition)
			result = kafka_partition_check(reader, j->kafka->topic,
			    j->task[i]->partition, &c->snapshot.place, &c->last.place, err);
	}
	return result;
}

int
job_offsets_read(struct job *j, struct err *err)
{
	const struct job_kafka *k = j->kafka;
	struct client reader = { 0 };
	int result = 0;

	if (j->tasks == 0)
		return 0;
	if (k->topic != NULL)
		result = peek_open(&k->consumer, &reader, err);
	if (result == 0 && job_writes_topic(j))
		result = read_committed(j, &reader, err);
	if (result == 0 && k->topic != NULL)
		result = check_partitions(j, &reader, err);
	if (result == 0 && k->topic != NULL)
		result = set_ends(j, &reader, err);
	client_close(&reader);
	return result;
}
