#ifndef SML_REFILL_H
#define SML_REFILL_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * If a broker's thread finds a queue full, it sleeps for a second, or until it has a request
 * to send.  So when a queue is down to half, we send a request, without waiting for the
 * answer.
 */

/*
 * Returns whether a queue that now holds `queued` messages has held twice as many, and at
 * least `least`, since this last returned true.  most: for this function alone; 0 at first.
 */
bool refill_due(size_t queued, size_t least, size_t *most);

/* Sends that request: asks for the ends of these partitions, which overwrite their offsets. */
void refill_ask(rd_kafka_t *, rd_kafka_topic_partition_list_t *);

#endif
