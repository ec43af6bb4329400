#ifndef SML_TAIL_H
#define SML_TAIL_H

#include "kafka/peek.h"

/*
 * Where the last n messages of each partition begin.  low and end hold the
 * same partitions with their first offsets and their ends; from gets the
 * offsets (low's where there are not as many).  Messages are what the reader,
 * a consumer with peek_settings, gets at its isolation level: it walks back
 * over markers of transactions, aborted messages and gaps until n are there.
 */
int tail_find(struct client *reader, const rd_kafka_topic_partition_list_t *low,
    const rd_kafka_topic_partition_list_t *end, int64_t n,
    rd_kafka_topic_partition_list_t *from, struct err *);

#endif
