/* Finds the first committed record that a repeated pipeline does not write again. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "job_difference.h"
#include "job_kafka.h"
#include "kafka/peek.h"
#include "kafka/tail.h"
#include "sink/whole_lines.h"
#include "task.h"

/* Compares the repeated results for one sink with the results that the sink has. */
struct difference {
	struct task *task;
	size_t sink;
	FILE *again;	 /* the repeated results, for all sinks */
	char *line;	 /* a line of again; malloc'ed */
	size_t n, room;	 /* of the line */
	uint64_t number; /* of the line among all lines; UINT64_MAX: there are no more */

	struct sink_records had; /* the records of a topic that were compared */
	bool found;		 /* a difference was found, at number */
	char place[200];
	char *text; /* why no difference is known */
	size_t size;
};

static const char *
sink_of(const struct difference *d)
{
	return d->task->job->options->sinks.to[d->sink];
}

/* Reads the next repeated line for this sink.  Returns false if there is none. */
static bool
next_line(struct difference *d)
{
	bool topic = sink_topic_name(sink_of(d)) != NULL;
	struct err err;
	size_t sink;
	ssize_t n;

	while ((n = getline(&d->line, &d->room, d->again)) > 0) {
		d->number++;
		d->n = (size_t)n - (d->line[n - 1] == '\n');
		if (sink_router_read(&d->task->job->router, d->line, d->n, &sink, &err) == 0 &&
		    sink == d->sink && !(topic && line_is_blank(d->line, d->n)))
			return true;
	}
	d->number = UINT64_MAX;
	return false;
}

/*
 * Compares the next record that the sink has.  Returns whether the next repeated line is the
 * same.
 */
static bool
comes_again(struct difference *d, const char *p, size_t n)
{
	d->found = !next_line(d) || d->n != n || memcmp(d->line, p, n) != 0;
	return !d->found;
}

/* Returns text that says how the record at which they differ was repeated. */
static const char *
fate(const struct difference *d)
{
	return d->number == UINT64_MAX ? "is missing" : "differs";
}

static bool
take_message(void *difference, const rd_kafka_message_t *m)
{
	struct difference *d = difference;
	const char *value = m->payload == NULL ? "" : m->payload;

	d->had.records++;
	d->had.digest = XXH64(value, m->len, d->had.digest);
	if (!d->found && !comes_again(d, value, m->len))
		(void)snprintf(d->place, sizeof d->place,
		    "topic %.80s, partition %d: the record at offset %" PRId64 " %s",
		    sink_topic_name(sink_of(d)), (int)m->partition, m->offset, fate(d));
	return true; /* read on: the digest covers all records */
}

/* Returns the only partition that gets the task's results. */
static int32_t
partition_of(const struct difference *d)
{
	const struct task *t = d->task;

	return t->partition == -1 || t->job->options->to_key != NULL ? 0 : t->partition;
}

/* Reads the last records of the topic. */
static int
read_tail(struct difference *d, struct client *reader, struct err *err)
{
	int32_t partition = partition_of(d);
	const char *topic = sink_topic_name(sink_of(d));
	rd_kafka_topic_partition_list_t *lists[3];
	struct peek peek = { .topic = topic,
		.partition = partition,
		.take = take_message,
		.owner = d };
	int result = 0;

	for (int i = 0; i < 3; i++) {
		lists[i] = rd_kafka_topic_partition_list_new(1);
		rd_kafka_topic_partition_list_add(lists[i], topic, partition);
	}
	if (client_offsets(reader, lists[0], CLIENT_BEGINNING, err) == -1 ||
	    client_offsets(reader, lists[1], CLIENT_END, err) == -1 ||
	    tail_find(reader, lists[0], lists[1],
		(int64_t)d->task->committed.sent.to[d->sink].records, lists[2], err) == -1)
		result = -1;
	peek.from = lists[2]->elems[0].offset;
	peek.end = lists[1]->elems[0].offset;
	for (int i = 0; i < 3; i++)
		rd_kafka_topic_partition_list_destroy(lists[i]);
	return result == -1 ? -1 : peek_all(reader, &peek, 1, err);
}

static int
open_reader(const struct job *j, struct client *reader, struct err *err)
{
	struct client settings;
	int result;

	client_copy(&j->kafka->consumer, &settings);
	(void)rd_kafka_conf_set(settings.conf, "isolation.level", "read_committed", NULL, 0);
	result = peek_open(&settings, reader, err);
	client_close(&settings);
	return result;
}

/*
 * Compares the repeated results with the last records of a topic, if these are the committed
 * ones.
 */
static int
compare_topic(struct difference *d)
{
	const struct task *t = d->task;
	const struct job *j = t->job;
	const char *topic = sink_topic_name(sink_of(d));
	const struct sink_records *sent = &t->committed.sent.to[d->sink];
	struct client reader = { 0 };
	struct err err;
	int result;

	if (j->options->to_key != NULL && j->kafka->sink.partitions[d->sink] > 1) {
		(void)snprintf(d->text, d->size, "--to-key distributes them among partitions");
		return -1;
	}
	result = open_reader(j, &reader, &err);
	if (result == 0)
		result = read_tail(d, &reader, &err);
	client_close(&reader);
	if (result == -1)
		(void)snprintf(d->text, d->size, "%.80s", err.text);
	else if (d->had.records != sent->records || d->had.digest != sent->digest) {
		(void)snprintf(d->text, d->size, "topic %.60s also has records of others",
		    topic);
		result = -1;
	}
	return result;
}

/* Compares the repeated results with what a file got after the snapshot. */
static int
compare_file(struct difference *d)
{
	const struct commit *c = &d->task->committed;
	uint64_t at = c->snapshot.lengths.bytes[d->sink], end = c->last.lengths.bytes[d->sink];
	FILE *file = fopen(sink_of(d), "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (file == NULL || fseeko(file, (off_t)at, SEEK_SET) == -1)
		end = at;
	while (at < end && !d->found && (n = getline(&line, &room, file)) > 0) {
		if (!comes_again(d, line, (size_t)n - (line[n - 1] == '\n')))
			(void)snprintf(d->place, sizeof d->place,
			    "%.120s: the record at byte %" PRIu64 " %s", sink_of(d), at + 1,
			    fate(d));
		at += (uint64_t)n;
	}
	free(line);
	if (file != NULL)
		(void)fclose(file);
	return 0;
}

/* Compares one sink.  Returns -1 if that is not possible. */
static int
compare(struct difference *d)
{
	const char *to = sink_of(d);
	bool topic = sink_topic_name(to) != NULL;

	rewind(d->again);
	d->number = 0;
	if (!topic && !sink_is_file(to))
		return 0;
	if ((topic ? compare_topic(d) : compare_file(d)) == -1)
		return -1;
	if (d->found || !next_line(d))
		return 0;
	d->found = true;
	if (topic)
		(void)snprintf(d->place, sizeof d->place,
		    "topic %.80s, partition %d: more records come than it has",
		    sink_topic_name(to), (int)partition_of(d));
	else
		(void)snprintf(d->place, sizeof d->place,
		    "%.120s: more records come than it has", to);
	return 0;
}

/* Compares all sinks, and finds the difference that is first in the order of all results. */
static bool
find_first(struct difference *d)
{
	const struct sink_names *sinks = &d->task->job->options->sinks;
	uint64_t first = UINT64_MAX;
	bool found = false;

	for (size_t i = 0; i < sinks->count; i++) {
		d->sink = i;
		d->found = false;
		d->had = (struct sink_records){ 0 };
		if (compare(d) == -1)
			return false;
		if (!d->found || (found && d->number >= first))
			continue;
		found = true;
		first = d->number;
		(void)snprintf(d->text, d->size, "%s", d->place);
	}
	if (!found)
		(void)snprintf(d->text, d->size, "no sink has it");
	return found;
}

bool
job_difference_find(struct task *t, char *text, size_t size)
{
	struct difference d = { .task = t, .text = text, .size = size };
	int fd = t->repeat.again == -1 ? -1 : fcntl(t->repeat.again, F_DUPFD_CLOEXEC, 0);
	bool found;

	if (job_writes_topic(t->job) && t->committed.sent.count == 0) {
		(void)snprintf(text, size, "the commit does not say what the topics have");
		if (fd != -1)
			(void)close(fd);
		return false;
	}
	if (fd == -1 || (d.again = fdopen(fd, "r")) == NULL) {
		(void)snprintf(text, size, "what came out again was not kept");
		return false;
	}
	found = find_first(&d);
	free(d.line);
	(void)fclose(d.again);
	return found;
}
