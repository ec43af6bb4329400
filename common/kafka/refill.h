#ifndef SML_REFILL_H
#define SML_REFILL_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A broker's thread that finds a queue full sleeps for a second, or until it has a request to
 * send.  So we send one while half of the queue is left, and wait for no answer.
 */

/*
 * Returns whether a queue that holds so many messages now has held twice as many, and at least
 * so many, since this was last true.  most: 0 at first.
 */
bool refill_due(size_t queued, size_t least, size_t *most);

/* Asks for the end of these partitions: their offsets are written over. */
void refill_ask(rd_kafka_t *, rd_kafka_topic_partition_list_t *);

#endif
