/* Finds the topics that a run reads and writes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "job_kafka.h"
#include "kafka/peek.h"
#include "kafka/selection.h"
#include "source/source_place.h"

/* Copies the partitions from a list. */
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

/* Finds the partitions that --from selects, and where they end now. */
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

/* Returns the last partition that results without a key can go to. */
static int32_t
last_partition(const struct job_kafka *k)
{
	return k->partitions > 0 ? k->partition[k->partitions - 1] : 0;
}

/* Names the records whose results have no partition with the same number. */
static const char *
without_partition(const struct job *j)
{
	if (run_shards_by_partition(&j->options->shards))
		return "partitions in one order";
	return j->options->merge ? "merged ones" : "a file";
}

/* Checks that each partition's results have a partition with the same number. */
static int
check_topic(const struct job *j, const char *topic, int partitions, struct err *err)
{
	const struct job_kafka *k = j->kafka;

	bool merged = k->topic == NULL || j->options->merge;

	if (merged && j->options->to_key == NULL && partitions != 1)
		return err_set(err, NULL,
		    "topic %s has %d partitions, and records of %s have none: name a field "
		    "that decides, with --to-key",
		    topic, partitions, without_partition(j));
	if (!merged && last_partition(k) >= partitions)
		return err_set(err, NULL,
		    "topic %s has %d partitions, fewer than topic %s; results go to the "
		    "partition with the same number",
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

/*
 * In a file, results of several partitions are ordered by blocks of records, and the records by
 * time.  So one reader reads all partitions, and gives the records of each to a copy of the
 * pipeline.
 */
static int
share_by_partition(struct job *j, struct err *err)
{
	struct run_options *o = j->options;
	const struct job_kafka *k = j->kafka;
	bool as_before = run_shards_by_partition(&o->shards);

	if (o->shards.count > 0 && !as_before)
		return err_set(err, NULL,
		    "--shards with %zu partitions into a file needs --merge; or leave "
		    "--shards out: each partition then has a pipeline of its own",
		    k->partitions);
	if (j->begun && !as_before)
		return err_set(err, NULL,
		    "topic %s has %zu partitions now, but had one when %s was begun; smlrun "
		    "reset --to BEGINNING starts it over",
		    k->topic, k->partitions, o->folder);
	if (!o->ends && o->snapshot_every > 1)
		return err_set(err, NULL,
		    "%zu partitions into a file need -e for --snapshot-every above 1: without "
		    "-e the order depends on when messages come, and may differ when they are "
		    "read again",
		    k->partitions);
	run_options_share_by_partition(o, k->partitions);
	return 0;
}

/*
 * Checks the topics that are written before DIR/commit says with which options: other ones may
 * mend that.  One that is not there may be made later.
 */
static int
check_sinks(const struct job *j, struct err *err)
{
	const struct sink_names *sinks = &j->options->sinks;
	const struct rd_kafka_metadata *metadata;
	struct client probe;
	int result = 0;

	client_copy(&j->kafka->consumer, &probe);
	if (j->options->to_topic != NULL)
		result = client_start(&probe, RD_KAFKA_CONSUMER, err);
	for (size_t i = 0; i < sinks->count && result == 0; i++) {
		const char *topic = sink_topic_name(sinks->to[i]);

		if (topic == NULL)
			continue;
		err_clear(err);
		if (client_metadata(&probe, topic, &metadata, err) == -1)
			result = err->unreachable || err->stopped ? -1 : 0;
		else {
			result = check_topic(j, topic, metadata->topics[0].partition_cnt, err);
			rd_kafka_metadata_destroy(metadata);
		}
	}
	client_close(&probe);
	return result;
}

int
job_topics_open(struct job *j, struct err *err)
{
	const struct run_options *o = j->options;
	struct job_kafka *k = j->kafka;

	if (k->topic != NULL && find_partitions(k, o->from_topic, err) == -1)
		return -1;
	if ((run_shards_by_partition(&o->shards) ||
		(k->partitions > 1 && !o->merge && run_options_order(o))) &&
	    share_by_partition(j, err) == -1)
		return -1;
	return j->begun ? 0 : check_sinks(j, err);
}

/* Notes how many partitions a topic has, and warns if it had fewer before. */
static void
count_partitions(struct job *j, const struct rd_kafka_metadata_topic *topic)
{
	struct job_kafka *k = j->kafka;

	if (strcmp(topic->topic, k->topic) != 0)
		return;
	if (k->known == 0)
		k->known = (int)k->partitions;
	if (topic->partition_cnt > k->known)
		diag_warn(j->options->common.diag, NULL,
		    "topic %s has %d partitions now, and had %d: the next run reads the new "
		    "ones",
		    k->topic, topic->partition_cnt, k->known);
	k->known = topic->partition_cnt;
}

void
job_topics_watch(struct job *j)
{
	enum { WAIT = 500 }; /* ms */
	const struct run_options *o = j->options;
	struct job_kafka *k = j->kafka;
	const struct rd_kafka_metadata *metadata;
	int64_t now = clock_monotonic(),
		every = client_number(&k->consumer, "topic.metadata.refresh.interval.ms");

	if (o->group != NULL || o->ends || strchr(o->from_topic, ':') != NULL || every <= 0 ||
	    now - k->watched < every * 1000000)
		return;
	k->watched = now;
	if (rd_kafka_metadata(k->reader.client.handle, 0, NULL, &metadata, WAIT) !=
	    RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	for (int i = 0; i < metadata->topic_cnt; i++)
		count_partitions(j, &metadata->topics[i]);
	rd_kafka_metadata_destroy(metadata);
}

/* Returns a new name for a group: sml- and 64 random bits. */
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

/* Finds where to begin in the topic, for DIR/commit. */
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
