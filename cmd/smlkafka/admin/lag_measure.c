/* Measures how far a group is behind, in every partition. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "admin/lag.h"
#include "kafka/selection.h"

void
lag_measure_free(struct lag_measure *m)
{
	for (size_t i = 0; m->partition != NULL && i < m->count; i++)
		free(m->partition[i].member);
	free(m->partition);
	free(m->backlog);
	if (m->list != NULL)
		rd_kafka_topic_partition_list_destroy(m->list);
	*m = (struct lag_measure){ 0 };
}

/*
 * Lists the partitions of -t, or the partitions whose offsets the group has committed or which
 * it reads; with the group's offsets.
 */
static int
find_partitions(struct lag_measure *m, struct group *g, struct client *reader,
    const struct texts *topics, const struct group_members *members, struct err *err)
{
	if (topics->count > 0) {
		m->list = selection_partitions(reader, topics->text, topics->count, err);
		return m->list == NULL ? -1 : group_offsets(g, m->list, err);
	}
	m->list = group_committed(g, err);
	if (m->list == NULL)
		return -1;
	group_add_assigned(members, m->list);
	if (m->list->cnt > 0)
		return 0;
	return err_set(err, NULL, "group %s has read nothing yet: name its topics by -t",
	    g->name);
}

/* Finds the group's offset and the end of each partition. */
static int
find_ends(struct lag_measure *m, struct client *c, int start, struct err *err)
{
	rd_kafka_topic_partition_list_t *low = rd_kafka_topic_partition_list_copy(m->list);
	rd_kafka_topic_partition_list_t *end = rd_kafka_topic_partition_list_copy(m->list);
	int result = 0;

	if (client_offsets(c, low, CLIENT_BEGINNING, err) == -1 ||
	    client_offsets(c, end, CLIENT_END, err) == -1)
		result = -1;
	for (size_t i = 0; result == 0 && i < m->count; i++) {
		const rd_kafka_topic_partition_t *p = &m->list->elems[i];
		int64_t first = low->elems[i].offset, last = end->elems[i].offset;

		m->partition[i].current = p->offset >= 0 ? p->offset : -1;
		m->backlog[i] = (struct backlog){ .topic = p->topic,
			.partition = p->partition,
			.from = p->offset,
			.end = last };
		/* Otherwise a group that cannot continue would have a lag of 0. */
		if (client_check_offset(c, &end->elems[i], p->offset,
			", where the group stopped,", err) == -1)
			result = -1;
		if (p->offset < 0 && start == LAG_END)
			m->backlog[i].from = last;
		/* The message at the committed offset may have been deleted. */
		if (m->backlog[i].from < first)
			m->backlog[i].from = first;
	}
	rd_kafka_topic_partition_list_destroy(low);
	rd_kafka_topic_partition_list_destroy(end);
	return result;
}

/* Finds which member reads which partition. */
static int
name_readers(struct lag_measure *m, const struct group_members *members, struct err *err)
{
	const char *reader;

	for (size_t i = 0; i < m->count; i++) {
		reader = group_reader(members, m->backlog[i].topic, m->backlog[i].partition);
		if (reader == NULL)
			continue;
		m->partition[i].member = strdup(reader);
		if (m->partition[i].member == NULL)
			return err_memory(err);
	}
	return 0;
}

static void
sum_up(struct lag_measure *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct backlog *u = &m->backlog[i];
		double seconds = 0;

		if (u->records > 0 && u->oldest < 0)
			seconds = (double)NAN;
		else if (u->records > 0 && m->time > u->oldest)
			seconds = (double)(m->time - u->oldest) / 1000;
		m->partition[i].seconds = seconds;
		m->records += (uint64_t)u->records;
		if (isnan(seconds) || seconds > m->seconds)
			m->seconds = seconds;
	}
}

int
lag_measure(struct lag_measure *m, struct group *g, struct client *reader,
    const struct lag_options *o, int64_t time, struct err *err)
{
	struct group_members members;
	int result = -1;

	lag_measure_free(m);
	m->time = time;
	if (group_describe(g, &members, err) == -1)
		return -1;
	m->members = (size_t)members.count;
	if (find_partitions(m, g, reader, &o->topics, &members, err) == -1)
		goto out;
	m->backlog = calloc((size_t)m->list->cnt + 1, sizeof *m->backlog);
	m->partition = calloc((size_t)m->list->cnt + 1, sizeof *m->partition);
	if (m->backlog == NULL || m->partition == NULL) {
		err_memory(err);
		goto out;
	}
	m->count = (size_t)m->list->cnt;
	if (find_ends(m, reader, o->start, err) == -1 ||
	    name_readers(m, &members, err) == -1 ||
	    backlog_count(reader, m->backlog, m->count, err) == -1)
		goto out;
	sum_up(m);
	result = 0;
out:
	group_members_free(&members);
	return result;
}
