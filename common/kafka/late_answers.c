/* Finds out whether a request of a transaction may still be under way. */
#include "kafka/late_answers.h"

/* Returns whether a request changes a transaction. */
static bool
changes(int16_t key)
{
	enum {
		PRODUCE = 0,
		ADD_PARTITIONS_TO_TXN = 24,
		ADD_OFFSETS_TO_TXN = 25,
		END_TXN = 26,
		TXN_OFFSET_COMMIT = 28
	};

	return key == PRODUCE || key == ADD_PARTITIONS_TO_TXN || key == ADD_OFFSETS_TO_TXN ||
	    key == END_TXN || key == TXN_OFFSET_COMMIT;
}

/* The functions below are called on librdkafka's threads. */
static rd_kafka_resp_err_t
note_thread(rd_kafka_t *handle, rd_kafka_thread_type_t type, const char *name, void *owner)
{
	struct late_answers *a = owner;

	(void)handle, (void)name;
	if (type == RD_KAFKA_THREAD_MAIN)
		atomic_store(&a->main, pthread_self());
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t
count_request(rd_kafka_t *handle, int socket, const char *broker, int32_t id, int16_t key,
    int16_t version, int32_t number, size_t size, void *owner)
{
	struct late_answers *a = owner;

	(void)handle, (void)socket, (void)broker, (void)id, (void)version, (void)number;
	(void)size;
	if (changes(key))
		atomic_fetch_add(&a->sent, 1);
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/*
 * Counts answers without an error; a time-out or a broken connection is reported as an answer
 * with an error.  A broker's thread may pass an answer to the main thread, which reports it a
 * second time: that is not counted.
 */
static rd_kafka_resp_err_t
count_answer(rd_kafka_t *handle, int socket, const char *broker, int32_t id, int16_t key,
    int16_t version, int32_t number, size_t size, int64_t us, rd_kafka_resp_err_t code,
    void *owner)
{
	struct late_answers *a = owner;

	(void)handle, (void)socket, (void)broker, (void)id, (void)version, (void)number;
	(void)size, (void)us;
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR && changes(key) &&
	    !pthread_equal(pthread_self(), atomic_load(&a->main)))
		atomic_fetch_add(&a->answered, 1);
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* NOLINTBEGIN(readability-non-const-parameter): librdkafka's type */
static rd_kafka_resp_err_t
watch(rd_kafka_t *handle, const rd_kafka_conf_t *conf, void *owner, char *why, size_t room)
{
	static const char name[] = "sml";

	(void)conf, (void)why, (void)room;
	(void)rd_kafka_interceptor_add_on_thread_start(handle, name, note_thread, owner);
	(void)rd_kafka_interceptor_add_on_request_sent(handle, name, count_request, owner);
	return rd_kafka_interceptor_add_on_response_received(handle, name, count_answer,
	    owner);
}
/* NOLINTEND(readability-non-const-parameter) */

void
late_answers_watch(struct late_answers *a, rd_kafka_conf_t *conf)
{
	atomic_store(&a->sent, 0);
	atomic_store(&a->answered, 0);
	(void)rd_kafka_conf_interceptor_add_on_new(conf, "sml", watch, a);
}

bool
late_answers_any(struct late_answers *a)
{
	return atomic_load(&a->sent) != atomic_load(&a->answered);
}
