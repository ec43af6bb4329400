/* Sets the offsets of a group back to earlier commits. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "job_kafka.h"
#include "kafka/committed.h"
#include "reset_offsets.h"

struct reset {
	const struct inspect_options *options;
	const char *group;
	struct inspection in;
	int64_t epoch;
	int32_t partition; /* -1: all */
	bool *chosen;	   /* for each part of the inspection; malloc'ed */
};

static int
refuse_members(const char *group, int count, struct err *err)
{
	return err_set(err, NULL,
	    "group %.100s has %d member%s: its offsets can be set when %s gone (stopped, or "
	    "silent for their session.timeout.ms)",
	    group, count, count == 1 ? "" : "s", count == 1 ? "it is" : "they are");
}

static int
check_members(struct client *client, const char *group, struct err *err)
{
	const struct rd_kafka_group_list *list;
	int count = 0;

	if (committed_members(client, group, &list, err) == -1)
		return -1;
	if (list->group_cnt > 0)
		count = list->groups[0].member_cnt;
	rd_kafka_group_list_destroy(list);
	return count == 0 ? 0 : refuse_members(group, count, err);
}

/* Ends a transaction that a dead member has left open, because it would hold back the offsets. */
static int
end_transaction(const struct reset *r, int place, struct err *err)
{
	static const int64_t timeout = INT64_C(10000000000); /* ns */
	struct client settings;
	struct transactions t = { 0 };
	enum transaction_answer answer = TRANSACTION_FATAL;
	char *id;

	if (asprintf(&id, "sml-%s-%d", r->group, place) == -1)
		return err_memory(err);
	brokers_configure(&settings, &r->options->common, &r->options->brokers,
	    transactions_settings);
	settings.shared = true;
	answer = transactions_open(&t, &settings, id, timeout, err);
	transactions_close(&t);
	client_close(&settings);
	free(id);
	return answer == TRANSACTION_DONE ? 0 : -1;
}

/*
 * Ends the transactions of all numbers that members on this DIR have had; without a group
 * there is one number.
 */
static int
end_transactions(const struct reset *r, struct err *err)
{
	const char *folder = r->options->common.operands[0];
	int result = 0, there = 0;
	char *path;

	for (int i = 0; result == 0 && there == 0; i++) {
		if (asprintf(&path, "%s/member.%d.lock", folder, i) == -1)
			return err_memory(err);
		there = access(path, F_OK);
		free(path);
		if (there == 0 || i == 0)
			result = end_transaction(r, i, err);
	}
	return result;
}

/* Makes sure that nobody else commits to the group. */
static int
secure(const struct reset *r, struct err *err)
{
	struct client settings, client = { 0 };
	int result;

	brokers_configure(&settings, &r->options->common, &r->options->brokers,
	    kafka_reader_settings);
	settings.shared = true;
	result = committed_open(&settings, r->group, &client, err);
	if (result == 0)
		result = check_members(&client, r->group, err);
	client_close(&client);
	client_close(&settings);
	return result == 0 ? end_transactions(r, err) : -1;
}

/* Refuses the epoch, and lists those that can be given. */
static int
refuse_epoch(const struct reset *r, struct err *err)
{
	(void)err_set(err, NULL, "there is no snapshot of epoch %lld: --to is BEGINNING",
	    (long long)r->epoch);
	for (size_t i = 0; i < r->in.count; i++) {
		const struct inspected *part = &r->in.part[i];

		if (part->offset != -1 && !part->foreign && part->commit.id > 0 &&
		    r->in.base.begin.place.kind != SOURCE_PARTITION)
			return err_add(err, " or %lld", (long long)part->commit.id);
		if (part->offset != -1 && !part->foreign && part->commit.id > 0)
			(void)err_add(err, ", or %lld of partition %d",
			    (long long)part->commit.id, (int)part->number);
	}
	return -1;
}

int
reset_refuse_ended(int64_t epoch, struct err *err)
{
	return err_set(err, NULL, "epoch %lld was ended by --drain: --to is BEGINNING",
	    (long long)epoch);
}

/* Chooses the partitions whose last snapshot has this epoch. */
static int
choose(struct reset *r, struct err *err)
{
	bool any = false;

	if (r->partition != -1 && r->in.base.begin.place.kind != SOURCE_PARTITION)
		return err_set(err, NULL,
		    "--partition is for an epoch of a run from topic to topic without "
		    "--merge");
	r->chosen = calloc(r->in.count + 1, sizeof *r->chosen);
	if (r->chosen == NULL)
		return err_memory(err);
	for (size_t i = 0; i < r->in.count; i++) {
		const struct inspected *part = &r->in.part[i];
		const struct commit *c = &part->commit;

		if (part->offset == -1 || (r->partition != -1 && part->number != r->partition))
			continue;
		if (part->foreign)
			return err_set(err, NULL,
			    "group %s, topic %s, partition %d: the offset was not committed "
			    "by smlrun",
			    r->group, r->in.topic, (int)part->number);
		r->chosen[i] = c->id == r->epoch;
		if (r->chosen[i] && c->ended)
			return reset_refuse_ended(r->epoch, err);
		any |= r->chosen[i];
	}
	return any ? 0 : refuse_epoch(r, err);
}

/* Warns how many records of a topic will come twice. */
static void
tell_records(const struct reset *r, size_t sink, const char *topic)
{
	struct diag *diag = r->options->common.diag;
	bool known = true, merged = false;
	uint64_t records = 0;

	for (size_t i = 0; i < r->in.count; i++) {
		const struct commit *c = &r->in.part[i].commit;

		if (!r->chosen[i] || merged)
			continue;
		merged = c->merged > 0; /* all partitions share one commit */
		known &= c->sent.count > sink || c->last.written == c->snapshot.written;
		records += c->sent.to[sink].records;
	}
	if (known)
		diag_warn(diag, NULL,
		    "topic %s: %" PRIu64 " records after epoch %lld will come twice", topic,
		    records, (long long)r->epoch);
	else
		diag_warn(diag, NULL,
		    "topic %s: what was committed after epoch %lld will come twice", topic,
		    (long long)r->epoch);
}

static int
tell_all(const struct reset *r, struct err *err)
{
	const char *rejects = r->in.base.rejects, *topic;
	struct sink_names sinks;
	int result = commit_sinks(&r->in.base, &sinks, err);

	for (size_t i = 0; result == 0 && i < sinks.count; i++)
		if ((topic = sink_topic_name(sinks.to[i])) != NULL)
			tell_records(r, i, topic);
	sink_names_free(&sinks);
	topic = rejects == NULL ? NULL : sink_topic_name(rejects);
	if (topic != NULL)
		diag_warn(r->options->common.diag, NULL,
		    "topic %s: bad lines after epoch %lld will come twice, too", topic,
		    (long long)r->epoch);
	else if (rejects != NULL && r->in.base.begin.place.kind == SOURCE_PARTITION)
		diag_warn(r->options->common.diag, NULL,
		    "%s: bad lines after epoch %lld may come twice", rejects,
		    (long long)r->epoch);
	return result;
}

/* Adds the offset of a partition at its snapshot, and its metadata. */
static int
add_offset(const struct reset *r, const struct inspected *part,
    rd_kafka_topic_partition_list_t *list, struct err *err)
{
	rd_kafka_topic_partition_t *p = rd_kafka_topic_partition_list_add(list, r->in.topic,
	    part->number < 0 ? 0 : part->number);
	struct commit c = part->commit;

	c.epoch = c.id;
	c.last = c.snapshot;
	c.digest = XXH64(NULL, 0, 0);
	c.sent = (struct sink_sent){ .count = c.sent.count };
	return job_metadata_add(c.run, p, &c, err);
}

static int
set(const struct reset *r, struct err *err)
{
	rd_kafka_topic_partition_list_t *list =
	    rd_kafka_topic_partition_list_new((int)r->in.count);
	struct client group;
	int result = committed_open(&r->in.reader, r->group, &group, err);

	for (size_t i = 0; i < r->in.count && result == 0; i++)
		if (r->chosen[i])
			result = add_offset(r, &r->in.part[i], list, err);
	if (result == 0)
		result = committed_set(&group, r->group, list, err);
	client_close(&group);
	rd_kafka_topic_partition_list_destroy(list);
	return result;
}

int
reset_offsets(const struct inspect_options *o, const struct commit *base, int64_t epoch,
    int32_t partition, struct err *err)
{
	struct reset r = { .options = o,
		.group = base->group,
		.epoch = epoch,
		.partition = partition };
	int result = secure(&r, err);

	if (result == 0)
		result = inspect_read(&r.in, o, true, err);
	if (result == 0)
		result = choose(&r, err);
	if (result == 0)
		result = tell_all(&r, err);
	if (result == 0)
		result = set(&r, err);
	inspect_close(&r.in);
	free(r.chosen);
	return result;
}
