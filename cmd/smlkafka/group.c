/* What the coordinator of a consumer group is asked. */
#include <stdio.h>
#include <string.h>

#include "group.h"

enum { SLACK = 500 }; /* ms that an answer may take beyond the request's own time-out */

/* A request to the coordinator; ask sends it and answer takes what came. */
struct group_request {
	struct client *client;
	const char *group;
	rd_kafka_topic_partition_list_t *list; /* NULL: all that it has committed */
	rd_kafka_admin_op_t op;
	void (*ask)(struct group_request *, rd_kafka_AdminOptions_t *, rd_kafka_queue_t *);
	rd_kafka_resp_err_t (*answer)(struct group_request *);
	rd_kafka_event_t *event; /* the answer */
};

static rd_kafka_resp_err_t
request(void *argument, int ms)
{
	struct group_request *r = argument;
	rd_kafka_t *handle = r->client->handle;
	rd_kafka_queue_t *queue = rd_kafka_queue_new(handle);
	rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(handle, r->op);
	rd_kafka_resp_err_t code;
	char why[128];

	code = rd_kafka_AdminOptions_set_request_timeout(options, ms, why, sizeof why);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		r->ask(r, options, queue);
		r->event = rd_kafka_queue_poll(queue, ms + SLACK);
		code = r->event == NULL ? RD_KAFKA_RESP_ERR__TIMED_OUT :
					  rd_kafka_event_error(r->event);
	}
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		code = r->answer(r);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR && r->event != NULL) {
		rd_kafka_event_destroy(r->event);
		r->event = NULL;
	}
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_queue_destroy(queue);
	return code;
}

/* What is asked for is in the message: "group g". */
static int
ask_group(struct group_request *r, struct err *err)
{
	char what[sizeof err->text];

	(void)snprintf(what, sizeof what, "group %s", r->group);
	return client_request(r->client, request, r, what, err);
}

/* The error of the one group of an answer, or the first one of its partitions. */
static rd_kafka_resp_err_t
error_of(const rd_kafka_group_result_t **groups, size_t count,
    const rd_kafka_topic_partition_list_t **list)
{
	const rd_kafka_error_t *error;

	if (count != 1)
		return RD_KAFKA_RESP_ERR__BAD_MSG;
	error = rd_kafka_group_result_error(groups[0]);
	if (error != NULL)
		return rd_kafka_error_code(error);
	*list = rd_kafka_group_result_partitions(groups[0]);
	for (int i = 0; *list != NULL && i < (*list)->cnt; i++) {
		if ((*list)->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
			return (*list)->elems[i].err;
	}
	return *list == NULL ? RD_KAFKA_RESP_ERR__BAD_MSG : RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void
ask_offsets(struct group_request *r, rd_kafka_AdminOptions_t *options, rd_kafka_queue_t *queue)
{
	rd_kafka_ListConsumerGroupOffsets_t *list =
	    rd_kafka_ListConsumerGroupOffsets_new(r->group, r->list);

	rd_kafka_ListConsumerGroupOffsets(r->client->handle, &list, 1, options, queue);
	rd_kafka_ListConsumerGroupOffsets_destroy(list);
}

static rd_kafka_resp_err_t
answer_offsets(struct group_request *r)
{
	const rd_kafka_topic_partition_list_t *list = NULL;
	const rd_kafka_group_result_t **groups;
	rd_kafka_topic_partition_t *to;
	rd_kafka_resp_err_t code;
	size_t count;

	groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
	    rd_kafka_event_ListConsumerGroupOffsets_result(r->event), &count);
	code = error_of(groups, count, &list);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		return code;
	if (r->list == NULL)
		r->list = rd_kafka_topic_partition_list_copy(list);
	for (int i = 0; i < list->cnt; i++) {
		to = rd_kafka_topic_partition_list_find(r->list, list->elems[i].topic,
		    list->elems[i].partition);
		if (to != NULL)
			to->offset = list->elems[i].offset;
	}
	return code;
}

int
group_offsets(struct client *c, const char *group, rd_kafka_topic_partition_list_t *list,
    struct err *err)
{
	struct group_request r = { .client = c,
		.group = group,
		.list = list,
		.op = RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
		.ask = ask_offsets,
		.answer = answer_offsets };

	for (int i = 0; i < list->cnt; i++)
		list->elems[i].offset = RD_KAFKA_OFFSET_INVALID;
	if (list->cnt == 0)
		return 0;
	if (ask_group(&r, err) == -1)
		return -1;
	rd_kafka_event_destroy(r.event);
	return 0;
}

rd_kafka_topic_partition_list_t *
group_committed(struct client *c, const char *group, struct err *err)
{
	struct group_request r = { .client = c,
		.group = group,
		.op = RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
		.ask = ask_offsets,
		.answer = answer_offsets };

	if (ask_group(&r, err) == -1)
		return NULL;
	rd_kafka_event_destroy(r.event);
	rd_kafka_topic_partition_list_sort(r.list, NULL, NULL);
	return r.list;
}

int
group_drop_missing(struct client *c, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	const struct rd_kafka_metadata *all;
	int there;

	if (client_metadata(c, NULL, &all, err) == -1)
		return -1;
	for (int i = list->cnt; i-- > 0;) {
		const rd_kafka_topic_partition_t *p = &list->elems[i];

		there = 0;
		while (there < all->topic_cnt &&
		    (strcmp(all->topics[there].topic, p->topic) != 0 ||
			p->partition >= all->topics[there].partition_cnt))
			there++;
		if (there == all->topic_cnt)
			rd_kafka_topic_partition_list_del_by_idx(list, i);
	}
	rd_kafka_metadata_destroy(all);
	return 0;
}

static void
ask_set(struct group_request *r, rd_kafka_AdminOptions_t *options, rd_kafka_queue_t *queue)
{
	rd_kafka_AlterConsumerGroupOffsets_t *alter =
	    rd_kafka_AlterConsumerGroupOffsets_new(r->group, r->list);

	rd_kafka_AlterConsumerGroupOffsets(r->client->handle, &alter, 1, options, queue);
	rd_kafka_AlterConsumerGroupOffsets_destroy(alter);
}

static rd_kafka_resp_err_t
answer_set(struct group_request *r)
{
	const rd_kafka_topic_partition_list_t *list = NULL;
	const rd_kafka_group_result_t **groups;
	size_t count;

	groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
	    rd_kafka_event_AlterConsumerGroupOffsets_result(r->event), &count);
	return error_of(groups, count, &list);
}

int
group_set(struct client *c, const char *group, const rd_kafka_topic_partition_list_t *list,
    struct err *err)
{
	struct group_request r = { .client = c,
		.group = group,
		.list = rd_kafka_topic_partition_list_copy(list),
		.op = RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS,
		.ask = ask_set,
		.answer = answer_set };
	int result = list->cnt == 0 ? 0 : ask_group(&r, err);

	rd_kafka_topic_partition_list_destroy(r.list);
	if (r.event != NULL)
		rd_kafka_event_destroy(r.event);
	return result;
}

static void
ask_members(struct group_request *r, rd_kafka_AdminOptions_t *options, rd_kafka_queue_t *queue)
{
	rd_kafka_DescribeConsumerGroups(r->client->handle, &r->group, 1, options, queue);
}

static rd_kafka_resp_err_t
answer_members(struct group_request *r)
{
	const rd_kafka_ConsumerGroupDescription_t **groups;
	const rd_kafka_error_t *error;
	size_t count;

	groups = rd_kafka_DescribeConsumerGroups_result_groups(
	    rd_kafka_event_DescribeConsumerGroups_result(r->event), &count);
	if (count != 1)
		return RD_KAFKA_RESP_ERR__BAD_MSG;
	error = rd_kafka_ConsumerGroupDescription_error(groups[0]);
	return error != NULL ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
}

int
group_describe(struct client *c, const char *group, struct group_members *m, struct err *err)
{
	struct group_request r = { .client = c,
		.group = group,
		.op = RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS,
		.ask = ask_members,
		.answer = answer_members };
	size_t count;

	*m = (struct group_members){ 0 };
	if (ask_group(&r, err) == -1)
		return -1;
	m->event = r.event;
	m->group = rd_kafka_DescribeConsumerGroups_result_groups(
	    rd_kafka_event_DescribeConsumerGroups_result(r.event), &count)[0];
	m->count = rd_kafka_ConsumerGroupDescription_member_count(m->group);
	return 0;
}

void
group_members_free(struct group_members *m)
{
	if (m->event != NULL)
		rd_kafka_event_destroy(m->event);
	*m = (struct group_members){ 0 };
}

/* What a member has been given; NULL: nothing. */
static const rd_kafka_topic_partition_list_t *
assigned_to(const struct group_members *m, size_t member)
{
	return rd_kafka_MemberAssignment_partitions(rd_kafka_MemberDescription_assignment(
	    rd_kafka_ConsumerGroupDescription_member(m->group, member)));
}

void
group_add_assigned(const struct group_members *m, rd_kafka_topic_partition_list_t *list)
{
	const rd_kafka_topic_partition_list_t *assigned;

	for (size_t i = 0; i < m->count; i++) {
		assigned = assigned_to(m, i);
		for (int j = 0; assigned != NULL && j < assigned->cnt; j++) {
			const rd_kafka_topic_partition_t *p = &assigned->elems[j];

			if (rd_kafka_topic_partition_list_find(list, p->topic, p->partition) ==
			    NULL)
				(void)rd_kafka_topic_partition_list_add(list, p->topic,
				    p->partition);
		}
	}
	rd_kafka_topic_partition_list_sort(list, NULL, NULL);
}

const char *
group_reader(const struct group_members *m, const char *topic, int32_t partition)
{
	const rd_kafka_topic_partition_list_t *list;

	for (size_t i = 0; i < m->count; i++) {
		list = assigned_to(m, i);
		for (int j = 0; list != NULL && j < list->cnt; j++)
			if (list->elems[j].partition == partition &&
			    strcmp(list->elems[j].topic, topic) == 0)
				return rd_kafka_MemberDescription_consumer_id(
				    rd_kafka_ConsumerGroupDescription_member(m->group, i));
	}
	return NULL;
}
