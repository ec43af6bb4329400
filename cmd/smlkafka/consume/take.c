/* Makes a line of a message, or rejects the message. */
#include <stdio.h>
#include <string.h>

#include "consume/consume.h"
#include "kafka/envelope_write.h"
#include "kafka/message_line.h"

/* Reports an error at a message: TOPIC:PARTITION:OFFSET, and the byte of its value. */
static void
say(struct consume *c, const rd_kafka_message_t *m, size_t byte, const struct err *err)
{
	char source[320];
	struct place place = { .source = source, .line = byte };

	(void)snprintf(source, sizeof source, "%s:%d:%lld", rd_kafka_topic_name(m->rkt),
	    m->partition, (long long)m->offset);
	diag_error(c->options.common.diag, &place, "%s", err->text);
}

/* Refuses a message that is not a record. */
static void
reject(struct consume *c, struct source *source, const rd_kafka_message_t *m, size_t byte,
    const struct err *err)
{
	struct side_file *rejects = &c->output.rejects;
	struct err failure;

	if (err->memory) {
		sink_fail(c, err);
		return;
	}
	if (!rejects->open) {
		say(c, m, byte, err);
		c->output.status = EXIT_FAILED;
		c->failed = true;
		return;
	}
	envelope_write(&rejects->out, m, err->text, false);
	if (side_file_line(rejects, &failure) == -1)
		sink_fail(c, &failure);
	source_take(&c->sources, source, m->offset);
}

/* Returns whether the message is of --until's time or later, and so ends its partition. */
static bool
is_past_until(const struct consume *c, const rd_kafka_message_t *m)
{
	return c->until.kind == POSITION_TIME &&
	    rd_kafka_message_timestamp(m, NULL) >= c->until.at;
}

static void
take_error(struct consume *c, const rd_kafka_message_t *m)
{
	char what[300];
	struct err err;

	switch (m->err) {
	case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
		diag_warn(c->options.common.diag, NULL, "%s", rd_kafka_message_errstr(m));
		return;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
		sink_forget(c, rd_kafka_topic_name(m->rkt));
		err_set(&err, NULL,
		    "topic %s, partition %d: offset %lld is not there: its messages were "
		    "deleted, or the topic was made anew (-o beginning reads all of it)",
		    rd_kafka_topic_name(m->rkt), m->partition, (long long)m->offset);
		break;
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
		/* The topic is a regular expression that matches no topic yet. */
		if (m->rkt != NULL && *rd_kafka_topic_name(m->rkt) == '^')
			return;
		__attribute__((fallthrough));
	default:
		if (m->rkt != NULL && client_is_unknown(m->err))
			sink_forget(c, rd_kafka_topic_name(m->rkt));
		(void)snprintf(what, sizeof what, "%s%s",
		    m->rkt != NULL ? "topic " : "consuming",
		    m->rkt != NULL ? rd_kafka_topic_name(m->rkt) : "");
		client_fail(m->err, what, &err);
		/* An unreachable broker comes back, or client_check ends the run. */
		if (err.unreachable)
			return;
	}
	sink_fail(c, &err);
}

/*
 * Returns whether the message is unwanted: its partition is not ours, or it is past the end.
 */
static bool
is_beyond(struct consume *c, const rd_kafka_message_t *m)
{
	struct source *source = sources_of(&c->sources, m);

	if (source == NULL || !source_admits(&c->sources, source, m->offset))
		return true;
	if (source->end != SOURCE_ENDLESS || !is_past_until(c, m))
		return false;
	source_cut(&c->sources, source, m->offset);
	return true;
}

bool
take_event(struct consume *c, const rd_kafka_message_t *m)
{
	struct source *source;

	if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		c->fetched++;
		c->fetched_bytes += m->len;
		return is_beyond(c, m);
	}
	if (m->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
		take_error(c, m);
		return true;
	}
	source = sources_of(&c->sources, m);
	if (source != NULL)
		source_reach(&c->sources, source, m->offset);
	return true;
}

void
take_message(struct consume *c, const rd_kafka_message_t *m)
{
	struct source *source = sources_of(&c->sources, m);
	struct err err;
	size_t byte;

	if (message_line_write(&c->payload, &c->output.out, m,
		(enum message_format)c->options.format, c->options.carried == 0, &byte,
		&err) == -1) {
		reject(c, source, m, byte, &err);
		return;
	}
	c->records++;
	c->bytes += m->len;
	source_take(&c->sources, source, m->offset);
}
