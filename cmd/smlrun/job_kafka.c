/* The Kafka side of a run: its clients, and the partitions that a group assigns to it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "cli/report/sig.h"
#include "job_kafka.h"
#include "tasks.h"

enum { TICK = 100 /* ms: how often to look while a group decides */ };

/* Returns a copy of the TOPIC in "TOPIC:P,...". */
static char *
topic_of(const char *selection)
{
	return strndup(selection, strcspn(selection, ":"));
}

/*
 * Hashes what a run does: with equal hashes, two runs make the same results from the same
 * records.
 */
static uint64_t
hash_run(const struct job_kafka *k, const struct run_options *o)
{
	const char *const parts[] = { k->topic != NULL ? k->topic : "", o->to,
		o->to_key != NULL ? o->to_key : "", o->pipeline,
		run_options_carry(o) != NULL ? "carry" : "" };
	const unsigned char format = (unsigned char)o->format;
	const struct texts *to_by = &o->to_by;
	const uint64_t numbers[] = { o->shards.count, o->shards.block };
	XXH64_state_t *state = XXH64_createState();
	uint64_t hash;

	if (state == NULL)
		return 0;
	(void)XXH64_reset(state, 0);
	(void)XXH64_update(state, &format, 1);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		(void)XXH64_update(state, parts[i], strlen(parts[i]) + 1);
	for (size_t i = 0; i < to_by->count; i++)
		(void)XXH64_update(state, to_by->text[i], strlen(to_by->text[i]) + 1);
	if (o->shards.count > 0) {
		(void)XXH64_update(state, numbers, sizeof numbers);
		(void)XXH64_update(state, o->shards.key, strlen(o->shards.key) + 1);
	}
	hash = XXH64_digest(state);
	XXH64_freeState(state);
	return hash;
}

struct job_kafka *
job_kafka_new(const struct run_options *o)
{
	struct job_kafka *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	k->member = k->reader.wake = k->search.wake = -1;
	brokers_configure(&k->consumer, &o->common, &o->brokers, kafka_reader_settings);
	if (o->from_topic != NULL) {
		k->topic = topic_of(o->from_topic);
		if (k->topic == NULL) {
			job_kafka_free(k);
			return NULL;
		}
		k->reader = (struct kafka_reader){ .settings = &k->consumer,
			.topic = k->topic,
			.format = (enum message_format)o->format,
			.group = o->group,
			.wake = -1 };
	}
	if (o->to_topic != NULL) {
		brokers_configure(&k->producer, &o->common, &o->brokers,
		    transactions_settings);
		k->producer.shared = k->consumer.shared = true;
		k->sink.settings = &k->producer;
		sink_topic_name_all(&k->sink, &o->sinks, o->rejects_topic);
	}
	k->run = hash_run(k, o);
	return k;
}

void
job_kafka_free(struct job_kafka *k)
{
	if (k == NULL)
		return;
	kafka_reader_close(&k->search);
	kafka_reader_close(&k->reader);
	sink_topic_close(&k->sink);
	reject_lines_close(&k->rejects);
	client_close(&k->consumer);
	client_close(&k->producer);
	if (k->member != -1)
		(void)close(k->member);
	free(k->topic);
	free(k->partition);
	free(k->end);
	free(k->id);
	free(k->name);
	free(k);
}

/* Returns, for -e, where a partition ended at the start. */
static int64_t
end_of(const struct job *j, int32_t partition)
{
	const struct job_kafka *k = j->kafka;

	for (size_t p = 0; p < k->partitions && j->options->ends; p++)
		if (k->partition[p] == partition)
			return k->end[p];
	return INT64_MAX;
}

/* Has each task read its partition. */
static int
open_partitions(struct job *j, struct err *err)
{
	struct job_kafka *k = j->kafka;

	for (size_t i = 0; i < j->tasks; i++) {
		struct task_source *source = &j->task[i]->source;

		source->kind = SOURCE_PARTITION;
		if (kafka_partition_open(&source->partition, &k->reader, j->task[i]->partition,
			err) == -1)
			return -1;
		source->partition.end = end_of(j, source->partition.number);
	}
	return 0;
}

/* Has one task read all partitions. */
static int
open_merged(struct job *j, struct err *err)
{
	static const int32_t all = -1;
	struct job_kafka *k = j->kafka;
	struct kafka_merged *merged;

	if (tasks_set(j, &all, 1, err) == -1)
		return -1;
	merged = &j->task[0]->source.merged;
	j->task[0]->source.kind = SOURCE_MERGED;
	if (kafka_merged_open(merged, &k->reader, k->partition, k->partitions,
		j->options->merge_wait, err) == -1)
		return -1;
	merged->names_copies = run_shards_by_partition(&j->options->shards);
	for (size_t i = 0; i < merged->count; i++)
		merged->part[i].partition.end = end_of(j, k->partition[i]);
	return 0;
}

int
job_kafka_set_tasks(struct job *j, struct err *err)
{
	const struct job_kafka *k = j->kafka;
	size_t count = j->options->group != NULL ? 0 : k->partitions;

	if (j->options->merge)
		return open_merged(j, err);
	if (tasks_set(j, k->partition, count, err) == -1)
		return -1;
	return open_partitions(j, err);
}

static void
stop_partitions(struct job *j)
{
	for (size_t i = 0; i < j->tasks; i++)
		task_source_use(&j->task[i]->source, NULL);
}

/* Makes a task for each partition that the group assigns to us. */
static int
take_partitions(struct job *j, struct err *err)
{
	const rd_kafka_topic_partition_list_t *list = j->kafka->reader.asked_of;
	int32_t *partitions = calloc((size_t)list->cnt + 1, sizeof *partitions);
	int result;

	if (partitions == NULL)
		return err_memory(err);
	for (int i = 0; i < list->cnt; i++)
		partitions[i] = list->elems[i].partition;
	result = tasks_set(j, partitions, (size_t)list->cnt, err);
	free(partitions);
	return result == -1 ? -1 : open_partitions(j, err);
}

/*
 * Does what the group asks, until it has assigned partitions.  After a failed attempt we keep
 * the partitions that we had.
 */
static enum attempt_end
join(struct job *j, struct err *err)
{
	struct kafka_reader *r = &j->kafka->reader;
	struct pollfd fd = { r->wake, POLLIN, 0 };

	for (;;) {
		if (r->asked == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && r->asked_of->cnt > 0)
			return take_partitions(j, err) == -1 ? ATTEMPT_FATAL : ATTEMPT_DONE;
		if (r->asked != RD_KAFKA_RESP_ERR_NO_ERROR) {
			if (tasks_set(j, NULL, 0, err) == -1 ||
			    kafka_reader_answer(r, err) == -1)
				return ATTEMPT_FATAL;
		}
		if (j->tasks > 0 || sig_came() != 0)
			return ATTEMPT_DONE;
		(void)sig_wait(&fd, 1, TICK);
		kafka_reader_awake(r);
		if (kafka_reader_serve(r, err) == -1)
			return ATTEMPT_FATAL;
	}
}

/*
 * Prepares a search for a bad record, which reads one source again, with its own consumer, up
 * to where the source was read before.
 */
static int
open_search(struct job *j, struct err *err)
{
	struct job_kafka *k = j->kafka;
	struct task_source *source = &j->searching->source;

	if (k->topic == NULL)
		return 0;
	k->search = (struct kafka_reader){ .settings = &k->consumer,
		.topic = k->topic,
		.format = k->reader.format };
	task_source_limit(source, false);
	task_source_use(source, &k->search);
	return kafka_reader_open(&k->search,
	    source->kind == SOURCE_MERGED ? (int)k->partitions : 1, err);
}

/*
 * Ends a search.  The number of a found record counts in the order of the search, so the limit
 * of the search stays.
 */
static void
close_search(struct job *j)
{
	struct job_kafka *k = j->kafka;

	if (k->search.settings == NULL)
		return;
	for (size_t i = 0; i < j->tasks; i++) {
		struct task *t = j->task[i];

		task_source_use(&t->source, &k->reader);
		if (t->until == UINT64_MAX)
			task_source_unlimit(&t->source);
	}
	kafka_reader_close(&k->search);
	k->search.settings = NULL;
}

/* Makes the consumer if there is none; without a group, always makes a new consumer. */
static int
open_reader(struct job *j, struct err *err)
{
	struct job_kafka *k = j->kafka;

	if (k->topic == NULL)
		return 0;
	if (k->reader.client.handle != NULL && k->reader.group != NULL)
		return 0;
	stop_partitions(j);
	kafka_reader_close(&k->reader);
	return kafka_reader_open(&k->reader, (int)k->partitions, err);
}

enum attempt_end
job_kafka_start(struct job *j, struct err *err)
{
	enum attempt_end end = ATTEMPT_DONE;

	if (j->searching != NULL)
		return open_search(j, err) == -1 ? ATTEMPT_FATAL : ATTEMPT_DONE;
	close_search(j);
	if (j->options->to_topic != NULL)
		end = job_transactions_open(j, err);
	if (end == ATTEMPT_DONE &&
	    (job_offsets_know(j, err) == -1 || open_reader(j, err) == -1))
		end = ATTEMPT_FATAL;
	if (end == ATTEMPT_DONE && j->options->group != NULL)
		end = join(j, err);
	if (end == ATTEMPT_DONE && job_offsets_read(j, err) == -1)
		end = ATTEMPT_FATAL;
	return end;
}

enum attempt_end
job_kafka_started(struct job *j, struct err *err)
{
	struct kafka_reader *r = &j->kafka->reader;

	if (r->group == NULL || j->tasks == 0 || j->searching != NULL)
		return ATTEMPT_DONE;
	if (r->asked_of != NULL)
		rd_kafka_topic_partition_list_destroy(r->asked_of);
	r->asked = RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
	r->asked_of = rd_kafka_topic_partition_list_new((int)j->tasks);
	for (size_t i = 0; i < j->tasks; i++)
		rd_kafka_topic_partition_list_add(r->asked_of, r->topic, j->task[i]->partition)
		    ->offset = task_source_place(&j->task[i]->source)->offset;
	return kafka_reader_answer(r, err) == -1 ? ATTEMPT_FATAL : ATTEMPT_DONE;
}

/*
 * Serves the group in a search: that may last longer than max.poll.interval.ms, and the group
 * must hear from us all the same.  If the group wants partitions back, it gets them, because
 * the search would then be of no use.
 */
static enum attempt_end
serve_search(struct job_kafka *k, struct err *err)
{
	if (k->reader.group == NULL)
		return ATTEMPT_DONE;
	if (kafka_reader_serve(&k->reader, err) == -1)
		return ATTEMPT_FATAL;
	if (k->reader.asked == RD_KAFKA_RESP_ERR_NO_ERROR)
		return ATTEMPT_DONE;
	err_set(err, NULL, "the group moves partitions");
	return ATTEMPT_FAILED;
}

enum attempt_end
job_kafka_serve(struct job *j, struct err *err)
{
	struct job_kafka *k = j->kafka;
	struct kafka_reader *r = j->searching != NULL ? &k->search : &k->reader;

	if (k->topic != NULL) {
		kafka_reader_awake(r);
		if (kafka_reader_serve(r, err) == -1)
			return ATTEMPT_FATAL;
	}
	if (j->searching != NULL)
		return serve_search(k, err);
	if (k->topic != NULL)
		job_topics_watch(j);
	if (job_writes_topic(j)) {
		transactions_serve(&k->sink.transactions, 0);
		if (client_check(&k->sink.transactions.client, err) == -1)
			return ATTEMPT_FATAL;
	}
	if (r->asked == RD_KAFKA_RESP_ERR_NO_ERROR)
		return ATTEMPT_DONE;
	if (rd_kafka_assignment_lost(r->client.handle) == 0)
		return ATTEMPT_MOVED;
	err_set(err, NULL,
	    "the group has taken our partitions away, because no broker heard from us within "
	    "session.timeout.ms; this epoch is not committed");
	return ATTEMPT_FAILED;
}

int
job_kafka_wake(const struct job *j)
{
	if (j->kafka == NULL)
		return -1;
	return j->searching != NULL ? j->kafka->search.wake : j->kafka->reader.wake;
}

/* Adds the uncommitted offsets of a partition, as far as brokers have reported them. */
static void
add_lag(const struct job_kafka *k, int32_t partition, int64_t offset,
    const struct last_message *last, double *lag, double *seconds)
{
	double age = (double)((int64_t)time(NULL) * 1000 - last->timestamp) / 1000;
	int64_t low, high;

	if (rd_kafka_get_watermark_offsets(k->reader.client.handle, k->topic, partition, &low,
		&high) != RD_KAFKA_RESP_ERR_NO_ERROR ||
	    high <= offset)
		return;
	*lag += (double)(high - offset);
	if (last->offset >= 0 && last->timestamp > 0 && age > *seconds)
		*seconds = age;
}

void
job_kafka_lag(const struct job *j, double *lag, double *seconds)
{
	const struct job_kafka *k = j->kafka;

	if (k == NULL || k->topic == NULL || k->reader.client.handle == NULL)
		return;
	*lag = *seconds = 0;
	for (size_t i = 0; i < j->tasks; i++) {
		const struct source_place *last = &j->task[i]->committed.last.place;
		const struct partition_places *each = last->each;

		for (size_t p = 0; each != NULL && p < each->count; p++)
			add_lag(k, each->place[p].number, each->place[p].offset,
			    &each->place[p].last, lag, seconds);
		if (last->kind == SOURCE_PARTITION)
			add_lag(k, j->task[i]->partition, last->offset, &last->last, lag,
			    seconds);
	}
}
