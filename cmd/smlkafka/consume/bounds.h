#ifndef SML_BOUNDS_H
#define SML_BOUNDS_H

#include "consume/consume.h"

/*
 * Readies the sources of partitions (source_begin): the group's offset or that
 * of -o to begin at, which the list has afterwards, and the end that -e and
 * --until make.  Asks the brokers, all partitions of each at once.
 */
int bounds_begin(struct consume *, rd_kafka_topic_partition_list_t *, struct err *);

#endif
