#ifndef SML_SELECTION_H
#define SML_SELECTION_H

#include "kafka/client.h"

/*
 * Topics and partitions as a user names them.  Each text is TOPIC, TOPIC:P,… or an extended
 * POSIX regular expression that begins with ^.
 */

/*
 * Returns -1 if a text has none of these forms, or if whole is true and it names partitions.
 */
int selection_check(const char *const *topics, size_t count, bool whole, struct err *);

/*
 * Returns all partitions that the texts name, each once, in the order of the texts.  If a
 * topic or partition does not exist, that is an error; if an expression matches no topic, it
 * is not.  The caller frees the list with rd_kafka_topic_partition_list_destroy.
 */
rd_kafka_topic_partition_list_t *selection_partitions(struct client *,
    const char *const *topics, size_t count, struct err *);

#endif
