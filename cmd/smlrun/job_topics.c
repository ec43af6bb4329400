/* Finds the topics that a run reads and writes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "job_kafka.h"
#include "kafka/peek.h"
#include "kafka/selection.h"
#include "source/source_place.h"

/* Takes the partitions over from a list. */
static int
keep_partitions(struct job_kafka *k, const rd_kafka_topic_partition_list_t *list,
    struct err *err)
{
	size_t count = (size_t)list->cnt;

	k->partition = calloc(count + 1, sizeof *k->partition);
	k->end = calloc(count + 1, sizeof *k->end);
	if (k->partition == NULL || k->end == NULL)
		return err_memory(err);
	for (size_t i = 0; i < count; i++) {
		k->partition[i] = list->elems[i].partition;
		k->end[i] = list->elems[i].offset;
	}
	k->partitions = count;
	return 0;
}

/* Finds the partitions that are named, and where they end now. */
static int
find_partitions(struct job_kafka *k, const char *selection, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = NULL;
	struct client probe;
	int result = -1;

	client_copy(&k->consumer, &probe);
	if (client_start(&probe, RD_KAFKA_CONSUMER, err) == 0 &&
	    (list = selection_partitions(&probe, &selection, 1, err)) != NULL &&
	    client_offsets(&probe, list, CLIENT_END, err) == 0) {
		rd_kafka_topic_partition_list_sort(list, NULL, NULL);
		result = keep_partitions(k, list, err);
	}
	if (list != NULL)
		rd_kafka_topic_partition_list_destroy(list);
	client_close(&probe);
	return result;
}

/* The last partition that results without a key may go to. */
static int32_t
last_partition(const struct job_kafka *k)
{
	return k->partitions > 0 ? k->partition[k->partitions - 1] : 0;
}

/* Each partition's results go to the one with its number. */
static int
check_topic(const struct job *j, const char *topic, int partitions, struct err *err)
{
	const struct job_kafka *k = j->kafka;

	bool merged = k->topic == NULL || j->options->merge;

	if (merged && j->options->to_key == NULL && partitions != 1)
		return err_set(err, NULL,
		    "topic %s has %d partitions, and records of %s have none: --to-key "
		    "says which field decides",
		    topic, partitions, j->options->merge ? "merged ones" : "a file");
	if (!merged && last_partition(k) >= partitions)
		return err_set(err, NULL,
		    "topic %s has %d partitions, fewer than topic %s, whose partitions' "
		    "results go to those with their numbers",
		    topic, partitions, k->topic);
	return 0;
}

int
job_topics_check(const struct job *j, struct err *err)
{
	const struct sink_topic *sink = &j->kafka->sink;

	for (size_t i = 0; i < SINKS_MOST; i++)
		if (sink->topic[i] != NULL &&
		    check_topic(j, sink->topic[i], (int)sink->partitions[i], err) == -1)
			return -1;
	return 0;
}

/* Returns a sink in which results of several partitions would have no order; or NULL. */
static const char *
sink_in_order(const struct sink_names *sinks)
{
	for (size_t i = 0; i < sinks->count; i++)
		if (sink_is_file(sinks->to[i]) || strcmp(sinks->to[i], "-") == 0)
			return sinks->to[i];
	return NULL;
}

int
job_topics_open(struct job *j, struct err *err)
{
	const struct run_options *o = j->options;
	struct job_kafka *k = j->kafka;

	if (k->topic == NULL)
		return 0;
	if (find_partitions(k, o->from_topic, err) == -1)
		return -1;
	if (k->partitions > 1 && !o->merge &&
	    (o->to_topic == NULL || sink_in_order(&o->sinks) != NULL))
		return err_set(err, NULL,
		    "results of %zu partitions have an order only in a topic (--to "
		    "kafka:TOPIC): --merge reads them as one, in the order of time; or run "
		    "one smlrun for each (--from kafka:%s:%d)",
		    k->partitions, k->topic, (int)k->partition[0]);
	return 0;
}

/* A name of its own for what is committed: sml- and 64 random bits. */
static char *
name_group(void)
{
	uint64_t random;
	char *name;

	if (getrandom(&random, sizeof random, 0) != sizeof random ||
	    asprintf(&name, "sml-%016" PRIx64, random) == -1)
		return NULL;
	return name;
}

/* Finds where the topic begins, for DIR/commit. */
static int
find_beginning(struct job *j, struct commit *c, struct err *err)
{
	const struct job_kafka *k = j->kafka;
	struct source_place *place = &c->begin.place;
	struct client reader;
	int64_t offset = 0;
	int result = peek_open(&k->consumer, &reader, err);

	if (result == 0 && j->options->merge) {
		place->kind = SOURCE_MERGED;
		place->each = job_merged_begin(j, &reader, &c->places, err);
		result = place->each == NULL ? -1 : 0;
	} else if (result == 0) {
		result = job_beginning_of(j, &reader, k->partition[0], &j->options->position,
		    &offset, err);
		*place = job_beginning_at(offset);
	}
	client_close(&reader);
	return result;
}

int
job_topics_begin(struct job *j, struct commit *c, struct err *err)
{
	const struct run_options *o = j->options;
	struct job_kafka *k = j->kafka;

	if (o->to_topic == NULL)
		return find_beginning(j, c, err);
	if (k->topic != NULL)
		c->begin.place.kind = o->merge ? SOURCE_MERGED : SOURCE_PARTITION;
	if (c->group == NULL)
		c->group = o->group != NULL ? o->group : (k->name = name_group());
	return c->group == NULL ? err_memory(err) : 0;
}
