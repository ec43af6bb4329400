/* Finds the offsets at which a run begins to read partitions. */
#include "job_kafka.h"
#include "kafka/peek.h"
#include "kafka/tail.h"
#include "source/source_place.h"

/* Finds the offset that is back messages before the end. */
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

int
job_beginning_of(const struct job *j, struct client *reader, int32_t partition,
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
		    "topic %s, partition %d: there is no offset %lld (-o): it has %lld to "
		    "%lld",
		    topic, (int)partition, (long long)*offset, (long long)low, (long long)end);
	return 0;
}

struct source_place
job_beginning_at(int64_t offset)
{
	return (struct source_place){ .kind = SOURCE_PARTITION,
		.offset = offset,
		.last = { .offset = -1, .timestamp = -1 } };
}

/*
 * Returns whether the partition was created after the group, or this run, began.  If so, all
 * its messages are later, too: none may be left out, so -o does not apply.
 */
static bool
is_later(const struct job *j, int32_t partition)
{
	return !job_kafka_reads(j, partition) || j->kafka->began;
}

int
job_beginning_now(const struct job *j, struct client *reader, int32_t partition,
    int64_t *offset, struct err *err)
{
	static const struct position beginning = { .kind = POSITION_BEGINNING };

	return job_beginning_of(j, reader, partition,
	    is_later(j, partition) ? &beginning : &j->options->position, offset, err);
}
