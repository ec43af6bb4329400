/* smlkafka offsets - shows and sets the offsets of a consumer group */
#include <stddef.h>
#include <string.h>

#include "admin/group.h"
#include "cli/report/sig.h"
#include "cli/stream/output.h"
#include "kafka/position.h"
#include "kafka/selection.h"
#include "kafka/tail.h"
#include "command/commands.h"
#include "json/edit.h"

struct offsets_options {
	struct common common;
	struct broker_options brokers;
	const char *group, *to;
	struct texts topics;
	bool execute;
};

#define AT(member) offsetof(struct offsets_options, member)

static const struct opt options[] = {
	BROKER_OPTIONS(struct offsets_options, brokers),
	{ 'G', "group", "GROUP", OPT_TEXT, AT(group), OPT_NEEDED, "the group", 0, 0 },
	{ 't', "topic", "TOPIC[:P,...]", OPT_LIST, AT(topics), 0,
	    "topic, or ^expression, and its partitions (default what it has committed)", 0,
	    0 },
	{ 0, "to", "PLACE", OPT_TEXT, AT(to), 0,
	    "show the offset at beginning, end, OFFSET, -N or @TIME", 0, 0 },
	{ 0, "execute", NULL, OPT_FLAG, AT(execute), 0, "set it there", 0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli offsets_cli = {
	.tool = "smlkafka",
	.command = "offsets",
	.what = "show and set the offsets of a consumer group",
	.operands = "",
	.options = options,
	.common = COMMON_TIMEOUT,
};

/* The members of a record, by the numbers that edit_name gives them. */
enum { GROUP, TOPIC, PARTITION, CURRENT, BEGINNING, END, TO };
static const char *const names[] = { "group", "topic", "partition", "current", "beginning",
	"end", "to", NULL };

struct offsets {
	struct offsets_options options;
	struct position to; /* POSITION_NONE: only show */
	struct group group;
	struct client client; /* its isolation level decides what the ends are */
	struct output output;
	struct edit *edit;
	/*
	 * For each partition: its committed offset, its first offset, its end, and the offset
	 * to commit.
	 */
	rd_kafka_topic_partition_list_t *current, *low, *end, *set;
	uint64_t partitions;
};

/* Fails if the group has members, who would overwrite the offsets that we set. */
static int
check_members(struct offsets *o, struct err *err)
{
	const char *group = o->options.group;
	struct group_members members;
	int count;

	if (group_describe(&o->group, &members, err) == -1)
		return -1;
	count = members.count;
	group_members_free(&members);
	if (count == 0)
		return 0;
	return err_set(err, NULL,
	    "group %s has %d member%s: its offsets can be set when %s gone (stopped, or "
	    "silent for their session.timeout.ms)",
	    group, count, count == 1 ? "" : "s", count == 1 ? "it is" : "they are");
}

/*
 * Copies a list without the metadata that a program has committed: it is not true of other
 * offsets.
 */
static rd_kafka_topic_partition_list_t *
list_without_metadata(const rd_kafka_topic_partition_list_t *list)
{
	rd_kafka_topic_partition_list_t *copy = rd_kafka_topic_partition_list_new(list->cnt);

	for (int i = 0; i < list->cnt; i++)
		rd_kafka_topic_partition_list_add(copy, list->elems[i].topic,
		    list->elems[i].partition)
		    ->offset = list->elems[i].offset;
	return copy;
}

/* Finds the offset of --to in each partition. */
static int
find_places(struct offsets *o, struct err *err)
{
	o->set = list_without_metadata(o->current);
	if (o->to.kind == POSITION_TIME &&
	    client_offsets(&o->client, o->set, o->to.at, err) == -1)
		return -1;
	if (o->to.kind == POSITION_BACK &&
	    tail_find(&o->client, o->low, o->end, o->to.at, o->set, err) == -1)
		return -1;
	for (int i = 0; i < o->set->cnt; i++) {
		rd_kafka_topic_partition_t *p = &o->set->elems[i];
		int64_t low = o->low->elems[i].offset, end = o->end->elems[i].offset;

		if (o->to.kind == POSITION_OFFSET && (o->to.at < low || o->to.at > end))
			return err_set(err, NULL,
			    "offset %s is not in partition %d of topic %s, which has %lld "
			    "to %lld: name topic and partition by -t",
			    o->options.to, p->partition, p->topic, (long long)low,
			    (long long)end);
		p->offset = position_offset(&o->to, low, end, p->offset);
	}
	return 0;
}

static int
look(struct offsets *o, struct err *err)
{
	const char *group = o->options.group;

	if (o->options.topics.count == 0)
		o->current = group_committed(&o->group, err);
	else
		o->current = selection_partitions(&o->client, o->options.topics.text,
		    o->options.topics.count, err);
	if (o->current == NULL)
		return -1;
	rd_kafka_topic_partition_list_sort(o->current, NULL, NULL);
	if (o->options.topics.count > 0 && group_offsets(&o->group, o->current, err) == -1)
		return -1;
	if (o->current->cnt == 0)
		return err_set(err, NULL,
		    "group %s has committed nothing: name the topics by -t", group);
	o->low = rd_kafka_topic_partition_list_copy(o->current);
	o->end = rd_kafka_topic_partition_list_copy(o->current);
	if (client_offsets(&o->client, o->low, CLIENT_BEGINNING, err) == -1 ||
	    client_offsets(&o->client, o->end, CLIENT_END, err) == -1)
		return -1;
	return o->to.kind == POSITION_NONE ? 0 : find_places(o, err);
}

static int
write_partition(struct offsets *o, int i, struct err *err)
{
	const rd_kafka_topic_partition_t *p = &o->current->elems[i];
	struct edit *e = o->edit;

	edit_string(e, GROUP, o->options.group, strlen(o->options.group));
	edit_string(e, TOPIC, p->topic, strlen(p->topic));
	edit_i64(e, PARTITION, p->partition);
	if (p->offset < 0)
		edit_null(e, CURRENT);
	else
		edit_i64(e, CURRENT, p->offset);
	edit_i64(e, BEGINNING, o->low->elems[i].offset);
	edit_i64(e, END, o->end->elems[i].offset);
	if (o->set != NULL)
		edit_i64(e, TO, o->set->elems[i].offset);
	o->partitions++;
	return edit_write(e, NULL, &o->output.out, err);
}

static int
run(struct offsets *o, struct err *err)
{
	for (const char *const *name = names; *name != NULL; name++) {
		if (edit_name(o->edit, NULL, *name, err) == -1)
			return -1;
	}
	if (client_start(&o->client, RD_KAFKA_CONSUMER, err) == -1 ||
	    group_open(&o->group, &o->options.common, &o->options.brokers, o->options.group,
		err) == -1 ||
	    (o->options.execute && check_members(o, err) == -1) || look(o, err) == -1)
		return -1;
	if (o->options.execute && group_set(&o->group, o->set, err) == -1)
		return -1;
	for (int i = 0; i < o->current->cnt; i++) {
		if (write_partition(o, i, err) == -1)
			return -1;
	}
	if (o->set != NULL && !o->options.execute)
		diag_warn(o->options.common.diag, NULL,
		    "nothing is changed: --execute sets these offsets");
	return 0;
}

/* Checks the texts of the options. */
static void
check_options(struct offsets *o)
{
	const struct common *c = &o->options.common;
	struct err err;

	if (selection_check(o->options.topics.text, o->options.topics.count, false, &err) ==
	    -1)
		opt_refuse(c, &err);
	if (o->options.to != NULL && position_read(o->options.to, &o->to, &err) == -1)
		opt_usage(c, "--to: %s", err.text);
	if (o->options.execute && o->options.to == NULL)
		opt_usage(c, "--execute needs --to");
}

static void
offsets_free(struct offsets *o)
{
	rd_kafka_topic_partition_list_t *const lists[] = { o->current, o->low, o->end,
		o->set };

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		if (lists[i] != NULL)
			rd_kafka_topic_partition_list_destroy(lists[i]);
	}
	edit_free(o->edit);
	opt_free(&offsets_cli, &o->options);
}

int
offsets_main(int argc, char **argv)
{
	struct offsets o = { .options.common.timeout = 60 * (int64_t)UNIT_S };
	const struct stat_row rows[] = {
		{ "partitions", STAT_COUNT, &o.partitions, "Partitions shown", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	struct common *c = &o.options.common;
	struct err err;
	int status;

	opt_parse(&offsets_cli, &o.options, argc, argv);
	check_options(&o);
	brokers_configure(&o.client, c, &o.options.brokers, peek_settings);
	if (output_open(&o.output, c, rows, &err) == -1)
		diag_die(c->diag, EXIT_FAILED, "%s", err.text);
	o.edit = edit_new(NULL, false);
	if (o.edit == NULL)
		diag_die(c->diag, EXIT_FAILED, "out of memory");
	if (run(&o, &err) == -1 && sig_came() == 0)
		output_fail(&o.output, &err);
	o.output.signal = sig_came();
	group_close(&o.group);
	client_close(&o.client);
	status = output_close(&o.output);
	offsets_free(&o);
	return status;
}
