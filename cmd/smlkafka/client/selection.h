#ifndef SML_SELECTION_H
#define SML_SELECTION_H

#include "client/client.h"

/*
 * The topics and partitions that -t names: TOPIC, TOPIC:P,… or a regular
 * expression (extended, POSIX) that begins with ^.
 */

/* -1 where an argument is none of these, or names partitions and whole is true. */
int selection_check(const struct texts *topics, bool whole, struct err *);

/*
 * Every partition that is meant, each once, in the order of -t.  A topic or
 * partition that is not there is an error, an expression that matches none is
 * not.  The caller frees the list by rd_kafka_topic_partition_list_destroy.
 */
rd_kafka_topic_partition_list_t *selection_partitions(struct client *,
    const struct texts *topics, struct err *);

#endif
