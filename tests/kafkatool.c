/*
 * kafkatool: what the tests ask of a Kafka broker and smlkafka does not do.
 *
 *	kafkatool BROKERS topic NAME PARTITIONS [REPLICAS [KEY=VALUE ...]]	makes a topic
 *	kafkatool BROKERS drop NAME			removes it
 *	kafkatool BROKERS grow NAME PARTITIONS		gives it more of them
 *	kafkatool BROKERS trim NAME PARTITION OFFSET	deletes what is before
 *	kafkatool BROKERS commit GROUP NAME PARTITION OFFSET	whatever the partition holds
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

/* A consumer of a group, or, where there is none, a producer. */
static rd_kafka_t *
connect_to(const char *brokers, bool transactional, const char *group)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char why[512];
	rd_kafka_t *kafka;

	rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0);
	if (transactional)
		rd_kafka_conf_set(conf, "transactional.id", "kafkatool", NULL, 0);
	if (group != NULL)
		rd_kafka_conf_set(conf, "group.id", group, NULL, 0);
	kafka = rd_kafka_new(group != NULL ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER, conf, why,
	    sizeof why);
	if (kafka == NULL)
		die("cannot start", why);
	return kafka;
}

/* The answer to an admin request. */
static rd_kafka_event_t *
answer(rd_kafka_queue_t *queue)
{
	rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 2 * TIMEOUT);

	if (event == NULL)
		die("topic", "no answer");
	if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
		die("topic", rd_kafka_event_error_string(event));
	return event;
}

/* Its results must be successes. */
static void
finish(rd_kafka_event_t *event, const rd_kafka_topic_result_t **results, size_t n)
{
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
	const rd_kafka_topic_result_t **results;
	rd_kafka_event_t *event;
	size_t n;
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
	event = answer(queue);
	results =
	    rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &n);
	finish(event, results, n);
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_NewTopic_destroy(topic);
}

static void
drop_topic(rd_kafka_t *kafka, rd_kafka_queue_t *queue, const char *name)
{
	rd_kafka_DeleteTopic_t *topic = rd_kafka_DeleteTopic_new(name);

	const rd_kafka_topic_result_t **results;
	rd_kafka_event_t *event;
	size_t n;

	rd_kafka_DeleteTopics(kafka, &topic, 1, NULL, queue);
	event = answer(queue);
	results =
	    rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &n);
	finish(event, results, n);
	rd_kafka_DeleteTopic_destroy(topic);
}

static void
grow_topic(rd_kafka_t *kafka, rd_kafka_queue_t *queue, char **argv)
{
	char why[512];
	rd_kafka_NewPartitions_t *more =
	    rd_kafka_NewPartitions_new(argv[0], (size_t)atoi(argv[1]), why, sizeof why);
	const rd_kafka_topic_result_t **results;
	rd_kafka_event_t *event;
	size_t n;

	if (more == NULL)
		die(argv[0], why);
	rd_kafka_CreatePartitions(kafka, &more, 1, NULL, queue);
	event = answer(queue);
	results =
	    rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(
							event),
		&n);
	finish(event, results, n);
	rd_kafka_NewPartitions_destroy(more);
}

static rd_kafka_topic_partition_list_t *
place(const char *topic, const char *partition, const char *offset)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

	rd_kafka_topic_partition_list_add(list, topic, atoi(partition))->offset =
	    atoll(offset);
	return list;
}

static void
trim_partition(rd_kafka_t *kafka, rd_kafka_queue_t *queue, char **argv)
{
	rd_kafka_topic_partition_list_t *list = place(argv[0], argv[1], argv[2]);
	rd_kafka_DeleteRecords_t *records = rd_kafka_DeleteRecords_new(list);

	rd_kafka_DeleteRecords(kafka, &records, 1, NULL, queue);
	rd_kafka_event_destroy(answer(queue));
	rd_kafka_DeleteRecords_destroy(records);
	rd_kafka_topic_partition_list_destroy(list);
}

static void
commit_offset(rd_kafka_t *kafka, char **argv)
{
	rd_kafka_topic_partition_list_t *list = place(argv[1], argv[2], argv[3]);
	rd_kafka_resp_err_t code = rd_kafka_commit(kafka, list, 0);

	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		die("commit", rd_kafka_err2str(code));
	rd_kafka_topic_partition_list_destroy(list);
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
	rd_kafka_t *kafka = connect_to(argc > 1 ? argv[1] : "",
	    strcmp(command, "transact") == 0, strcmp(command, "commit") == 0 ? argv[3] : NULL);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka);

	if (strcmp(command, "topic") == 0 && argc > 4)
		make_topic(kafka, queue, argc - 3, argv + 3);
	else if (strcmp(command, "drop") == 0)
		drop_topic(kafka, queue, argv[3]);
	else if (strcmp(command, "grow") == 0 && argc == 5)
		grow_topic(kafka, queue, argv + 3);
	else if (strcmp(command, "trim") == 0 && argc == 6)
		trim_partition(kafka, queue, argv + 3);
	else if (strcmp(command, "commit") == 0 && argc == 7)
		commit_offset(kafka, argv + 3);
	else if (strcmp(command, "transact") == 0 && argc > 6)
		transact(kafka, argc - 3, argv + 3);
	else
		die("usage", "see the first lines of tests/kafkatool.c");
	rd_kafka_queue_destroy(queue);
	rd_kafka_destroy(kafka);
	return 0;
}
