/* Asks the coordinator of a consumer group. */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "admin/group.h"
#include "kafka/committed.h"

int
group_open(struct group *g, struct common *common, const struct broker_options *options,
    const char *name, struct err *err)
{
	/*
	 * With read_committed a request would wait for transactions that are about to commit
	 * offsets.
	 */
	const struct client_setting own[] = {
		{ "group.id", name, true },
		{ "enable.auto.commit", "false", true },
		{ "isolation.level", "read_uncommitted", false },
		{ NULL, NULL, false },
	};

	*g = (struct group){ .name = name };
	brokers_configure(&g->client, common, options, own);
	return client_start(&g->client, RD_KAFKA_CONSUMER, err);
}

void
group_close(struct group *g)
{
	client_close(&g->client);
}

int
group_offsets(struct group *g, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	return committed_read(&g->client, g->name, list, err);
}

rd_kafka_topic_partition_list_t *
group_committed(struct group *g, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(64);
	const struct rd_kafka_metadata *all;

	if (client_metadata(&g->client, NULL, &all, err) == -1)
		goto fail;
	for (int i = 0; i < all->topic_cnt; i++)
		for (int j = 0; j < all->topics[i].partition_cnt; j++)
			(void)rd_kafka_topic_partition_list_add(list, all->topics[i].topic,
			    all->topics[i].partitions[j].id);
	rd_kafka_metadata_destroy(all);
	if (group_offsets(g, list, err) == -1)
		goto fail;
	for (int i = list->cnt; i-- > 0;) {
		if (list->elems[i].offset < 0)
			(void)rd_kafka_topic_partition_list_del_by_idx(list, i);
	}
	rd_kafka_topic_partition_list_sort(list, NULL, NULL);
	return list;
fail:
	rd_kafka_topic_partition_list_destroy(list);
	return NULL;
}

int
group_set(struct group *g, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	return committed_set(&g->client, g->name, list, err);
}

/* The unread rest of a member's assignment, in the wire format. */
struct wire {
	const char *p, *end;
};

/*
 * Reads a big-endian number of this many bytes, and moves past it.  Returns -1 if there is
 * none.
 */
static int64_t
take_number(struct wire *w, size_t bytes)
{
	uint32_t n = 0;

	if ((size_t)(w->end - w->p) < bytes)
		return -1;
	memcpy((char *)&n + sizeof n - bytes, w->p, bytes);
	w->p += bytes;
	return be32toh(n);
}

/*
 * Adds a member's partitions (Kafka's ConsumerProtocolAssignment: a version, then topics, each
 * with its partitions).  Stops where the text is cut short.
 */
static void
add_assignment(rd_kafka_topic_partition_list_t *list, struct wire w, char *member)
{
	int64_t topics, partitions, partition, length;
	char topic[256];

	(void)take_number(&w, 2);
	for (topics = take_number(&w, 4); topics > 0; topics--) {
		length = take_number(&w, 2);
		if (length < 0 || length >= (int64_t)sizeof topic || w.end - w.p < length)
			return;
		memcpy(topic, w.p, (size_t)length);
		topic[length] = '\0';
		w.p += length;
		for (partitions = take_number(&w, 4); partitions > 0; partitions--) {
			partition = take_number(&w, 4);
			if (partition < 0 || partition > INT32_MAX)
				return;
			rd_kafka_topic_partition_list_add(list, topic, (int32_t)partition)
			    ->opaque = member;
		}
	}
}

int
group_describe(struct group *g, struct group_members *m, struct err *err)
{
	*m = (struct group_members){ 0 };
	if (committed_members(&g->client, g->name, &m->list, err) == -1)
		return -1;
	m->assigned = rd_kafka_topic_partition_list_new(16);
	if (m->list->group_cnt == 0)
		return 0;
	m->count = m->list->groups[0].member_cnt;
	for (int i = 0; i < m->count; i++) {
		const struct rd_kafka_group_member_info *member =
		    &m->list->groups[0].members[i];
		const char *p = member->member_assignment;

		if (p != NULL && member->member_assignment_size > 0)
			add_assignment(m->assigned,
			    (struct wire){ p, p + member->member_assignment_size },
			    member->member_id);
	}
	return 0;
}

void
group_members_free(struct group_members *m)
{
	if (m->assigned != NULL)
		rd_kafka_topic_partition_list_destroy(m->assigned);
	if (m->list != NULL)
		rd_kafka_group_list_destroy(m->list);
	*m = (struct group_members){ 0 };
}

void
group_add_assigned(const struct group_members *m, rd_kafka_topic_partition_list_t *list)
{
	for (int i = 0; i < m->assigned->cnt; i++) {
		const rd_kafka_topic_partition_t *p = &m->assigned->elems[i];

		if (rd_kafka_topic_partition_list_find(list, p->topic, p->partition) == NULL)
			(void)rd_kafka_topic_partition_list_add(list, p->topic, p->partition);
	}
	rd_kafka_topic_partition_list_sort(list, NULL, NULL);
}

const char *
group_reader(const struct group_members *m, const char *topic, int32_t partition)
{
	const rd_kafka_topic_partition_t *p =
	    rd_kafka_topic_partition_list_find(m->assigned, topic, partition);

	return p != NULL ? p->opaque : NULL;
}
