/* Reads what is committed in a DIR, without starting a run. */
#include <stdlib.h>
#include <string.h>

#include "commit/commit_file.h"
#include "inspect.h"
#include "job_kafka.h"
#include "kafka/committed.h"
#include "kafka/peek.h"
#include "kafka/selection.h"

void
inspect_options_read(const struct cli *cli, struct inspect_options *o, int argc, char **argv)
{
	static const int64_t default_timeout = INT64_C(60000000000); /* ns */

	*o = (struct inspect_options){ .common.timeout = default_timeout };
	opt_parse(cli, o, argc, argv);
	if (o->common.operands[0] == NULL || o->common.operands[1] != NULL)
		opt_usage(&o->common, "needs one folder");
}

bool
inspect_has_brokers(const struct inspect_options *o)
{
	const char *brokers = getenv("KAFKA_BROKERS");

	return o->brokers.brokers != NULL || o->brokers.file != NULL ||
	    o->brokers.settings.count > 0 || (brokers != NULL && brokers[0] != '\0');
}

/* Starts a reader with the brokers that the options name. */
static int
open_reader(struct inspection *in, struct err *err)
{
	const struct inspect_options *o = in->options;
	struct client settings;
	int result;

	brokers_configure(&settings, &o->common, &o->brokers, kafka_reader_settings);
	settings.shared = true;
	result = peek_open(&settings, &in->reader, err);
	client_close(&settings);
	return result;
}

/*
 * Lists the partitions that have offsets: those of the source or, if the source is files,
 * those of the sink.
 */
static rd_kafka_topic_partition_list_t *
list_partitions(struct inspection *in, struct err *err)
{
	const char *selection = sink_topic_name(in->base.begin.file);
	rd_kafka_topic_partition_list_t *list;
	struct sink_names sinks;

	if (inspect_reads_topic(in))
		list = selection_partitions(&in->reader, &selection, 1, err);
	else {
		if (commit_sinks(&in->base, &sinks, err) == -1) {
			sink_names_free(&sinks);
			return NULL;
		}
		list = rd_kafka_topic_partition_list_new(1);
		rd_kafka_topic_partition_list_add(list, sink_names_topic(&sinks), 0);
		sink_names_free(&sinks);
	}
	if (list != NULL)
		rd_kafka_topic_partition_list_sort(list, NULL, NULL);
	return list;
}

/* Reads what the group has committed for a partition. */
static void
take_metadata(const struct inspection *in, const rd_kafka_topic_partition_t *p,
    struct inspected *part)
{
	struct commit *c = &part->commit;
	struct err err;

	part->offset = p->offset < 0 ? -1 : p->offset;
	if (part->offset == -1)
		return;
	part->foreign = commit_metadata_read(p->metadata_size == 0 ? "" : p->metadata,
			    p->metadata_size, 0, c, &err) != 1 ||
	    p->offset != job_metadata_offset(&c->last.place);
	if (c->last.place.file == 0)
		c->last.file = in->base.begin.file;
	if (c->snapshot.place.file == 0)
		c->snapshot.file = in->base.begin.file;
}

static int
take_group(struct inspection *in, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	const char *group = in->base.group;
	struct client reader;
	int result = committed_open(&in->reader, group, &reader, err);

	if (result == 0)
		result = committed_read(&reader, group, list, err);
	for (int i = 0; result == 0 && i < list->cnt; i++)
		take_metadata(in, &list->elems[i], &in->part[i]);
	client_close(&reader);
	return result;
}

/* Takes from DIR/commit the offset of the only partition, or those of all merged ones. */
static void
take_base(struct inspection *in)
{
	for (size_t i = 0; i < in->count; i++) {
		struct inspected *part = &in->part[i];
		struct commit *c = &part->commit;

		if (c->last.place.kind == SOURCE_MERGED) {
			c->last.place = source_place_in(&c->last.place, part->number);
			c->snapshot.place = source_place_in(&c->snapshot.place, part->number);
		}
		if (c->epoch > 0 && c->last.place.kind == SOURCE_PARTITION &&
		    (in->base.last.place.each || i == 0))
			part->offset = c->last.place.offset;
	}
}

/* Counts the unread messages of each partition. */
static int
count_unread(struct inspection *in, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	if (client_offsets(&in->reader, list, CLIENT_END, err) == -1)
		return -1;
	for (size_t i = 0; i < in->count; i++) {
		int64_t unread = list->elems[i].offset - in->part[i].offset;

		if (in->part[i].offset != -1)
			in->part[i].unread = unread < 0 ? 0 : unread;
	}
	return 0;
}

static int
make_parts(struct inspection *in, size_t count, struct err *err)
{
	in->part = calloc(count + 1, sizeof *in->part);
	if (in->part == NULL)
		return err_memory(err);
	in->count = count;
	for (size_t i = 0; i < count; i++)
		in->part[i] = (struct inspected){ -1, -1, -1, false, in->base };
	return 0;
}

static int
take_all(struct inspection *in, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	in->topic = strdup(list->elems[0].topic);
	if (in->topic == NULL || make_parts(in, (size_t)list->cnt, err) == -1)
		return err_memory(err);
	for (size_t i = 0; i < in->count; i++)
		in->part[i].number = list->elems[i].partition;
	if (in->base.group == NULL)
		take_base(in);
	else if (take_group(in, list, err) == -1)
		return -1;
	return inspect_reads_topic(in) ? count_unread(in, list, err) : 0;
}

static int
ask_brokers(struct inspection *in, struct err *err)
{
	rd_kafka_topic_partition_list_t *list;
	int result;

	if (open_reader(in, err) == -1 || (list = list_partitions(in, err)) == NULL)
		return -1;
	result = take_all(in, list, err);
	rd_kafka_topic_partition_list_destroy(list);
	return result;
}

int
inspect_read(struct inspection *in, const struct inspect_options *o, bool ask, struct err *err)
{
	const char *folder = o->common.operands[0];
	int there;

	*in = (struct inspection){ .options = o };
	there = commit_read(folder, &in->base, err);
	if (there == 0)
		return err_set(err, NULL, "%s: nothing is committed there", folder);
	if (there == -1)
		return -1;
	if (in->base.group != NULL || inspect_reads_topic(in))
		return ask ? ask_brokers(in, err) : 0;
	if (make_parts(in, 1, err) == -1)
		return -1;
	in->part[0].offset = 0;
	return 0;
}

void
inspect_close(struct inspection *in)
{
	client_close(&in->reader);
	free(in->part);
	free(in->topic);
	commit_free(&in->base);
	*in = (struct inspection){ 0 };
}
