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

struct committed_request {
	rd_kafka_t *handle;
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_resp_err_t code; /* the last answer */
};

static rd_kafka_resp_err_t
request(void *argument, int ms)
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
	struct committed_request r = { .handle = c->handle, .list = list };
	char what[sizeof err->text];

	if (list->cnt == 0)
		return 0;
	(void)snprintf(what, sizeof what, "group %s", group);
	if (client_request(c, request, &r, what, err) == 0)
		return 0;
	if (r.code == RD_KAFKA_RESP_ERR__TIMED_OUT && err->unreachable)
		(void)err_unreachable(err,
		    "%s: its coordinator does not answer, or a transaction holds its offsets "
		    "back",
		    what);
	return -1;
}
