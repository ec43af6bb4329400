/* Reads the offsets that a group has committed. */
#include <stdio.h>

#include "kafka/committed.h"

int
committed_open(const struct client *c, const char *group, struct client *reader,
    struct err *err)
{
	client_copy(c, reader);
	(void)rd_kafka_conf_set(reader->conf, "group.id", group, NULL, 0);
	(void)rd_kafka_conf_set(reader->conf, "enable.auto.commit", "false", NULL, 0);
	(void)rd_kafka_conf_set(reader->conf, "isolation.level", "read_committed", NULL, 0);
	return client_start(reader, RD_KAFKA_CONSUMER, err);
}

rd_kafka_resp_err_t
committed_error(const rd_kafka_topic_partition_list_t *list)
{
	for (int i = 0; i < list->cnt; i++) {
		if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
			return list->elems[i].err;
	}
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* A request about a group, whose name goes into error messages. */
struct committed_request {
	rd_kafka_t *handle;
	const char *group;
	rd_kafka_topic_partition_list_t *list;
	const struct rd_kafka_group_list *members;
	rd_kafka_resp_err_t code; /* the last answer */
};

static int
ask(struct client *c, struct committed_request *r,
    rd_kafka_resp_err_t (*request)(void *, int ms), struct err *err)
{
	char what[sizeof err->text];

	(void)snprintf(what, sizeof what, "group %s", r->group);
	return client_request(c, request, r, what, err);
}

static rd_kafka_resp_err_t
request_offsets(void *argument, int ms)
{
	struct committed_request *r = argument;

	r->code = rd_kafka_committed(r->handle, r->list, ms);
	if (r->code == RD_KAFKA_RESP_ERR_NO_ERROR)
		r->code = committed_error(r->list);
	return r->code;
}

int
committed_read(struct client *c, const char *group, rd_kafka_topic_partition_list_t *list,
    struct err *err)
{
	struct committed_request r = { .handle = c->handle, .group = group, .list = list };

	if (list->cnt == 0 || ask(c, &r, request_offsets, err) == 0)
		return 0;
	if (r.code == RD_KAFKA_RESP_ERR__TIMED_OUT && err->unreachable)
		(void)err_unreachable(err,
		    "group %s: its coordinator does not answer, or a transaction holds its "
		    "offsets back",
		    group);
	return -1;
}

static rd_kafka_resp_err_t
request_commit(void *argument, int ms)
{
	struct committed_request *r = argument;
	rd_kafka_resp_err_t code = rd_kafka_commit(r->handle, r->list, 0);

	(void)ms;
	return code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : committed_error(r->list);
}

int
committed_set(struct client *c, const char *group, rd_kafka_topic_partition_list_t *list,
    struct err *err)
{
	struct committed_request r = { .handle = c->handle, .group = group, .list = list };

	return list->cnt == 0 ? 0 : ask(c, &r, request_commit, err);
}

static rd_kafka_resp_err_t
request_begin(void *argument, int ms)
{
	struct committed_request *r = argument, now = *r;
	bool there = false;

	now.list = rd_kafka_topic_partition_list_copy(r->list);
	r->code = request_offsets(&now, ms);
	for (int i = 0; i < now.list->cnt; i++)
		there |= now.list->elems[i].offset >= 0;
	rd_kafka_topic_partition_list_destroy(now.list);
	if (r->code == RD_KAFKA_RESP_ERR_NO_ERROR && !there)
		r->code = request_commit(r, ms);
	return r->code;
}

int
committed_begin(struct client *c, const char *group, rd_kafka_topic_partition_list_t *list,
    struct err *err)
{
	struct committed_request r = { .handle = c->handle, .group = group, .list = list };

	if (ask(c, &r, request_begin, err) == 0)
		return 0;
	return r.code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
		r.code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ?
	    0 :
	    -1;
}

/* Asks all brokers.  An unreachable broker matters only if no other broker has the group. */
static rd_kafka_resp_err_t
request_members(void *argument, int ms)
{
	struct committed_request *r = argument;
	rd_kafka_resp_err_t code;

	code = rd_kafka_list_groups(r->handle, r->group, &r->members, ms);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__PARTIAL)
		return code;
	if (r->members->group_cnt > 0)
		code = r->members->groups[0].err;
	else if (code == RD_KAFKA_RESP_ERR__PARTIAL)
		code = RD_KAFKA_RESP_ERR__TIMED_OUT;
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
		rd_kafka_group_list_destroy(r->members);
		r->members = NULL;
	}
	return code;
}

int
committed_members(struct client *c, const char *group,
    const struct rd_kafka_group_list **members, struct err *err)
{
	struct committed_request r = { .handle = c->handle, .group = group };
	const struct rd_kafka_metadata *all;

	/* rd_kafka_list_groups waits for a connection, but does not open one. */
	if (client_metadata(c, NULL, &all, err) == -1)
		return -1;
	rd_kafka_metadata_destroy(all);
	if (ask(c, &r, request_members, err) == -1)
		return -1;
	*members = r.members;
	return 0;
}
