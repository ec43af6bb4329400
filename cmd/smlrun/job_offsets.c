/* Asks the brokers what is committed, and where to begin in a partition. */
#include <stdlib.h>
#include <string.h>

#include "job_kafka.h"
#include "kafka/committed.h"
#include "kafka/peek.h"
#include "pipeline/leftovers.h"
#include "task.h"

/* Fails because a task has snapshots, but no committed offset. */
static int
refuse_lost(const struct task *t, struct err *err)
{
	return err_set(err, NULL,
	    "group %s has no offset of partition %d, but %s has snapshots of it: the offsets "
	    "have expired, or the topic was recreated; smlrun reset --to BEGINNING starts "
	    "over",
	    t->job->base.group, t->partition == -1 ? 0 : (int)t->partition, t->states);
}

/* Begins a task for which nothing is committed. */
static int
begin(struct task *t, struct client *reader, struct err *err)
{
	struct job *j = t->job;
	struct commit *c = &t->committed;
	int64_t offset = 0;

	if (leftovers_last(t->states) > 1)
		return refuse_lost(t, err);
	*c = j->base;
	if (!source_is_topic(t->source.kind))
		return 0;
	if (t->source.kind == SOURCE_MERGED) {
		c->begin.place.each =
		    job_merged_begin(j, reader, &t->source.merged.places, err);
		if (c->begin.place.each == NULL)
			return -1;
	} else {
		if (job_beginning_now(j, reader, t->partition, &offset, err) == -1)
			return -1;
		c->begin.place = job_beginning_at(offset);
	}
	c->begin.file = j->options->from.text[0];
	c->snapshot = c->last = c->begin;
	return 0;
}

/* Takes what the group has committed for a task. */
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
	there = job_metadata_read(j, p, c, err);
	if (there == 0) {
		*c = j->base;
		c->begin.place = job_beginning_at(p->offset);
		c->snapshot = c->last = c->begin;
		/* Sinks and --rejects that are files keep what they hold. */
		c->snapshot.rejected = c->last.rejected = j->base.last.rejected;
		c->snapshot.lengths = c->last.lengths = j->base.last.lengths;
	}
	if (there == 1 && c->id > 0 && is_new)
		diag_warn(j->options->common.diag, NULL,
		    "%s was missing, but should have the states of epoch %lld: members of a "
		    "group must share the folder of --state",
		    t->states, (long long)c->id);
	return there == -1 ? -1 : 0;
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

/*
 * Fills in where each partition begins according to -o: that is committed before anything is
 * read.
 */
static int
find_beginnings(const struct job *j, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	struct client reader = { 0 };
	struct commit c = j->base;
	int64_t offset = 0;
	int result = peek_open(&j->kafka->consumer, &reader, err);

	c.merged = j->options->merge ? (uint32_t)list->cnt : 0;
	for (int i = 0; i < list->cnt && result == 0; i++) {
		rd_kafka_topic_partition_t *p = &list->elems[i];

		result = job_beginning_of(j, &reader, p->partition, &j->options->position,
		    &offset, err);
		c.snapshot.place = c.last.place = job_beginning_at(offset);
		if (result == 0)
			result = job_metadata_add(0, p, &c, err);
	}
	client_close(&reader);
	return result;
}

/*
 * Commits where each partition begins.  Otherwise, if a run ended before its first commit, -o
 * end would leave out the messages that came meanwhile; and a member would take its partitions
 * for new ones if only the offsets of other members' partitions were committed.  If the group
 * refuses because it has members, it has begun already.
 */
static int
commit_beginnings(const struct job *j, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	struct client group;
	int result;

	/* If there are snapshots, missing offsets have been lost: they were committed before. */
	if (leftovers_last(j->states) > 1)
		return 0;
	if (find_beginnings(j, list, err) == -1)
		return -1;
	result = committed_open(&j->kafka->consumer, j->base.group, &group, err);
	if (result == 0)
		result = committed_begin(&group, j->base.group, list, err);
	client_close(&group);
	return result;
}

int
job_offsets_know(struct job *j, struct err *err)
{
	struct job_kafka *k = j->kafka;
	rd_kafka_topic_partition_list_t *list;
	int result;

	if (k->knows || !job_commits_beginnings(j))
		return 0;
	list = rd_kafka_topic_partition_list_new((int)k->partitions);
	for (size_t i = 0; i < k->partitions; i++)
		rd_kafka_topic_partition_list_add(list, k->topic, k->partition[i]);
	result = ask_committed(j, list, err);
	for (int i = 0; i < list->cnt; i++)
		k->began |= list->elems[i].offset >= 0;
	if (result == 0 && !k->began)
		result = commit_beginnings(j, list, err);
	k->knows = result == 0;
	rd_kafka_topic_partition_list_destroy(list);
	if (k->knows && j->options->group != NULL)
		job_unlock(j);
	return result;
}

/*
 * Lists the partitions whose offsets are needed: that of a task, all merged ones, or one for
 * files.
 */
static void
name_partitions(const struct task *t, rd_kafka_topic_partition_list_t *list)
{
	const struct job_kafka *k = t->job->kafka;

	if (!source_is_topic(t->source.kind))
		rd_kafka_topic_partition_list_add(list, t->job->options->to_topic, 0);
	else if (t->source.kind == SOURCE_PARTITION)
		rd_kafka_topic_partition_list_add(list, k->topic, t->partition);
	for (size_t i = 0; t->source.kind == SOURCE_MERGED && i < k->partitions; i++)
		rd_kafka_topic_partition_list_add(list, k->topic, k->partition[i]);
}

/* Takes what the group has committed for all partitions, which one task reads. */
static int
take_merged(struct task *t, const rd_kafka_topic_partition_list_t *list, struct client *reader,
    struct err *err)
{
	int there = job_merged_take(t, list, err);

	return there == 0 ? begin(t, reader, err) : there == -1 ? -1 : 0;
}

/* Reads what the group has committed for each task. */
static int
read_committed(struct job *j, struct client *reader, struct err *err)
{
	rd_kafka_topic_partition_list_t *list =
	    rd_kafka_topic_partition_list_new((int)j->tasks);
	bool merged = j->tasks == 1 && j->task[0]->source.kind == SOURCE_MERGED;
	int result;

	for (size_t i = 0; i < j->tasks; i++)
		name_partitions(j->task[i], list);
	result = ask_committed(j, list, err);
	if (result == 0 && merged)
		result = take_merged(j->task[0], list, reader, err);
	for (size_t i = 0; i < j->tasks && result == 0 && !merged; i++)
		result = take(j->task[i], &list->elems[i], reader, err);
	rd_kafka_topic_partition_list_destroy(list);
	return result;
}

/* With -e, lets each partition that was created after the start end where it ends now. */
static int
set_ends(struct job *j, struct client *reader, struct err *err)
{
	int result = 0;

	if (j->options->merge)
		return 0;
	for (size_t i = 0; i < j->tasks && result == 0 && j->options->ends; i++) {
		struct kafka_partition *p = &j->task[i]->source.partition;

		if (p->end == INT64_MAX)
			result = client_offset(reader, j->kafka->topic, p->number, CLIENT_END,
			    &p->end, err);
	}
	return result;
}

/* Checks that no partition was replaced since it was read. */
static int
check_partitions(struct job *j, struct client *reader, struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < j->tasks && result == 0; i++) {
		const struct commit *c = &j->task[i]->committed;

		if (c->last.place.kind == SOURCE_MERGED)
			result = job_merged_check(j->task[i], reader, err);
		else if (c->last.place.kind == SOURCE_PARTITION)
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
