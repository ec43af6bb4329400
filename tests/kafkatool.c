/*
 * kafkatool: what the tests ask of a Kafka broker and smlkafka does not do.
 *
 *	kafkatool BROKERS topic NAME PARTITIONS [REPLICAS [KEY=VALUE ...]]	makes a topic
 *	kafkatool BROKERS drop NAME			removes it
 *	kafkatool BROKERS transact TOPIC PARTITION commit|abort VALUE ...	writes in a transaction
 */
#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT = 20000 }; /* ms */

_Noreturn static void
die(const char *what, const char *why)
{
	(void)fprintf(stderr, "kafkatool: %s: %s\n", what, why);
	exit(1);
}

static void
check(rd_kafka_error_t *error, const char *what)
{
	if (error != NULL)
		die(what, rd_kafka_error_string(error));
}

static rd_kafka_t *
connect_to(const char *brokers, bool transactional)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char why[512];
	rd_kafka_t *kafka;

	rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0);
	if (transactional)
		rd_kafka_conf_set(conf, "transactional.id", "kafkatool", NULL, 0);
	kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
	if (kafka == NULL)
		die("cannot start", why);
	return kafka;
}

/* The one result of an admin request, which must be a success. */
static void
finish(rd_kafka_queue_t *queue, bool created)
{
	rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 2 * TIMEOUT);
	const rd_kafka_topic_result_t **results;
	size_t n = 0;

	if (event == NULL)
		die("topic", "no answer");
	if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
		die("topic", rd_kafka_event_error_string(event));
	results = created ?
	    rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event),
		&n) :
	    rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &n);
	for (size_t i = 0; i < n; i++)
		if (rd_kafka_topic_result_error(results[i]) != RD_KAFKA_RESP_ERR_NO_ERROR)
			die(rd_kafka_topic_result_name(results[i]),
			    rd_kafka_topic_result_error_string(results[i]));
	rd_kafka_event_destroy(event);
}

static void
make_topic(rd_kafka_t *kafka, rd_kafka_queue_t *queue, int argc, char **argv)
{
	int replicas = argc > 2 ? atoi(argv[2]) : 1;
	char why[512];
	rd_kafka_NewTopic_t *topic =
	    rd_kafka_NewTopic_new(argv[0], atoi(argv[1]), replicas, why, sizeof why);
	rd_kafka_AdminOptions_t *options =
	    rd_kafka_AdminOptions_new(kafka, RD_KAFKA_ADMIN_OP_CREATETOPICS);

	if (topic == NULL)
		die(argv[0], why);
	for (int i = 3; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value == NULL)
			die(argv[i], "no KEY=VALUE");
		*value++ = '\0';
		rd_kafka_NewTopic_set_config(topic, argv[i], value);
	}
	/* Until every broker knows of it. */
	rd_kafka_AdminOptions_set_operation_timeout(options, TIMEOUT, NULL, 0);
	rd_kafka_CreateTopics(kafka, &topic, 1, options, queue);
	finish(queue, true);
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_NewTopic_destroy(topic);
}

static void
drop_topic(rd_kafka_t *kafka, rd_kafka_queue_t *queue, const char *name)
{
	rd_kafka_DeleteTopic_t *topic = rd_kafka_DeleteTopic_new(name);

	rd_kafka_DeleteTopics(kafka, &topic, 1, NULL, queue);
	finish(queue, false);
	rd_kafka_DeleteTopic_destroy(topic);
}

static void
transact(rd_kafka_t *kafka, int argc, char **argv)
{
	bool commit = strcmp(argv[2], "commit") == 0;
	rd_kafka_topic_t *topic = rd_kafka_topic_new(kafka, argv[0], NULL);

	check(rd_kafka_init_transactions(kafka, TIMEOUT), "init");
	check(rd_kafka_begin_transaction(kafka), "begin");
	for (int i = 3; i < argc; i++)
		if (rd_kafka_produce(topic, atoi(argv[1]), RD_KAFKA_MSG_F_COPY, argv[i],
			strlen(argv[i]), NULL, 0, NULL) == -1)
			die("produce", rd_kafka_err2str(rd_kafka_last_error()));
	/* What is to be aborted must have reached the log. */
	if (rd_kafka_flush(kafka, TIMEOUT) != RD_KAFKA_RESP_ERR_NO_ERROR)
		die("flush", "time-out");
	check(commit ? rd_kafka_commit_transaction(kafka, TIMEOUT) :
		       rd_kafka_abort_transaction(kafka, TIMEOUT),
	    argv[2]);
	rd_kafka_topic_destroy(topic);
}

int
main(int argc, char **argv)
{
	const char *command = argc > 3 ? argv[2] : "";
	rd_kafka_t *kafka =
	    connect_to(argc > 1 ? argv[1] : "", strcmp(command, "transact") == 0);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka);

	if (strcmp(command, "topic") == 0 && argc > 4)
		make_topic(kafka, queue, argc - 3, argv + 3);
	else if (strcmp(command, "drop") == 0)
		drop_topic(kafka, queue, argv[3]);
	else if (strcmp(command, "transact") == 0 && argc > 6)
		transact(kafka, argc - 3, argv + 3);
	else
		die("usage", "see the first lines of tests/kafkatool.c");
	rd_kafka_queue_destroy(queue);
	rd_kafka_destroy(kafka);
	return 0;
}
