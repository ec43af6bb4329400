#ifndef SML_SELECTION_H
#define SML_SELECTION_H

#include "kafka/client.h"

/*
 * Topics and partitions as a user names them, count texts: TOPIC, TOPIC:P,… or
 * a regular expression (extended, POSIX) that begins with ^.
 */

/* Returns -1 if a text is none of these, or names partitions although whole is true. */
int selection_check(const char *const *topics, size_t count, bool whole, struct err *);

/*
 * Returns every partition that is named, each once, in the order of the texts.  A missing
 * topic or partition is an error, an expression that matches none is not.  The caller
 * frees the list by rd_kafka_topic_partition_list_destroy.
 */
rd_kafka_topic_partition_list_t *selection_partitions(struct client *,
    const char *const *topics, size_t count, struct err *);

#endif
