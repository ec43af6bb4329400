#ifndef SML_REFILL_H
#define SML_REFILL_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * If a broker's thread finds a queue full, it sleeps for a second, or until it has a request to
 * send. So we send a request when half of the queue is left, without waiting for the answer.
 */

/*
 * Returns whether a queue that now holds queued messages has held twice as many, and at least
 * least, since this was last true.  most: for this function; 0 at first.
 */
bool refill_due(size_t queued, size_t least, size_t *most);

/* Sends that request: it asks for the ends of these partitions, and overwrites their offsets. */
void refill_ask(rd_kafka_t *, rd_kafka_topic_partition_list_t *);

#endif
