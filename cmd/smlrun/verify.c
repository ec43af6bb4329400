/* smlrun check - compares what is committed with the source and the sink */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inspect.h"
#include "pipeline/leftovers.h"
#include "run_commands.h"
#include "source/file_digest.h"
#include "source/kafka_partition.h"
#include "source/rotation.h"

static const struct opt options[] = {
	BROKER_OPTIONS(struct inspect_options, brokers),
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli check_cli = {
	.tool = "smlrun",
	.command = "check",
	.what = "compare what is committed with source and sink",
	.operands = "dir",
	.options = options,
	.common = COMMON_TIMEOUT,
};

/* Checks that the source's file, or the rotated file of a log, still has what was read of it. */
static int
check_source(const struct commit_point *last, struct err *err)
{
	struct rotation_file found = { .fd = -1 };
	uint64_t digest = ~last->place.digest;
	struct stat st;
	int fd;

	if (last->place.inode == 0 || last->file == NULL)
		return 0;
	fd = open(last->file, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		(void)file_digest(fd, last->place.byte, &digest);
		(void)close(fd);
	}
	if (digest == last->place.digest)
		return 0;
	if (rotation_find(last->file, &last->place, &found, err) == 0) {
		(void)close(found.fd);
		return 0;
	}
	if (stat(last->file, &st) == -1)
		return err_set(err, NULL, "%s: %s", last->file, strerror(errno));
	return err_set(err, NULL, "%s is another file than the one that was read before",
	    last->file);
}

/* Checks that a file is not shorter than what was committed; anything else passes. */
static int
check_length(const char *path, uint64_t length, struct err *err)
{
	struct stat st;

	if (path == NULL || !sink_is_file(path))
		return 0;
	if (stat(path, &st) == -1)
		return err_set(err, NULL, "%s: %s", path, strerror(errno));
	if ((uint64_t)st.st_size >= length)
		return 0;
	return err_set(err, NULL, "%s has %ju bytes, but %ju were committed", path,
	    (uintmax_t)st.st_size, (uintmax_t)length);
}

static int
check_lengths(const struct commit *c, struct err *err)
{
	struct sink_names sinks;
	int result = commit_sinks(c, &sinks, err);

	for (size_t i = 0; result == 0 && i < sinks.count && i < c->last.lengths.count; i++)
		result = check_length(sinks.to[i], c->last.lengths.bytes[i], err);
	sink_names_free(&sinks);
	return result == -1 ? -1 : check_length(c->rejects, c->last.rejected, err);
}

/* Checks that the snapshots of a commit are in the folder of the stages, or of a copy. */
static int
check_snapshots(const char *folder, const struct commit *c, struct err *err)
{
	char missing[256];

	if (access(folder, F_OK) == -1)
		return err_set(err, NULL,
		    "%s is missing, but should have the states of epoch %lld", folder,
		    (long long)c->id);
	if (leftovers_complete(folder, c->id, c->nonce, missing))
		return 0;
	return err_set(err, NULL, "%s/%s is missing, which is a committed snapshot", folder,
	    missing);
}

/*
 * Returns whether the group has no offset of this partition or, if partitions are merged, of
 * any.
 */
static bool
is_lost(const struct inspection *in, const struct inspected *part)
{
	bool lost = in->base.group != NULL && part->offset == -1;

	for (size_t i = 0; i < in->count; i++)
		if (in->base.begin.place.kind == SOURCE_MERGED && in->part[i].offset != -1)
			lost = false;
	return lost;
}

/* Checks the snapshots of all copies; without a commit there must be none. */
static int
check_states(const struct inspection *in, const struct inspected *part, const char *states,
    struct err *err)
{
	const struct commit *c = &part->commit;
	int result = 0;
	char *copy;

	if (part->foreign)
		return 0;
	if (is_lost(in, part) && leftovers_last(states) > 1)
		return err_set(err, NULL,
		    "group %s has no offset of topic %s, partition %d, but %s has snapshots "
		    "of it: the offsets have expired, or the topic was recreated",
		    in->base.group, in->topic, (int)part->number, states);
	if (part->offset == -1 || c->id == 0)
		return 0;
	if (c->shards.count == 0)
		return check_snapshots(states, c, err);
	for (uint64_t i = 0; i < c->shards.count && result == 0; i++) {
		if (asprintf(&copy, "%s/%ju", states, (uintmax_t)i) == -1)
			return err_memory(err);
		result = check_snapshots(copy, c, err);
		free(copy);
	}
	return result;
}

static int
check_all_states(const struct inspection *in, struct err *err)
{
	const char *folder = in->options->common.operands[0];
	int result = 0;
	char *states;

	for (size_t i = 0; i < in->count && result == 0; i++) {
		if ((in->base.begin.place.kind == SOURCE_PARTITION ?
			    asprintf(&states, "%s/state/%d", folder, (int)in->part[i].number) :
			    asprintf(&states, "%s/state", folder)) == -1)
			return err_memory(err);
		result = check_states(in, &in->part[i], states, err);
		free(states);
	}
	return result;
}

/* Returns a number that changes with each commit. */
static int64_t
sum_of_epochs(const struct inspection *in)
{
	int64_t sum = 0;

	for (size_t i = 0; i < in->count; i++)
		sum += in->part[i].commit.epoch;
	return sum;
}

/*
 * Reads what is committed, and checks that its snapshots are there.  If a run has committed
 * again meanwhile, and so replaced the snapshots, looks again.
 */
static int
find_states(struct inspection *in, const struct inspect_options *o, struct err *err)
{
	enum { TRIES = 20 };
	int64_t sum = -1, before;
	int result;

	for (int i = 0;; i++) {
		result = inspect_read(in, o, true, err);
		if (result == 0)
			result = check_all_states(in, err);
		before = sum;
		sum = sum_of_epochs(in);
		if (result == 0 || in->count == 0 || sum == before || i == TRIES)
			return result;
		inspect_close(in);
	}
}

/* Checks that all partitions belong to one run and, if they are merged, to one epoch. */
static int
check_alike(const struct inspection *in, const struct inspected *part,
    const struct inspected *first, struct err *err)
{
	const struct commit *a = &first->commit, *b = &part->commit;

	if (a->run != b->run && b->run != 0)
		return err_set(err, NULL,
		    "group %s: the offset of partition %d belongs to another run than that of "
		    "partition %d",
		    in->base.group, (int)part->number, (int)first->number);
	if (a->merged == b->merged &&
	    (a->merged == 0 || (a->epoch == b->epoch && strcmp(a->nonce, b->nonce) == 0)))
		return 0;
	return err_set(err, NULL,
	    "group %s: the offset of partition %d belongs to epoch %lld, and that of "
	    "partition %d to epoch %lld: somebody has set one",
	    in->base.group, (int)part->number, (long long)b->epoch, (int)first->number,
	    (long long)a->epoch);
}

/* Checks that all merged partitions still have offsets. */
static int
check_merged(const struct inspection *in, size_t there, const struct inspected *first,
    struct err *err)
{
	const struct partition_places *each = in->base.last.place.each;
	size_t read = in->base.group == NULL ? each->count : first->commit.merged;

	if (there == read)
		return 0;
	return err_set(err, NULL,
	    "topic %s: %zu partitions were merged, but only %zu of them have offsets now",
	    in->topic, read, there);
}

/* Checks a partition, or files. */
static int
check_part(struct inspection *in, const struct inspected *part, struct err *err)
{
	const struct commit *c = &part->commit;

	if (part->foreign)
		return err_set(err, NULL,
		    "group %s, topic %s, partition %d: the offset was not committed by smlrun",
		    in->base.group, in->topic, (int)part->number);
	if (!inspect_reads_topic(in))
		return check_source(&c->last, err);
	return kafka_partition_check(&in->reader, in->topic, part->number, &c->snapshot.place,
	    &c->last.place, err);
}

/* Checks all partitions, and the files that were written. */
static int
check_parts(struct inspection *in, struct err *err)
{
	const struct inspected *first = NULL;
	size_t there = 0;

	for (size_t i = 0; i < in->count; i++) {
		const struct inspected *part = &in->part[i];

		if (part->offset == -1)
			continue;
		if (check_part(in, part, err) == -1)
			return -1;
		if (first == NULL || first->commit.run == 0)
			first = part;
		there++;
		if (check_alike(in, part, first, err) == -1 ||
		    check_lengths(&part->commit, err) == -1)
			return -1;
	}
	if (first == NULL || in->base.begin.place.kind != SOURCE_MERGED)
		return 0;
	return check_merged(in, there, first, err);
}

/* Checks that a sink's topic exists, with enough partitions for the source. */
static int
check_topic(struct inspection *in, const char *sink, bool by_number, struct err *err)
{
	const char *topic = sink == NULL ? NULL : sink_topic_name(sink);
	const struct rd_kafka_metadata *metadata;
	int count, last = in->count == 0 ? -1 : (int)in->part[in->count - 1].number;

	if (topic == NULL)
		return 0;
	if (client_metadata(&in->reader, topic, &metadata, err) == -1)
		return -1;
	count = metadata->topics[0].partition_cnt;
	rd_kafka_metadata_destroy(metadata);
	if (!by_number || in->base.begin.place.kind != SOURCE_PARTITION || last < count)
		return 0;
	return err_set(err, NULL,
	    "topic %s has %d partitions, fewer than topic %s; results go to the partition "
	    "with the same number",
	    topic, count, in->topic);
}

static int
check_topics(struct inspection *in, struct err *err)
{
	struct sink_names sinks;
	int result;

	/* After a reset nothing is committed: nobody was asked. */
	if (in->reader.handle == NULL)
		return 0;
	result = commit_sinks(&in->base, &sinks, err);
	for (size_t i = 0; result == 0 && i < sinks.count; i++)
		result = check_topic(in, sinks.to[i], true, err);
	sink_names_free(&sinks);
	return result == -1 ? -1 : check_topic(in, in->base.rejects, false, err);
}

int
check_main(int argc, char **argv)
{
	struct inspect_options o;
	struct inspection in;
	int status = EXIT_OK;
	struct err err;

	inspect_options_read(&check_cli, &o, argc, argv);
	if (find_states(&in, &o, &err) == -1 || check_parts(&in, &err) == -1 ||
	    check_topics(&in, &err) == -1) {
		diag_error(o.common.diag, NULL, "%s", err.text);
		status = status_of_err(&err);
	}
	inspect_close(&in);
	opt_free(&check_cli, &o);
	return status;
}
