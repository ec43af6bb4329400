/* Asks brokers for topics, partitions and offsets. */
#include <stdio.h>

#include "base/nearest.h"
#include "kafka/client.h"

struct metadata_request {
	struct client *client;
	rd_kafka_topic_t *topic; /* NULL: all */
	const struct rd_kafka_metadata *metadata;
	bool unknown; /* the topic does not exist */
};

static rd_kafka_resp_err_t
request_metadata(void *argument, int ms)
{
	struct metadata_request *r = argument;
	rd_kafka_resp_err_t code;

	r->unknown = false;
	code =
	    rd_kafka_metadata(r->client->handle, r->topic == NULL, r->topic, &r->metadata, ms);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		return code;
	/* A topic has an error code of its own. */
	if (r->topic != NULL && r->metadata->topic_cnt == 1)
		code = r->metadata->topics[0].err;
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		return code;
	rd_kafka_metadata_destroy(r->metadata);
	r->metadata = NULL;
	r->unknown = code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
	return code;
}

/* Fills err: the topic does not exist; suggests a topic with a similar name. */
static int
fail_unknown(struct client *c, const char *topic, struct err *err)
{
	enum { WAIT = 2000 }; /* ms */
	struct metadata_request all = { .client = c };
	struct nearest near;

	nearest_start(&near, topic);
	(void)request_metadata(&all, WAIT);
	for (int i = 0; all.metadata != NULL && i < all.metadata->topic_cnt; i++)
		nearest_try(&near, all.metadata->topics[i].topic);
	if (near.word != NULL)
		err_set(err, NULL, "there is no topic \"%s\"; did you mean \"%s\"?", topic,
		    near.word);
	else
		err_set(err, NULL, "there is no topic \"%s\"", topic);
	if (all.metadata != NULL)
		rd_kafka_metadata_destroy(all.metadata);
	return -1;
}

int
client_metadata(struct client *c, const char *topic, const struct rd_kafka_metadata **metadata,
    struct err *err)
{
	struct metadata_request r = { .client = c };
	char what[300];
	int result;

	if (topic != NULL) {
		r.topic = rd_kafka_topic_new(c->handle, topic, NULL);
		if (r.topic == NULL)
			return client_fail(rd_kafka_last_error(), topic, err);
	}
	(void)snprintf(what, sizeof what, "topic %s", topic != NULL ? topic : "list");
	result = client_request(c, request_metadata, &r, what, err);
	if (r.unknown && !client_stopped(c))
		(void)fail_unknown(c, topic, err);
	if (r.topic != NULL)
		rd_kafka_topic_destroy(r.topic);
	*metadata = r.metadata;
	return result;
}

struct offsets_request {
	struct client *client;
	rd_kafka_topic_partition_list_t *list;
	int64_t when;
};

static rd_kafka_resp_err_t
request_offsets(void *argument, int ms)
{
	struct offsets_request *r = argument;
	rd_kafka_resp_err_t code;

	for (int i = 0; i < r->list->cnt; i++) {
		r->list->elems[i].offset = r->when;
		r->list->elems[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
	}
	code = rd_kafka_offsets_for_times(r->client->handle, r->list, ms);
	for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < r->list->cnt; i++)
		code = r->list->elems[i].err;
	return code;
}

int
client_offsets(struct client *c, rd_kafka_topic_partition_list_t *list, int64_t when,
    struct err *err)
{
	struct offsets_request r = { c, list, when };

	if (list->cnt == 0)
		return 0;
	return client_request(c, request_offsets, &r, "the offsets of partitions", err);
}

int
client_offset(struct client *c, const char *topic, int32_t partition, int64_t when,
    int64_t *offset, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	int result;

	(void)rd_kafka_topic_partition_list_add(list, topic, partition);
	result = client_offsets(c, list, when, err);
	*offset = list->elems[0].offset;
	rd_kafka_topic_partition_list_destroy(list);
	return result;
}

int
client_check_offset(struct client *c, const rd_kafka_topic_partition_t *end, int64_t offset,
    const char *whose, struct err *err)
{
	enum { WAIT = 5000 }; /* ms */
	int64_t low, high;

	if (offset <= end->offset ||
	    rd_kafka_query_watermark_offsets(c->handle, end->topic, end->partition, &low,
		&high, WAIT) != RD_KAFKA_RESP_ERR_NO_ERROR ||
	    offset <= high)
		return 0;
	return err_set(err, NULL,
	    "topic %s, partition %d: offset %lld%s is not there: it has %lld to %lld",
	    end->topic, end->partition, (long long)offset, whose, (long long)low,
	    (long long)high);
}
