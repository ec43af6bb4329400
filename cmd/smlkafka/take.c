/* A message becomes a line, or a reject. */
#include <stdio.h>
#include <string.h>

#include "consume.h"
#include "envelope_write.h"

/* Where a message stands: TOPIC:PARTITION:OFFSET, and the byte of its value. */
static void
say(struct consume *c, const rd_kafka_message_t *m, size_t byte, const struct err *err)
{
	char source[320];
	struct place place = { .source = source, .line = byte };

	(void)snprintf(source, sizeof source, "%s:%d:%lld", rd_kafka_topic_name(m->rkt),
	    m->partition, (long long)m->offset);
	diag_error(c->options.common.diag, &place, "%s", err->text);
}

/* A message that is no record. */
static void
reject(struct consume *c, struct source *source, const rd_kafka_message_t *m, size_t byte,
    const struct err *err)
{
	struct side *rejects = &c->output.rejects;
	struct err failure;

	if (err->memory) {
		consume_fail(c, err);
		return;
	}
	if (!rejects->open) {
		say(c, m, byte, err);
		c->output.status = EXIT_FAILED;
		c->failed = true;
		return;
	}
	envelope_write(&rejects->out, m, err->text, false);
	if (side_line(rejects, &failure) == -1)
		consume_fail(c, &failure);
	source_take(&c->sources, source, m->offset);
}

/* Whether the format can show the message. */
static int
check(struct consume *c, const rd_kafka_message_t *m, size_t *byte, struct err *err)
{
	const struct consume_options *o = &c->options;

	switch (o->format) {
	case CONSUME_VALUE:
		return payload_check_object(&c->payload, m->payload, m->len, o->carried == 0,
		    byte, err);
	case CONSUME_RECORD:
		return payload_check_json(&c->payload, m->payload, m->len, byte, err);
	default:
		*byte = 0;
		return 0;
	}
}

static void
write_message(struct consume *c, const rd_kafka_message_t *m)
{
	struct out *out = &c->output.out;
	struct err err;
	bool value = c->options.format == CONSUME_VALUE;

	/* A write that makes room would wait for the reader. */
	if (out_grow(out, value ? m->len + 1 : envelope_size(m, NULL)) == -1) {
		(void)err_memory(&err);
		consume_fail(c, &err);
		return;
	}
	if (value) {
		envelope_line(out, m->payload, m->len);
		out_write(out, "\n", 1);
	} else {
		envelope_write(out, m, NULL, c->options.format == CONSUME_RECORD);
	}
	c->records++;
	c->bytes += m->len;
}

/* A message of --until's time or later ends its partition. */
static bool
is_late(const struct consume *c, const rd_kafka_message_t *m)
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
		err_set(&err, NULL, "topic %s, partition %d: offset %lld is not there",
		    rd_kafka_topic_name(m->rkt), m->partition, (long long)m->offset);
		break;
	default:
		(void)snprintf(what, sizeof what, "%s%s",
		    m->rkt != NULL ? "topic " : "consuming",
		    m->rkt != NULL ? rd_kafka_topic_name(m->rkt) : "");
		client_fail(m->err, what, &err);
		/* A broker that is away comes back, or client_check tells. */
		if (err.away)
			return;
	}
	consume_fail(c, &err);
}

/* Whether the message is one that is not wanted: of nobody, or from the end on. */
static bool
is_beyond(struct consume *c, const rd_kafka_message_t *m)
{
	struct source *source = sources_of(&c->sources, m);

	if (source == NULL || !source_admits(&c->sources, source, m->offset))
		return true;
	if (source->end != SOURCE_ENDLESS || !is_late(c, m))
		return false;
	source_cut(&c->sources, source, m->offset);
	return true;
}

bool
take_event(struct consume *c, const rd_kafka_message_t *m)
{
	struct source *source;

	if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR)
		return is_beyond(c, m);
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
	struct err err = { 0 };
	size_t byte;

	if (check(c, m, &byte, &err) == -1) {
		reject(c, source, m, byte, &err);
		return;
	}
	write_message(c, m);
	if (!c->failed)
		source_take(&c->sources, source, m->offset);
}
