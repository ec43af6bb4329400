/* Checks the source and the sinks that the options of smlrun name. */
#include <string.h>

#include "base/text.h"
#include "kafka/selection.h"
#include "run_options.h"

/* Refuses a text that DIR/commit, which is JSON, cannot hold. */
static void
check_text(const struct run_options *o, const char *what, const char *text)
{
	if (text != NULL && !text_is_utf8(text, strlen(text)))
		opt_usage(&o->common, "%s is no UTF-8", what);
}

static void
read_source_topic(struct run_options *o, const char *topic)
{
	struct err err;

	if (o->from.count > 1)
		opt_usage(&o->common, "--from names one topic, or files");
	if (topic[0] == '^')
		opt_usage(&o->common, "--from kafka:%s: give the name of one topic", topic);
	if (selection_check(&topic, 1, o->group != NULL, &err) == -1)
		opt_usage(&o->common, "--from: %s", err.text);
	o->from_topic = topic;
}

void
run_options_read_source(struct run_options *o)
{
	for (size_t i = 0; i < o->from.count; i++)
		check_text(o, "--from", o->from.text[i]);
	for (size_t i = 0; i < o->from.count; i++) {
		const char *topic = sink_topic_name(o->from.text[i]);

		if (strcmp(o->from.text[i], "-") == 0)
			opt_usage(&o->common,
			    "--from -: standard input cannot be read again after a crash: "
			    "write it to a file, and read that");
		if (topic != NULL)
			read_source_topic(o, topic);
		else
			opt_read(&o->common, "--from", o->from.text[i]);
	}
}

/*
 * Refuses a wrong topic, and the source as a sink: results that come back as input would never
 * end.
 */
static void
check_sink_topic(const struct run_options *o, const char *option, const char *topic)
{
	const char *from = o->from_topic;
	size_t n = strlen(topic);

	if (n == 0 || topic[strcspn(topic, ":")] != '\0')
		opt_usage(&o->common,
		    "%s kafka:%s: needs only the name of a topic: kafka:TOPIC", option, topic);
	if (from != NULL && strncmp(from, topic, n) == 0 &&
	    (from[n] == '\0' || from[n] == ':'))
		opt_usage(&o->common, "--from and %s are the same topic, %s", option, topic);
}

/* Returns the option that names a sink. */
static const char *
option_of(size_t sink)
{
	return sink == 0 ? "--to" : "--to-by";
}

/* Refuses a file as a sink if it is also another sink or a source. */
static void
check_sink_file(const struct run_options *o, size_t sink)
{
	const char *path = o->sinks.to[sink], *option = option_of(sink);

	opt_claim(&o->common, option, path);
	for (size_t i = 0; i < o->from.count; i++)
		opt_differ(&o->common, option, path, "--from", o->from.text[i]);
	for (size_t i = 0; i < sink; i++)
		if (sink_is_file(o->sinks.to[i]))
			opt_differ(&o->common, option, path, option_of(i), o->sinks.to[i]);
}

static void
read_sinks(struct run_options *o)
{
	struct sink_names *sinks = &o->sinks;
	struct err err;

	(void)sink_names_add(sinks, o->to, &err);
	for (size_t i = 0; i < o->to_by.count; i++) {
		check_text(o, "--to-by", o->to_by.text[i]);
		if (sink_names_add_rule(sinks, o->to_by.text[i], &err) == -1)
			opt_usage(&o->common, "--to-by %s: %s", o->to_by.text[i], err.text);
	}
	for (size_t i = 0; i < sinks->count; i++) {
		const char *topic = sink_topic_name(sinks->to[i]);

		if (topic != NULL)
			check_sink_topic(o, option_of(i), topic);
		else if (sink_is_file(sinks->to[i]))
			check_sink_file(o, i);
	}
	o->to_topic = sink_names_topic(sinks);
}

/*
 * Refuses sinks that a group cannot fence: a member that has lost its partitions may still write.
 */
static void
check_group(const struct run_options *o)
{
	static const char why[] =
	    "does not go with -G: a file cannot refuse a member that the group has given up";

	if (o->group == NULL)
		return;
	for (size_t i = 0; i < o->sinks.count; i++)
		if (sink_topic_name(o->sinks.to[i]) == NULL &&
		    strcmp(o->sinks.to[i], "null") != 0)
			opt_usage(&o->common, "%s %s %s", option_of(i), o->sinks.to[i], why);
	if (o->common.rejects != NULL && o->rejects_topic == NULL)
		opt_usage(&o->common, "--rejects FILE %s; --rejects kafka:TOPIC can", why);
}

/* Reads --rejects: bad lines can go to a topic only within the transactions of results. */
static void
read_rejects(struct run_options *o)
{
	const char *topic =
	    o->common.rejects == NULL ? NULL : sink_topic_name(o->common.rejects);

	check_text(o, "--rejects", o->common.rejects);
	o->rejects_topic = topic;
	if (topic == NULL)
		return;
	check_sink_topic(o, "--rejects", topic);
	if (o->to_topic == NULL)
		opt_usage(&o->common,
		    "--rejects kafka:%s needs a sink that is a topic, for its transactions: "
		    "name a file",
		    topic);
	for (size_t i = 0; i < o->sinks.count; i++) {
		const char *sink = sink_topic_name(o->sinks.to[i]);

		if (sink != NULL && strcmp(sink, topic) == 0)
			opt_usage(&o->common, "--rejects and %s are the same topic, %s",
			    option_of(i), topic);
	}
}

void
run_options_read_sinks(struct run_options *o)
{
	read_sinks(o);
	read_rejects(o);
	check_group(o);
}

bool
run_options_order(const struct run_options *o)
{
	for (size_t i = 0; i < o->sinks.count; i++)
		if (sink_is_file(o->sinks.to[i]) || strcmp(o->sinks.to[i], "-") == 0)
			return true;
	return o->to_topic == NULL;
}
