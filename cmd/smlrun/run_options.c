/* The options of smlrun. */
#include <stddef.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "run_commands.h"
#include "run_options.h"
#include "kafka/message.h"
#include "kafka/selection.h"
#include "shard/shard_key.h"
#include "time/instant.h"

enum { MOST_SHARDS = 1000, DEFAULT_BLOCK = 65536 };

#define AT(member) offsetof(struct run_options, member)

static const struct opt options[] = {
	{ 0, "state", "DIR", OPT_TEXT, AT(folder), OPT_NEEDED | OPT_IS_FILE,
	    "keep what is committed, and the states of the stages, in DIR", 0, 0 },
	{ 0, "from", "FILE|kafka:TOPIC[:P,...]", OPT_LIST, AT(from), OPT_NEEDED | OPT_IS_FILE,
	    "read FILE, several in order, or the partitions of TOPIC", 0, 0 },
	{ 0, "follow", NULL, OPT_FLAG, AT(follow), 0,
	    "wait for the last FILE to grow, until a signal comes", 0, 0 },
	{ 0, "to", "FILE|kafka:TOPIC|-|null", OPT_TEXT, AT(to), OPT_NEEDED,
	    "append results to FILE, send them to TOPIC, or drop them", 0, 0 },
	{ 0, "to-by", "FIELD:VALUE=SINK", OPT_LIST, AT(to_by), 0,
	    "a result with this text in FIELD goes to SINK instead", 0, 0 },
	BROKER_OPTIONS(struct run_options, brokers),
	{ 'G', "group", "GROUP", OPT_TEXT, AT(group), 0,
	    "share the partitions with others of this group", 0, 0 },
	{ 0, "instance", "ID", OPT_TEXT, AT(instance), 0,
	    "the name of this process in the group and its transactions", 0, 0 },
	{ 'o', "offset", "PLACE", OPT_TEXT, AT(offset), 0,
	    "begin a partition at beginning, end, OFFSET, -N or @TIME", 0, 0 },
	{ 'e', "exit", NULL, OPT_FLAG, AT(ends), 0,
	    "stop where the partitions ended at the start", 0, 0 },
	{ 0, "merge", NULL, OPT_FLAG, AT(merge), 0,
	    "read the partitions as one, in the order of their messages' times", 0, 0 },
	{ 0, "merge-wait", "DUR", OPT_DURATION, AT(merge_wait), 0,
	    "how long to wait for a partition without messages", 0, 0 },
	{ 0, "format", MESSAGE_FORMATS, OPT_CHOICE, AT(format), 0,
	    "what the pipeline reads of a message", 0, 0 },
	{ 0, "to-key", "FIELD", OPT_TEXT, AT(to_key), 0,
	    "the key of a result's message, which decides its partition", 0, 0 },
	{ 0, "carry", "model", OPT_CHOICE, AT(common.carry), 0,
	    "also write control lines that hold models", 0, 0 },
	{ 0, "adopt", NULL, OPT_FLAG, AT(adopt), 0,
	    "begin at offsets of the group that another program committed", 0, 0 },
	{ 0, "standby", NULL, OPT_FLAG, AT(standby), 0,
	    "wait while another run uses DIR, and take over when it ends", 0, 0 },
	{ 0, "every", "DUR|N", OPT_TEXT, AT(every), 0,
	    "commit after this time, or N records (default 10s or 100000 records)", 0, 0 },
	{ 0, "snapshot-every", "N", OPT_COUNT, AT(snapshot_every), 0,
	    "save the states of the stages at every Nth commit only", 1, 0 },
	{ 0, "shards", "N", OPT_COUNT, AT(shards.count), 0,
	    "run N pipelines, each for a part of the keys (-k)", 1, MOST_SHARDS },
	{ 'k', "key", "LIST", OPT_TEXT, AT(shards.key), 0,
	    "with --shards, the fields whose values decide which pipeline gets a record", 0,
	    0 },
	{ 0, "block", "N", OPT_COUNT, AT(shards.block), 0,
	    "order the results of several pipelines by blocks of N records: 65536 by default",
	    1, 1e9 },
	{ 0, "barrier-timeout", "DUR", OPT_DURATION, AT(barrier_timeout), 0,
	    "how long a barrier may take; 0: for ever", 0, 0 },
	{ 0, "retries", "N", OPT_COUNT, AT(retries), 0,
	    "how often to restart without a commit in between", 0, 0 },
	{ 0, "grace", "DUR", OPT_DURATION, AT(common.grace), 0,
	    "after SIGTERM, how long the last commit may take", 0, 0 },
	{ 0, "drain", NULL, OPT_FLAG, AT(common.drain), 0,
	    "close all windows at the end of the source", 0, 0 },
	{ 0, "max-line", "SIZE", OPT_COUNT, AT(common.max_line), 0,
	    "longest line of the source, in bytes", 1, 1 << 30 },
	{ 0, "progress", NULL, OPT_FLAG, AT(common.progress), 0, "show progress on a terminal",
	    0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli run_cli = {
	.tool = "smlrun",
	.what = "run a pipeline from source to sink, each record exactly once",
	.operands = "-- pipeline",
	.options = options,
	.common = COMMON_REJECTS | COMMON_TIMEOUT,
	.program = &run_program,
};

static const struct cli *const commands[] = { &run_cli, &through_cli, &status_cli, &check_cli,
	&reset_cli, NULL };

const struct program run_program = {
	.tool = "smlrun",
	.what = "run a pipeline from source to sink, each record exactly once",
	.commands = commands,
};

#define SECOND INT64_C(1000000000) /* ns */

static const int64_t default_every = 10 * SECOND, default_timeout = 60 * SECOND,
		     default_wait = SECOND, longest_transaction = 900 * SECOND;
enum { DEFAULT_RECORDS = 100000, DEFAULT_RETRIES = 5 };

static void
read_every(struct run_options *o)
{
	const char *text = o->every;
	struct err err;
	int64_t n;

	o->every_ns = default_every;
	o->every_records = DEFAULT_RECORDS;
	if (text == NULL)
		return;
	if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0' &&
	    num_read_i64(text, strlen(text), &n) == 0 && n > 0) {
		o->every_ns = 0;
		o->every_records = (uint64_t)n;
	} else if (duration_read(text, NULL, &o->every_ns, &err) == 0) {
		o->every_records = 0;
	} else
		opt_usage(&o->common,
		    "--every takes a number of records above 0, or a duration, not \"%s\"",
		    text);
}

/* Refuses an option that means nothing without a topic to read, or to write. */
static void
check_topics(const struct run_options *o)
{
	const struct {
		const char *option, *without;
		bool given, works;
	} rows[] = {
		{ "--follow", "files to read, and no --merge", o->follow,
		    o->from_topic == NULL && !o->merge },
		{ "-o", "a topic to read", o->offset != NULL, o->from_topic != NULL },
		{ "-e", "a topic to read", o->ends, o->from_topic != NULL },
		{ "--merge", "one dump, or a topic", o->merge, o->from.count == 1 },
		{ "--merge-wait", "--merge, or a file to write, and a topic to read",
		    o->merge_wait != -1,
		    o->from_topic != NULL && (o->merge || run_options_order(o)) },
		{ "--to-key", "a topic to write", o->to_key != NULL, o->to_topic != NULL },
		{ "--instance", "a topic to write", o->instance != NULL, o->to_topic != NULL },
		{ "--standby", "no group: its members run side by side", o->standby,
		    o->group == NULL },
		{ "--adopt", "a topic to read, and one to write", o->adopt,
		    o->from_topic != NULL && o->to_topic != NULL },
		{ "-G",
		    "a topic to read, and one to write: a file cannot refuse a member that "
		    "the group has given up",
		    o->group != NULL, o->from_topic != NULL && o->to_topic != NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].given && !rows[i].works)
			opt_usage(&o->common, "%s needs %s", rows[i].option, rows[i].without);
	if (o->common.drain && o->from_topic != NULL && !o->ends)
		opt_usage(&o->common, "--drain needs -e: a topic has no other end");
}

/* Refuses options that do not go with the order of several partitions. */
static void
check_merge(const struct run_options *o)
{
	if (o->merge && o->group != NULL)
		opt_usage(&o->common,
		    "--merge does not go with -G: a group gives each member some of the "
		    "partitions, and one run needs them all; --standby has a second run take "
		    "over");
	if (o->merge && o->from_topic == NULL && o->format == MESSAGE_RECORD)
		opt_usage(&o->common,
		    "--format record needs a topic: of a dump take the values, or the "
		    "envelopes as they are");
	if (o->merge && o->from_topic != NULL && !o->ends && o->snapshot_every > 1)
		opt_usage(&o->common,
		    "--merge needs -e for --snapshot-every above 1: without -e the order "
		    "depends on when messages come, and may differ when they are read again");
}

void
run_options_share_by_partition(struct run_options *o, size_t partitions)
{
	o->merge = true;
	o->shards.count = partitions;
	if (o->shards.block == 0)
		o->shards.block = DEFAULT_BLOCK;
	o->transaction_ns = longest_transaction;
}

static void
read_position(struct run_options *o)
{
	struct err err;

	o->position = (struct position){ .kind = POSITION_BEGINNING };
	if (o->offset != NULL && position_read(o->offset, &o->position, &err) == -1)
		opt_usage(&o->common, "-o: %s", err.text);
}

/* Limits how long a transaction may be open, from the first result to the commit. */
static void
limit_transaction(struct run_options *o)
{
	static const int64_t least = 10 * SECOND, seldom = 300 * SECOND;
	const int64_t most = longest_transaction;

	if (o->to_topic == NULL)
		return;
	if (o->every_ns == 0)
		o->every_ns = seldom;
	o->transaction_ns = most;
	if (o->barrier_timeout == 0)
		return;
	if (o->every_ns > most || o->barrier_timeout > most ||
	    2 * o->every_ns + o->barrier_timeout > most)
		opt_usage(&o->common,
		    "a transaction can be open for at most 15 minutes: twice --every plus "
		    "--barrier-timeout is more");
	/* With shards, a barrier may take as long as a whole block, if bytes still move. */
	if (o->shards.count > 0)
		return;
	o->transaction_ns = 2 * o->every_ns + o->barrier_timeout;
	if (o->transaction_ns < least)
		o->transaction_ns = least;
}

/*
 * Returns whether the run may have a pipeline for each partition, whose results need an order.
 */
static bool
may_share_by_partition(const struct run_options *o)
{
	return o->from_topic != NULL && !o->merge && run_options_order(o);
}

/* Reads the options of shards: -k must decide which pipeline gets a record. */
static void
read_shards(struct run_options *o)
{
	struct shard_key key;
	struct err err;

	if (o->shards.count == 0 && o->shards.key != NULL)
		opt_usage(&o->common,
		    "-k decides which of several pipelines gets a record: it needs --shards");
	if (o->shards.count == 0 && o->shards.block != 0 && !may_share_by_partition(o))
		opt_usage(&o->common,
		    "--block orders the results of several pipelines: it needs --shards, or a "
		    "topic that is read into a file");
	if (o->shards.count == 0)
		return;
	if (o->shards.key == NULL)
		opt_usage(&o->common,
		    "--shards needs -k, the fields whose values decide which pipeline gets a "
		    "record");
	if (shard_key_open(&key, o->shards.key, &err) == -1)
		opt_refuse(&o->common, &err);
	shard_key_close(&key);
	if (o->shards.block == 0)
		o->shards.block = DEFAULT_BLOCK;
}

void
run_options_read(struct run_options *o, int argc, char **argv)
{
	*o = (struct run_options){ .barrier_timeout = default_timeout,
		.retries = DEFAULT_RETRIES,
		.snapshot_every = 1,
		.merge_wait = -1,
		.common.timeout = default_timeout };
	opt_parse(&run_cli, o, argc, argv);
	o->pipeline = o->common.operands[0];
	if (o->pipeline == NULL)
		opt_usage(&o->common, "needs a pipeline: -- 'smlwindow ... | smllearn ...'");
	if (o->common.operands[1] != NULL)
		opt_usage(&o->common,
		    "the pipeline is one operand, in quotes, but \"%s\" follows it",
		    o->common.operands[1]);
	if (!text_is_utf8(o->pipeline, strlen(o->pipeline)))
		opt_usage(&o->common, "the pipeline is no UTF-8");
	if (o->follow && o->common.drain)
		opt_usage(&o->common, "--follow has no end at which to --drain");
	read_every(o);
	run_options_read_source(o);
	run_options_read_sinks(o);
	read_shards(o);
	check_topics(o);
	check_merge(o);
	if (o->merge_wait == -1)
		o->merge_wait = default_wait;
	read_position(o);
	limit_transaction(o);
}

const char *
run_options_format(const struct run_options *o)
{
	static const char *const formats[] = { "value", "record", "envelope" };

	return o->from_topic != NULL || o->merge ? formats[o->format] : NULL;
}

void
run_options_free(struct run_options *o)
{
	sink_names_free(&o->sinks);
	opt_free(&run_cli, o);
}
