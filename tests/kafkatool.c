/*
 * kafkatool: what the tests need of a Kafka broker, and smlkafka cannot do.
 *
 *	kafkatool BROKERS topic NAME PARTITIONS [REPLICAS [KEY=VALUE ...]]	makes a topic
 *	kafkatool BROKERS drop NAME			removes it
 *	kafkatool BROKERS grow NAME PARTITIONS		gives it more of them
 *	kafkatool BROKERS trim NAME PARTITION OFFSET	deletes what is before
 *	kafkatool BROKERS commit GROUP NAME PARTITION OFFSET	whatever the partition holds
 *	kafkatool BROKERS transact TOPIC PARTITION commit|abort VALUE ...	writes in a transaction
 *	kafkatool BROKERS marked TOPIC PARTITIONS	waits until the transactions that are over are marked so
 *
 * What a broker cannot do yet is requested again, for two minutes.  When the tool ends, each
 * of BROKERS knows of the change to a topic.
 */
#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * A request waits TIMEOUT ms for its answer.  It is repeated until the tool has run DEADLINE
 * s.
 */
enum { TIMEOUT = 20000, DEADLINE = 120 };

_Noreturn static void
die(const char *what, const char *why)
{
	(void)fprintf(stderr, "kafkatool: %s: %s\n", what, why);
	exit(1);
}

/*
 * Returns whether an error may pass soon: brokers have just started, or were too busy to show
 * that they are alive.
 */
static bool
passes(rd_kafka_resp_err_t code)
{
	switch ((int)code) {
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__WAIT_COORD:
	case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
	case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
	case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
	case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
	case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
	case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
		return true;
	default:
		return false;
	}
}

/*
 * Returns true if something is to be tried again after this error, false if there was no
 * error; for any other error it ends the tool.
 */
static bool
again(rd_kafka_resp_err_t code, const char *what, const char *why)
{
	static time_t began;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (began == 0)
		began = now.tv_sec;
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		return false;
	if (!passes(code) || now.tv_sec - began >= DEADLINE)
		die(what, why);
	(void)usleep(100000);
	return true;
}

static void
check(rd_kafka_error_t *error, const char *what)
{
	if (error != NULL)
		die(what, rd_kafka_error_string(error));
}

/* Returns a consumer in a group, or a producer if group is NULL. */
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

static rd_kafka_AdminOptions_t *
options_of(rd_kafka_t *kafka, rd_kafka_admin_op_t operation)
{
	rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(kafka, operation);

	rd_kafka_AdminOptions_set_request_timeout(options, TIMEOUT, NULL, 0);
	return options;
}

/*
 * Returns whether a request that changes a topic must be repeated.  The error `done` counts
 * as success, because an earlier answer may have been lost.
 */
static bool
ask_again(rd_kafka_queue_t *queue, rd_kafka_resp_err_t done)
{
	static bool asked;
	rd_kafka_event_t *event = rd_kafka_queue_poll(queue, -1);
	rd_kafka_resp_err_t code = rd_kafka_event_error(event);
	const char *name = "topic", *why = rd_kafka_event_error_string(event);
	const rd_kafka_topic_result_t **results = NULL;
	size_t n = 0;
	bool more;

	switch (rd_kafka_event_type(event)) {
	case RD_KAFKA_EVENT_CREATETOPICS_RESULT:
		results =
		    rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(
							    event),
			&n);
		break;
	case RD_KAFKA_EVENT_DELETETOPICS_RESULT:
		results =
		    rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(
							    event),
			&n);
		break;
	default:
		results = rd_kafka_CreatePartitions_result_topics(
		    rd_kafka_event_CreatePartitions_result(event), &n);
	}
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR && n > 0) {
		code = rd_kafka_topic_result_error(results[0]);
		name = rd_kafka_topic_result_name(results[0]);
		why = rd_kafka_topic_result_error_string(results[0]);
	}
	more = !(asked && code == done) && again(code, name, why);
	asked = true;
	rd_kafka_event_destroy(event);
	return more;
}

/*
 * Returns what one broker knows of a topic: no error if the topic has this number of
 * partitions with leaders, or, for 0, does not exist.
 */
static rd_kafka_resp_err_t
known(const char *broker, const char *name, int partitions)
{
	rd_kafka_t *kafka = connect_to(broker, false, NULL);
	rd_kafka_topic_t *topic = rd_kafka_topic_new(kafka, name, NULL);
	const struct rd_kafka_metadata *all = NULL;
	rd_kafka_resp_err_t code = rd_kafka_metadata(kafka, 0, topic, &all, TIMEOUT / 4);

	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		const rd_kafka_metadata_topic_t *it = &all->topics[0];
		bool is_there = all->topic_cnt == 1 && it->err == RD_KAFKA_RESP_ERR_NO_ERROR;
		bool right = is_there ? it->partition_cnt == partitions : partitions == 0;

		for (int i = 0; is_there && i < it->partition_cnt; i++)
			right = right && it->partitions[i].leader >= 0;
		if (!right)
			code = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
		rd_kafka_metadata_destroy(all);
	}
	rd_kafka_topic_destroy(topic);
	rd_kafka_destroy(kafka);
	return code;
}

/*
 * Waits until each of the brokers knows of a change.  A new handle asks the broker that it is
 * given.
 */
static void
await_all(const char *brokers, const char *name, int partitions)
{
	char *list = strdup(brokers), *rest = list, *broker;
	rd_kafka_resp_err_t code;

	while ((broker = strsep(&rest, ",")) != NULL)
		do
			code = known(broker, name, partitions);
		while (again(code, name, "a broker has not heard of it"));
	free(list);
}

static void
make_topic(rd_kafka_t *kafka, rd_kafka_queue_t *queue, int argc, char **argv)
{
	int replicas = argc > 2 ? atoi(argv[2]) : 1;
	char why[512];
	rd_kafka_NewTopic_t *topic =
	    rd_kafka_NewTopic_new(argv[0], atoi(argv[1]), replicas, why, sizeof why);
	rd_kafka_AdminOptions_t *options = options_of(kafka, RD_KAFKA_ADMIN_OP_CREATETOPICS);

	if (topic == NULL)
		die(argv[0], why);
	for (int i = 3; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value == NULL)
			die(argv[i], "no KEY=VALUE");
		*value++ = '\0';
		rd_kafka_NewTopic_set_config(topic, argv[i], value);
	}
	do
		rd_kafka_CreateTopics(kafka, &topic, 1, options, queue);
	while (ask_again(queue, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS));
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_NewTopic_destroy(topic);
}

static void
drop_topic(rd_kafka_t *kafka, rd_kafka_queue_t *queue, const char *name)
{
	rd_kafka_DeleteTopic_t *topic = rd_kafka_DeleteTopic_new(name);
	rd_kafka_AdminOptions_t *options = options_of(kafka, RD_KAFKA_ADMIN_OP_DELETETOPICS);

	do
		rd_kafka_DeleteTopics(kafka, &topic, 1, options, queue);
	while (ask_again(queue, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART));
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_DeleteTopic_destroy(topic);
}

static void
grow_topic(rd_kafka_t *kafka, rd_kafka_queue_t *queue, char **argv)
{
	char why[512];
	rd_kafka_NewPartitions_t *more =
	    rd_kafka_NewPartitions_new(argv[0], (size_t)atoi(argv[1]), why, sizeof why);
	rd_kafka_AdminOptions_t *options =
	    options_of(kafka, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS);

	if (more == NULL)
		die(argv[0], why);
	do
		rd_kafka_CreatePartitions(kafka, &more, 1, options, queue);
	while (ask_again(queue, RD_KAFKA_RESP_ERR_INVALID_PARTITIONS));
	rd_kafka_AdminOptions_destroy(options);
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
	rd_kafka_AdminOptions_t *options = options_of(kafka, RD_KAFKA_ADMIN_OP_DELETERECORDS);
	rd_kafka_resp_err_t code;

	do {
		rd_kafka_event_t *event;

		rd_kafka_DeleteRecords(kafka, &records, 1, options, queue);
		event = rd_kafka_queue_poll(queue, -1);
		code = rd_kafka_event_error(event);
		if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
			code = rd_kafka_DeleteRecords_result_offsets(
			    rd_kafka_event_DeleteRecords_result(event))
				   ->elems[0]
				   .err;
		rd_kafka_event_destroy(event);
	} while (again(code, argv[0], rd_kafka_err2str(code)));
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_DeleteRecords_destroy(records);
	rd_kafka_topic_partition_list_destroy(list);
}

static void
commit_offset(rd_kafka_t *kafka, char **argv)
{
	rd_kafka_topic_partition_list_t *list = place(argv[1], argv[2], argv[3]);
	rd_kafka_resp_err_t code;

	do
		code = rd_kafka_commit(kafka, list, 0);
	while (again(code, "commit", rd_kafka_err2str(code)));
	rd_kafka_topic_partition_list_destroy(list);
}

/* Returns where a partition ends for readers with this isolation.level. */
static int64_t
end_of(const char *brokers, const char *isolation, const char *topic, int partition)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	int64_t low, high = -1;
	rd_kafka_resp_err_t code;
	rd_kafka_t *kafka;

	rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0);
	rd_kafka_conf_set(conf, "isolation.level", isolation, NULL, 0);
	kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, NULL, 0);
	do
		code = rd_kafka_query_watermark_offsets(kafka, topic, partition, &low, &high,
		    TIMEOUT);
	while (again(code, topic, rd_kafka_err2str(code)));
	rd_kafka_destroy(kafka);
	return high;
}

/*
 * Waits for the marker in a partition: it comes a little after the broker has reported the
 * end of the transaction.
 */
static void
await_mark(const char *brokers, const char *topic, int partition)
{
	while (end_of(brokers, "read_committed", topic, partition) <
	    end_of(brokers, "read_uncommitted", topic, partition))
		(void)again(RD_KAFKA_RESP_ERR__TIMED_OUT, topic, "it is still open");
}

static void
transact(rd_kafka_t *kafka, int argc, char **argv)
{
	bool commit = strcmp(argv[2], "commit") == 0;
	rd_kafka_topic_t *topic = rd_kafka_topic_new(kafka, argv[0], NULL);
	rd_kafka_error_t *error;
	rd_kafka_resp_err_t code;

	do {
		error = rd_kafka_init_transactions(kafka, TIMEOUT);
		code = rd_kafka_error_is_retriable(error) ? RD_KAFKA_RESP_ERR__TIMED_OUT :
							    rd_kafka_error_code(error);
	} while (again(code, "init", error == NULL ? "" : rd_kafka_error_string(error)));
	check(rd_kafka_begin_transaction(kafka), "begin");
	for (int i = 3; i < argc; i++)
		if (rd_kafka_produce(topic, atoi(argv[1]), RD_KAFKA_MSG_F_COPY, argv[i],
			strlen(argv[i]), NULL, 0, NULL) == -1)
			die("produce", rd_kafka_err2str(rd_kafka_last_error()));
	/* Messages that will be aborted must be in the log first. */
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

	if (strcmp(command, "topic") == 0 && argc > 4) {
		make_topic(kafka, queue, argc - 3, argv + 3);
		await_all(argv[1], argv[3], atoi(argv[4]));
	} else if (strcmp(command, "drop") == 0) {
		drop_topic(kafka, queue, argv[3]);
		await_all(argv[1], argv[3], 0);
	} else if (strcmp(command, "grow") == 0 && argc == 5) {
		grow_topic(kafka, queue, argv + 3);
		await_all(argv[1], argv[3], atoi(argv[4]));
	} else if (strcmp(command, "trim") == 0 && argc == 6)
		trim_partition(kafka, queue, argv + 3);
	else if (strcmp(command, "commit") == 0 && argc == 7)
		commit_offset(kafka, argv + 3);
	else if (strcmp(command, "transact") == 0 && argc > 6) {
		transact(kafka, argc - 3, argv + 3);
		await_mark(argv[1], argv[3], atoi(argv[4]));
	} else if (strcmp(command, "marked") == 0 && argc == 5)
		for (int i = 0; i < atoi(argv[4]); i++)
			await_mark(argv[1], argv[3], i);
	else
		die("usage", "see the first lines of tests/kafkatool.c");
	rd_kafka_queue_destroy(queue);
	rd_kafka_destroy(kafka);
	return 0;
}
