/* smlkafka produce: sends records to topics, and waits until each is acknowledged. */
#include <string.h>

#include "command/broker_rows.h"
#include "cli/kafka/brokers.h"
#include "command/commands.h"
#include "produce/delivery.h"
#include "produce/sender.h"
#include "produce/batching.h"
#include "produce/message_reader.h"
#include "produce/topic_cache.h"

enum { FORMAT = 1 }; /* of the snapshots */

#define MINUTE INT64_C(60000000000)

struct produce_options {
	struct common common;
	struct broker_options brokers;
	struct message_options message;
	int carry;
};

enum { CARRY_NOTHING = -1, CARRY_MODEL };

#define AT(member) offsetof(struct produce_options, member)

static const struct opt options[] = {
	BROKER_OPTIONS(struct produce_options, brokers),
	{ 't', "topic", "TOPIC", OPT_TEXT, AT(message.topic), OPT_COMPARED,
	    "write to this topic", 0, 0 },
	{ 0, "topic-field", "FIELD", OPT_TEXT, AT(message.topic_field), OPT_COMPARED,
	    "write to the topic that this field names", 0, 0 },
	{ 'k', "key", "FIELD", OPT_TEXT, AT(common.key), OPT_COMPARED,
	    "the message's key: a string's text, or JSON", 0, 0 },
	{ 0, "partition", "FIELD", OPT_TEXT, AT(message.partition), OPT_COMPARED,
	    "its partition; without one the key decides", 0, 0 },
	{ 0, "header", "NAME=FIELD", OPT_LIST, AT(message.headers), OPT_COMPARED,
	    "a header with the value of this field", 0, 0 },
	{ 0, "format", MESSAGE_FORMATS, OPT_CHOICE, AT(message.format), OPT_COMPARED,
	    "a record is a value or an envelope", 0, 0 },
	{ 0, "carry", "model", OPT_CHOICE, AT(carry), OPT_COMPARED,
	    "write control lines that hold models to the topic too", 0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli produce_cli = {
	.tool = "smlkafka",
	.command = "produce",
	.what = "write records to topics, until all are acknowledged",
	.operands = "[file ...]",
	.options = options,
	.common = COMMON_INPUT | COMMON_TIME | COMMON_REJECTS | COMMON_STATE | COMMON_DEFAULT |
	    COMMON_TIMEOUT | COMMON_CONTROL_LINES | COMMON_SINK,
};

/*
 * We limit how long a record may take: librdkafka would also count the time for which it waits
 * for other records.
 */
static const struct client_setting settings[] = {
	MESSAGE_SETTINGS,
	{ "linger.ms", "50", false },
	{ "message.timeout.ms", "0", true },
	{ NULL, NULL, false },
};

struct producer {
	struct produce_options options;
	struct fields *fields;
	struct message_reader reader;
	struct record again; /* the record that is being sent once more */
	struct client client;
	struct topic_cache topics;
	rd_kafka_topic_t *topic; /* the topic of -t; owned by topics */
	struct delivery delivery;
	struct batching batching;
	struct sender sender;
	struct statistics statistics;
	struct stat_row rows[3 + BROKER_ROWS + 1];
	struct stream *stream;
};

static int
take_statistics(rd_kafka_t *handle, char *json, size_t n, void *opaque)
{
	struct client *client = opaque;
	struct producer *p = client->owner;

	(void)handle;
	statistics_read(&p->statistics, json, n);
	return 0;
}

/* Refuses a parcel because of an error in its record, which was parsed elsewhere. */
static void
refuse(struct parcel *parcel, struct value record, struct err *err)
{
	if (err->at != NULL && err->at >= record.p && err->at <= record.p + record.len)
		err->at = parcel_object(parcel) + (err->at - record.p);
	else
		err->at = NULL;
	delivery_refuse(parcel, err);
}

/* Sends a record whose line is in the parcel. */
static void
send_record(struct producer *p, struct parcel *parcel, const struct record *record)
{
	rd_kafka_topic_t *topic = NULL;
	struct message message;
	struct err err;

	if (message_read(&p->reader, record, &message, &err) == 0)
		topic = message.topic.p == p->options.message.topic ?
		    p->topic :
		    topic_cache_find(&p->topics, message.topic, &err);
	if (topic == NULL)
		refuse(parcel, record->object, &err);
	else
		sender_send(&p->sender, topic, parcel, &message, record->object);
}

/* Sends a control line to the topic of -t, as a message without a key. */
static void
send_control(struct producer *p, struct parcel *parcel, struct value line)
{
	const struct message message = { .partition = -1, .value = { line.p, line.len } };

	sender_send(&p->sender, p->topic, parcel, &message, line);
}

static void
send_again(void *owner, struct parcel *parcel)
{
	struct producer *p = owner;
	struct err err;

	if (held_parse(&parcel->held, &p->again, p->fields, &err) == -1)
		delivery_refuse(parcel, &err);
	else if (value_is_control(p->again.object))
		send_control(p, parcel, p->again.object);
	else
		send_record(p, parcel, &p->again);
	sender_flush(&p->sender);
}

static bool
is_carried(const struct producer *p, struct value line)
{
	return p->options.carry == CARRY_MODEL &&
	    value_is(value_member(line, "$sml"), "model", strlen("model"));
}

/* Takes a parcel for the current line; NULL: the run is over. */
static struct parcel *
take_line(struct producer *p)
{
	if (delivery_is_full(&p->delivery))
		sender_flush(&p->sender);
	batching_taken(&p->batching);
	return delivery_take(&p->delivery);
}

static void
take_event(struct producer *p, enum stream_event event)
{
	struct parcel *parcel = NULL;

	if (event != STREAM_RECORD)
		sender_flush(&p->sender);
	switch (event) {
	case STREAM_RECORD:
		parcel = take_line(p);
		if (parcel != NULL)
			send_record(p, parcel, stream_record(p->stream));
		break;
	case STREAM_CONTROL:
		if (is_carried(p, stream_control(p->stream)))
			parcel = take_line(p);
		if (parcel != NULL)
			send_control(p, parcel, stream_control(p->stream));
		break;
	case STREAM_READY:
		batching_ready(&p->batching);
		break;
	case STREAM_DRAIN:
		delivery_drain(&p->delivery);
		break;
	default: /* the only state is the place in the input */
		break;
	}
}

static void
count(struct producer *p)
{
	struct stat_row *row = p->rows;

	*row++ = (struct stat_row){ "acknowledged", STAT_COUNT, &p->delivery.acknowledged,
		"Records that the brokers have acknowledged.", NULL };
	*row++ = (struct stat_row){ "bytes", STAT_COUNT, &p->delivery.bytes,
		"Bytes of keys and values in them.", NULL };
	*row++ = (struct stat_row){ "queued_records", STAT_GAUGE, &p->delivery.in_flight,
		"Records that were read and are not acknowledged yet.", NULL };
	*broker_rows(row, &p->statistics) = (struct stat_row){ 0 };
}

/* Checks the texts of the options. */
static void
open_options(struct producer *p)
{
	struct produce_options *o = &p->options;
	struct err err;

	p->fields = fields_new();
	if (p->fields == NULL)
		diag_die(o->common.diag, EXIT_FAILED, "out of memory");
	if (message_open(&p->reader, &o->message, &o->common, p->fields, &err) == -1)
		opt_refuse(&o->common, &err);
	if (o->carry == CARRY_MODEL && o->message.topic == NULL)
		opt_usage(&o->common, "--carry model needs -t: the topic of the models");
	brokers_configure(&p->client, &o->common, &o->brokers, settings);
	rd_kafka_conf_set_dr_msg_cb(p->client.conf, delivery_answer);
	if (o->common.metrics != NULL)
		broker_rows_measure(p->client.conf, take_statistics);
	p->client.owner = p;
}

/* Connects before anything is read or written. Returns -1 if the brokers refuse. */
static int
open_topics(struct producer *p, struct err *err)
{
	const char *name = p->options.message.topic;

	if (client_start(&p->client, RD_KAFKA_PRODUCER, err) == -1 ||
	    topic_cache_open(&p->topics, &p->client, err) == -1)
		return -1;
	if (name != NULL)
		p->topic =
		    topic_cache_find(&p->topics, (struct bytes){ name, strlen(name) }, err);
	return name != NULL && p->topic == NULL ? -1 : 0;
}

static int
open_delivery(struct producer *p, struct err *err)
{
	if (delivery_open(&p->delivery, &p->client, p->stream, send_again, p, err) == -1 ||
	    batching_open(&p->batching, &p->delivery, err) == -1)
		return -1;
	p->sender.handle = p->client.handle;
	return record_open(&p->again, p->fields, (unsigned int)p->options.common.max_depth,
	    err);
}

static void
close_all(struct producer *p)
{
	topic_cache_close(&p->topics);
	client_close(&p->client);
	batching_close(&p->batching);
	delivery_close(&p->delivery);
	record_close(&p->again);
	message_close(&p->reader);
	fields_free(p->fields);
	opt_free(&produce_cli, &p->options);
}

static int
run(struct producer *p)
{
	enum stream_event event;
	struct err err;

	count(p);
	p->stream = stream_open(&p->options, p->fields, FORMAT, p->rows);
	if (p->stream != NULL && p->options.carry == CARRY_MODEL)
		stream_carry_models(p->stream);
	if (p->stream == NULL)
		return EXIT_FAILED;
	if (open_delivery(p, &err) == -1)
		stream_fail(p->stream, &err);
	while ((event = stream_next(p->stream)) != STREAM_OVER)
		take_event(p, event);
	return stream_close(p->stream);
}

int
produce_main(int argc, char **argv)
{
	struct producer p = { .options = { .common.timeout = MINUTE,
				  .carry = CARRY_NOTHING } };
	int status;
	struct err err;

	opt_parse(&produce_cli, &p.options, argc, argv);
	open_options(&p);
	output_hold();
	if (open_topics(&p, &err) == 0) {
		status = run(&p);
	} else {
		diag_error(p.options.common.diag, NULL, "%s", err.text);
		status = status_of_err(&err);
	}
	close_all(&p);
	return status;
}
