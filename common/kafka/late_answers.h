#ifndef SML_LATE_ANSWERS_H
#define SML_LATE_ANSWERS_H

#include <librdkafka/rdkafka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/*
 * Counts a producer's requests that change a transaction (Produce, AddPartitionsToTxn,
 * AddOffsetsToTxn, EndTxn, TxnOffsetCommit) and their answers.  A request without an answer
 * may still reach its broker at any time; transactions.c then makes a new producer.
 */
struct late_answers {
	_Atomic pthread_t main; /* librdkafka's main thread */
	atomic_uint_fast64_t sent, answered;
};

/* Resets the counts for the producer that conf will make.  The struct must outlive it. */
void late_answers_watch(struct late_answers *, rd_kafka_conf_t *);

/* Returns whether an answer is still missing. */
bool late_answers_any(struct late_answers *);

#endif
