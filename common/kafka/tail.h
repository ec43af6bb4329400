#ifndef SML_TAIL_H
#define SML_TAIL_H

#include "kafka/peek.h"

/*
 * Finds where the last n messages of each partition begin.  low and end list the same
 * partitions, with their first offsets and their ends; from receives the offsets found (those
 * of low if there are fewer messages).  reader: a consumer with peek_settings; it goes back
 * over transaction markers, aborted messages and gaps until it has n messages at its isolation
 * level.
 */
int tail_find(struct client *reader, const rd_kafka_topic_partition_list_t *low,
    const rd_kafka_topic_partition_list_t *end, int64_t n,
    rd_kafka_topic_partition_list_t *from, struct err *);

#endif
