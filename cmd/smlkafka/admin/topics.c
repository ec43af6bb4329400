/* smlkafka topics - lists topics and partitions */
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "cli/report/sig.h"
#include "cli/stream/output.h"
#include "cli/kafka/brokers.h"
#include "kafka/selection.h"
#include "command/commands.h"
#include "json/edit.h"

struct topics_options {
	struct common common;
	struct broker_options brokers;
	struct texts topics;
};

#define AT(member) offsetof(struct topics_options, member)

static const struct opt options[] = {
	BROKER_OPTIONS(struct topics_options, brokers),
	{ 't', "topic", "TOPIC[:P,...]", OPT_LIST, AT(topics), 0,
	    "only this topic, or ^expression, and partitions", 0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli topics_cli = {
	.tool = "smlkafka",
	.command = "topics",
	.what = "list topics and their partitions",
	.operands = "",
	.options = options,
	.common = COMMON_TIMEOUT,
};

/* The members of a record, by the numbers that edit_name gives them. */
enum { TOPIC, PARTITION, LEADER, REPLICAS, IN_SYNC, BEGINNING, END };
static const char *const names[] = { "topic", "partition", "leader", "replicas", "in_sync",
	"beginning", "end", NULL };

struct topics {
	struct topics_options options;
	struct client client;
	struct output output;
	struct edit *edit;
	struct buf array;
	const struct rd_kafka_metadata *all;
	/*
	 * The partitions that are listed: list has the offsets of their beginnings, end those
	 * of their ends.
	 */
	rd_kafka_topic_partition_list_t *list, *end;
	uint64_t partitions;
};

/* Returns the metadata of a partition; NULL if the brokers do not know the partition. */
static const rd_kafka_metadata_partition_t *
find(const struct topics *t, const char *topic, int32_t partition)
{
	for (int i = 0; i < t->all->topic_cnt; i++) {
		const rd_kafka_metadata_topic_t *of = &t->all->topics[i];

		for (int j = 0; strcmp(of->topic, topic) == 0 && j < of->partition_cnt; j++)
			if (of->partitions[j].id == partition)
				return &of->partitions[j];
	}
	return NULL;
}

/*
 * Returns whether this is one of Kafka's own topics, which are listed only if they are named.
 */
static bool
is_internal(const char *topic)
{
	return strncmp(topic, "__", 2) == 0;
}

static rd_kafka_topic_partition_list_t *
list_all(const struct topics *t)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(64);

	for (int i = 0; i < t->all->topic_cnt; i++) {
		const rd_kafka_metadata_topic_t *of = &t->all->topics[i];

		for (int j = 0; !is_internal(of->topic) && j < of->partition_cnt; j++)
			(void)rd_kafka_topic_partition_list_add(list, of->topic,
			    of->partitions[j].id);
	}
	return list;
}

/* Finds the offsets of partitions that have a leader; other offsets stay invalid. */
static int
find_offsets(struct topics *t, rd_kafka_topic_partition_list_t *list, int64_t when,
    struct err *err)
{
	rd_kafka_topic_partition_list_t *led = rd_kafka_topic_partition_list_new(list->cnt);
	rd_kafka_topic_partition_t *p;
	int result;

	for (int i = 0; i < list->cnt; i++) {
		const rd_kafka_metadata_partition_t *partition =
		    find(t, list->elems[i].topic, list->elems[i].partition);

		list->elems[i].offset = RD_KAFKA_OFFSET_INVALID;
		if (partition != NULL && partition->leader >= 0)
			(void)rd_kafka_topic_partition_list_add(led, list->elems[i].topic,
			    list->elems[i].partition);
	}
	result = client_offsets(&t->client, led, when, err);
	for (int i = 0; result == 0 && i < list->cnt; i++) {
		p = rd_kafka_topic_partition_list_find(led, list->elems[i].topic,
		    list->elems[i].partition);
		if (p != NULL)
			list->elems[i].offset = p->offset;
	}
	rd_kafka_topic_partition_list_destroy(led);
	return result;
}

static int
put_brokers(struct topics *t, int member, const int32_t *ids, int count, struct err *err)
{
	char number[NUM_MAX];

	t->array.len = 0;
	if (buf_putc(&t->array, '[') == -1)
		return err_memory(err);
	for (int i = 0; i < count; i++) {
		if ((i > 0 && buf_putc(&t->array, ',') == -1) ||
		    buf_put(&t->array, number, num_write_i64(number, ids[i])) == -1)
			return err_memory(err);
	}
	if (buf_putc(&t->array, ']') == -1)
		return err_memory(err);
	edit_raw(t->edit, member,
	    (struct value){ t->array.p, (uint32_t)t->array.len, V_ARRAY });
	return 0;
}

static void
put_offset(struct edit *e, int member, int64_t offset)
{
	if (offset < 0)
		edit_null(e, member);
	else
		edit_i64(e, member, offset);
}

static int
write_partition(struct topics *t, int i, struct err *err)
{
	const char *topic = t->list->elems[i].topic;
	const rd_kafka_metadata_partition_t *p = find(t, topic, t->list->elems[i].partition);
	struct edit *e = t->edit;

	if (p == NULL)
		return 0; /* the topic has been deleted since */
	edit_string(e, TOPIC, topic, strlen(topic));
	edit_i64(e, PARTITION, p->id);
	put_offset(e, LEADER, p->leader);
	if (put_brokers(t, REPLICAS, p->replicas, p->replica_cnt, err) == -1 ||
	    put_brokers(t, IN_SYNC, p->isrs, p->isr_cnt, err) == -1)
		return -1;
	put_offset(e, BEGINNING, t->list->elems[i].offset);
	put_offset(e, END, t->end->elems[i].offset);
	t->partitions++;
	return edit_write(e, NULL, &t->output.out, err);
}

static int
run(struct topics *t, struct err *err)
{
	const struct texts *topics = &t->options.topics;

	for (const char *const *name = names; *name != NULL; name++) {
		if (edit_name(t->edit, NULL, *name, err) == -1)
			return -1;
	}
	if (client_start(&t->client, RD_KAFKA_CONSUMER, err) == -1)
		return -1;
	if (topics->count > 0 &&
	    (t->list = selection_partitions(&t->client, topics->text, topics->count, err)) ==
		NULL)
		return -1;
	if (client_metadata(&t->client, NULL, &t->all, err) == -1)
		return -1;
	if (t->list == NULL)
		t->list = list_all(t);
	rd_kafka_topic_partition_list_sort(t->list, NULL, NULL);
	t->end = rd_kafka_topic_partition_list_copy(t->list);
	if (find_offsets(t, t->list, CLIENT_BEGINNING, err) == -1 ||
	    find_offsets(t, t->end, CLIENT_END, err) == -1)
		return -1;
	for (int i = 0; i < t->list->cnt; i++) {
		if (write_partition(t, i, err) == -1)
			return -1;
	}
	return 0;
}

static void
topics_free(struct topics *t)
{
	if (t->all != NULL)
		rd_kafka_metadata_destroy(t->all);
	if (t->list != NULL)
		rd_kafka_topic_partition_list_destroy(t->list);
	if (t->end != NULL)
		rd_kafka_topic_partition_list_destroy(t->end);
	edit_free(t->edit);
	buf_free(&t->array);
	opt_free(&topics_cli, &t->options);
}

int
topics_main(int argc, char **argv)
{
	static const struct client_setting own[] = { { NULL, NULL, false } };
	struct topics t = { .options.common.timeout = 60 * (int64_t)UNIT_S };
	const struct stat_row rows[] = {
		{ "partitions", STAT_COUNT, &t.partitions, "Partitions listed", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	struct common *c = &t.options.common;
	struct err err;
	int status;

	opt_parse(&topics_cli, &t.options, argc, argv);
	if (selection_check(t.options.topics.text, t.options.topics.count, false, &err) == -1)
		opt_refuse(c, &err);
	brokers_configure(&t.client, c, &t.options.brokers, own);
	if (output_open(&t.output, c, rows, &err) == -1)
		diag_die(c->diag, EXIT_FAILED, "%s", err.text);
	t.edit = edit_new(NULL, false);
	if (t.edit == NULL)
		diag_die(c->diag, EXIT_FAILED, "out of memory");
	if (run(&t, &err) == -1 && sig_came() == 0)
		output_fail(&t.output, &err);
	t.output.signal = sig_came();
	client_close(&t.client);
	status = output_close(&t.output);
	topics_free(&t);
	return status;
}
