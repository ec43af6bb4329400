/* smlrun status - prints what is committed */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inspect.h"
#include "json/doc.h"
#include "run_commands.h"
#include "source/rotation.h"

static const struct opt options[] = {
	BROKER_OPTIONS(struct inspect_options, brokers),
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli status_cli = {
	.tool = "smlrun",
	.command = "status",
	.what = "print what is committed",
	.operands = "dir",
	.options = options,
	.common = COMMON_TIMEOUT,
};

/* Returns how many bytes of the last file are not read yet, or null if that is not known. */
static json_t *
unread_bytes(const struct commit *c)
{
	const struct source_place *place = &c->last.place;
	struct err err;
	struct stat st;
	uint64_t n;

	if (c->last.file == NULL)
		return json_null();
	if (place->inode == 0 && stat(c->last.file, &st) == 0)
		return json_integer((json_int_t)st.st_size);
	if (place->kind == SOURCE_DUMP && place->begin == place->byte &&
	    stat(c->last.file, &st) == 0 && (uint64_t)st.st_size >= place->byte)
		return json_integer((json_int_t)((uint64_t)st.st_size - place->byte));
	if (place->inode == 0 || place->kind == SOURCE_DUMP ||
	    rotation_unread(c->last.file, place, &n, &err) == -1)
		return json_null();
	return json_integer((json_int_t)n);
}

/* Returns a number, or null if it is not known. */
static json_t *
number(int64_t n)
{
	return n < 0 ? json_null() : json_integer((json_int_t)n);
}

/*
 * Returns how many messages of all partitions are unread, or null if that is not known of one.
 */
static json_t *
unread_of_all(const struct inspection *in)
{
	int64_t sum = 0;

	for (size_t i = 0; i < in->count && sum >= 0; i++)
		sum = in->part[i].unread < 0 ? -1 : sum + in->part[i].unread;
	return number(sum);
}

/* Describes the commit of files, or of merged partitions. */
static json_t *
describe_commit(const struct inspection *in, const struct commit *c)
{
	json_t *doc = commit_document(c);

	if (doc != NULL && !source_is_topic(c->last.place.kind))
		(void)json_object_set_new(doc, "unread", unread_bytes(c));
	if (doc != NULL && inspect_reads_topic(in) && in->count > 0)
		(void)json_object_set_new(doc, "unread", unread_of_all(in));
	return doc;
}

static json_t *
describe_partition(const struct inspected *p)
{
	const struct commit *c = &p->commit;
	const struct last_message *last = &c->last.place.last;

	if (p->offset == -1 || p->foreign)
		return json_pack("{s:i,s:o,s:b,s:o}", "partition", (int)p->number, "offset",
		    number(p->offset), "foreign", (int)p->foreign, "unread",
		    number(p->unread));
	return json_pack("{s:i,s:o,s:I,s:b,s:I,s:I,s:o,s:o}", "partition", (int)p->number,
	    "offset", number(p->offset), "epoch", (json_int_t)c->epoch, "ended", (int)c->ended,
	    "snapshot_id", (json_int_t)c->id, "records", (json_int_t)c->last.place.records,
	    "unread", number(p->unread), "timestamp",
	    number(last->offset < 0 ? -1 : last->timestamp));
}

/* Describes a group, and what it has committed if the brokers were asked. */
static json_t *
describe_group(const struct inspection *in)
{
	const struct commit *c = &in->base;
	json_t *partitions = json_array(),
	       *doc = json_pack("{s:s,s:s,s:s,s:s}", "group", c->group, "source",
		   c->begin.file, "sink", c->sink, "pipeline", c->pipeline);

	for (size_t i = 0; i < in->count; i++)
		(void)json_array_append_new(partitions, describe_partition(&in->part[i]));
	if (in->count > 0 && inspect_reads_topic(in))
		(void)json_object_set_new(doc, "unread", unread_of_all(in));
	if (in->count > 0)
		(void)json_object_set(doc, "partitions", partitions);
	json_decref(partitions);
	return doc;
}

static json_t *
describe(const struct inspection *in)
{
	if (in->base.group == NULL)
		return describe_commit(in, &in->base);
	if (in->count == 1 && !inspect_reads_topic(in) && !in->part[0].foreign)
		return describe_commit(in, &in->part[0].commit);
	return describe_group(in);
}

static int
print(const struct inspection *in, struct err *err)
{
	json_t *doc = describe(in);
	struct out out;
	int result = 0;

	if (doc == NULL || out_open(&out, STDOUT_FILENO, 4096) == -1) {
		json_decref(doc);
		return err_memory(err);
	}
	doc_write(&out, doc);
	out_puts(&out, "\n");
	if (out_close(&out) == -1)
		result = err_set(err, NULL, "standard output: %s", strerror(errno));
	json_decref(doc);
	return result;
}

int
status_main(int argc, char **argv)
{
	struct inspect_options o;
	struct inspection in;
	int status = EXIT_OK;
	struct err err;

	inspect_options_read(&status_cli, &o, argc, argv);
	if (inspect_read(&in, &o, inspect_has_brokers(&o), &err) == -1 ||
	    print(&in, &err) == -1) {
		diag_error(o.common.diag, NULL, "%s", err.text);
		status = status_of_err(&err);
	}
	inspect_close(&in);
	opt_free(&status_cli, &o);
	return status;
}
