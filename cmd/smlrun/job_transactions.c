/* Writes results to topics, and commits the transaction. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/lock.h"
#include "job_kafka.h"
#include "sink/whole_lines.h"
#include "task.h"

static enum attempt_end
end_fenced(const struct job *j, struct err *err)
{
	(void)err_set(err, NULL,
	    "another process has taken the name %.100s (--instance), or this one was silent "
	    "for too long; this epoch is not committed",
	    j->kafka->id);
	return ATTEMPT_FATAL;
}

static enum attempt_end
end_of(struct job *j, enum transaction_answer answer, struct err *err)
{
	j->kafka->unsure |= answer != TRANSACTION_DONE;
	switch (answer) {
	case TRANSACTION_FENCED:
		return end_fenced(j, err);
	case TRANSACTION_DONE:
		return ATTEMPT_DONE;
	case TRANSACTION_ABORTED:
	case TRANSACTION_AWAY:
	case TRANSACTION_TIMED_OUT:
		return ATTEMPT_FAILED;
	default:
		return ATTEMPT_FATAL;
	}
}

/* Takes the first number that no other process on this DIR has. */
static int
take_place(struct job *j, char **instance, struct err *err)
{
	char *path;

	for (int i = 0; i < 1000; i++) {
		if (asprintf(&path, "%s/member.%d", j->options->folder, i) == -1 ||
		    asprintf(instance, "%d", i) == -1)
			return err_memory(err);
		j->kafka->member = lock_beside(path, "the place in the group", err);
		free(path);
		if (j->kafka->member != -1)
			return 0;
		free(*instance);
		*instance = NULL;
		if (errno != EWOULDBLOCK)
			return -1;
	}
	return -1;
}

/*
 * Names the producer: a newer producer with the same name aborts the transaction of an older
 * one.
 */
static int
name_producer(struct job *j, struct err *err)
{
	const struct run_options *o = j->options;
	struct job_kafka *k = j->kafka;
	char *instance = NULL;
	int result = -1;

	if (o->instance != NULL)
		instance = strdup(o->instance);
	else if (o->group == NULL)
		instance = strdup("0");
	else if (take_place(j, &instance, err) == -1)
		return -1;
	if (instance == NULL || asprintf(&k->id, "sml-%s-%s", j->base.group, instance) == -1)
		(void)err_memory(err);
	else
		result = 0;
	free(instance);
	return result;
}

/* Decides how the attempt ends after a call that may have waited for longer than --grace. */
static enum attempt_end
end_of_wait(struct job *j, enum transaction_answer answer, struct err *err)
{
	if (answer != TRANSACTION_DONE && err->stopped)
		(void)err_set(err, NULL, "not committed within --grace after the signal");
	return end_of(j, answer, err);
}

/* Sets how long waits for brokers may last after a signal, in ns. */
static void
set_grace(struct job_kafka *k, int64_t grace)
{
	k->producer.grace = k->sink.transactions.settings.grace =
	    k->sink.transactions.client.grace = grace;
}

/* Makes the producer, or a new producer if the last transaction failed. */
enum attempt_end
job_transactions_open(struct job *j, struct err *err)
{
	struct job_kafka *k = j->kafka;
	enum transaction_answer answer;
	enum attempt_end end;

	if (k->id == NULL) {
		if (name_producer(j, err) == -1)
			return ATTEMPT_FATAL;
		answer = sink_topic_open(&k->sink, k->id, j->options->transaction_ns, err);
		if (answer == TRANSACTION_DONE && job_topics_check(j, err) == -1)
			return ATTEMPT_FATAL;
	} else if (k->unsure || k->sink.transactions.begun) {
		set_grace(k, 0);
		answer = transactions_renew(&k->sink.transactions, err);
	} else
		return ATTEMPT_DONE;
	k->unsure = false;
	/* needed only now: from here on the run commits */
	set_grace(k, j->options->common.grace);
	end = end_of(j, answer, err);
	return answer == TRANSACTION_AWAY ? ATTEMPT_FATAL : end;
}

enum attempt_end
job_transactions_send(struct task *t, size_t sink, const char *p, size_t n, struct err *err)
{
	struct job *j = t->job;
	struct message m = { .value = { p, n },
		.partition = t->partition == -1 ? 0 : t->partition };
	struct sink_records *sent = &t->sent.to[sink];

	if (line_is_blank(p, n))
		return ATTEMPT_DONE;
	if (sink_router_key(&j->router, &m.key, err) == -1) {
		err_prefix(err, "a result has no key for --to-key %s: ", j->options->to_key);
		return ATTEMPT_FATAL;
	}
	if (m.key.p != NULL)
		m.partition = RD_KAFKA_PARTITION_UA;
	*sent = (struct sink_records){ sent->records + 1, XXH64(p, n, sent->digest) };
	return end_of_wait(j, sink_topic_send(&j->kafka->sink, sink, &m, err), err);
}

/*
 * Sends a bad line.  All bad lines of a partition go to the same partition, so they keep their
 * order.
 */
static int
send_reject(void *task, const char *p, size_t n, struct err *err)
{
	const struct task *t = task;
	struct sink_topic *sink = &t->job->kafka->sink;
	int32_t partitions = sink->partitions[REJECTS_TOPIC];
	struct message m = { .value = { p, n },
		.partition = t->partition == -1 ? 0 : t->partition % partitions };

	return (int)end_of_wait(t->job, sink_topic_send(sink, REJECTS_TOPIC, &m, err), err);
}

int
job_transactions_reject(struct task *t, struct reject_lines *rejects)
{
	struct buf rest = { 0 };
	const char *p;
	size_t n;
	int end = reject_lines_take(rejects, &p, &n, &t->err);

	if (end == 0)
		end = whole_lines(&rest, p, n, send_reject, t, &t->err);
	if (end == ATTEMPT_DONE)
		return 0;
	task_stop(t, end == -1 ? ATTEMPT_FATAL : (enum attempt_end)end);
	return -1;
}

/* Adds the offset of a partition, and its metadata. */
static int
add_offset(const struct job_kafka *k, rd_kafka_topic_partition_list_t *list, const char *topic,
    int32_t partition, const struct commit *next, struct err *err)
{
	return job_metadata_add(k->run,
	    rd_kafka_topic_partition_list_add(list, topic, partition), next, err);
}

/*
 * Adds the offsets of all partitions that one task reads: each with its own place, and with what
 * is common to all.
 */
static int
add_merged(const struct job_kafka *k, rd_kafka_topic_partition_list_t *list,
    const struct commit *next, struct err *err)
{
	const struct partition_places *each = next->last.place.each;
	struct commit one = *next;

	one.merged = (uint32_t)each->count;
	for (size_t i = 0; i < each->count; i++) {
		int32_t number = each->place[i].number;

		one.snapshot.place = source_place_in(&next->snapshot.place, number);
		one.last.place = source_place_in(&next->last.place, number);
		if (add_offset(k, list, k->topic, number, &one, err) == -1)
			return -1;
	}
	return 0;
}

/* Adds the offsets of what a task has read. */
static int
add_task(const struct job *j, rd_kafka_topic_partition_list_t *list, const struct task *t,
    struct err *err)
{
	const struct commit *next = &t->feed.next;
	const struct job_kafka *k = j->kafka;

	if (t->source.kind == SOURCE_MERGED)
		return add_merged(k, list, next, err);
	if (!source_is_topic(t->source.kind))
		return add_offset(k, list, j->options->to_topic, 0, next, err);
	return add_offset(k, list, k->topic, t->partition, next, err);
}

/*
 * Returns whether the group counts us as a member: if it does not, nothing would fence our
 * commit.  librdkafka shows the generation (-1: none) only in the serialised form, after a
 * name.
 */
static bool
is_member(const rd_kafka_consumer_group_metadata_t *group)
{
	static const char name[] = "CGMDv2:";
	int32_t generation = -1;
	rd_kafka_error_t *error;
	void *p = NULL;
	size_t n = 0;

	error = rd_kafka_consumer_group_metadata_write(group, &p, &n);
	if (error == NULL && n >= sizeof name - 1 + sizeof generation &&
	    memcmp(p, name, sizeof name - 1) == 0)
		(void)memcpy(&generation, (char *)p + sizeof name - 1, sizeof generation);
	rd_kafka_error_destroy(error);
	rd_kafka_mem_free(NULL, p);
	return generation >= 0;
}

enum attempt_end
job_transactions_commit(struct job *j, struct err *err)
{
	struct job_kafka *k = j->kafka;
	rd_kafka_topic_partition_list_t *list =
	    rd_kafka_topic_partition_list_new((int)j->tasks);
	rd_kafka_consumer_group_metadata_t *group = j->options->group != NULL ?
	    rd_kafka_consumer_group_metadata(k->reader.client.handle) :
	    rd_kafka_consumer_group_metadata_new(j->base.group);
	enum transaction_answer answer = TRANSACTION_FATAL;
	int result = 0;

	for (size_t i = 0; i < j->tasks && result == 0; i++)
		if (j->task[i]->returned)
			result = add_task(j, list, j->task[i], err);
	if (j->options->group != NULL && !is_member(group)) {
		result = err_set(err, NULL,
		    "this run is no member of group %.100s at the moment; this epoch is not "
		    "committed",
		    j->base.group);
		answer = TRANSACTION_ABORTED;
	}
	if (result == 0)
		answer = transactions_offsets(&k->sink.transactions, list, group, err);
	if (answer == TRANSACTION_DONE)
		answer = transactions_commit(&k->sink.transactions, err);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_consumer_group_metadata_destroy(group);
	return end_of_wait(j, answer, err);
}
