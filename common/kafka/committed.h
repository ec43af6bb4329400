#ifndef SML_COMMITTED_H
#define SML_COMMITTED_H

#include "kafka/client.h"

/*
 * Starts a reader of a group's offsets, with the settings of a client.  It names the group but
 * never joins it.  Call client_close for it even after -1.
 */
int committed_open(const struct client *, const char *group, struct client *reader,
    struct err *);

/*
 * Fills in, for each partition of the list, the offset that the consumer's group has committed
 * (RD_KAFKA_OFFSET_INVALID if none) and its metadata, which the list frees.  Waits up to the
 * timeout; with isolation.level=read_committed, also for an open transaction that holds such
 * an offset.  If that transaction's producer is dead, transactions_open ends it.
 */
int committed_read(struct client *, const char *group, rd_kafka_topic_partition_list_t *,
    struct err *);

/*
 * Commits these offsets, with their metadata; the broker refuses them if the group has
 * members.
 */
int committed_set(struct client *, const char *group, rd_kafka_topic_partition_list_t *,
    struct err *);

/*
 * Does the same, unless the group has committed an offset in one of these partitions, or has
 * members.  Before each retry it asks again, because the request before it may have succeeded
 * late, and others may have committed since.
 */
int committed_begin(struct client *, const char *group, rd_kafka_topic_partition_list_t *,
    struct err *);

/*
 * Asks who is in a group; the list is empty if the group does not exist.  The caller frees the
 * list with rd_kafka_group_list_destroy.
 */
int committed_members(struct client *, const char *group, const struct rd_kafka_group_list **,
    struct err *);

/* Returns the first error that a partition of the list has. */
rd_kafka_resp_err_t committed_error(const rd_kafka_topic_partition_list_t *);

#endif
