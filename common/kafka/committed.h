#ifndef SML_COMMITTED_H
#define SML_COMMITTED_H

#include "kafka/client.h"

/*
 * Starts a reader of a group's offsets, with the settings of a client.  It names the group but
 * never joins it.  Call client_close even after -1.
 */
int committed_open(const struct client *, const char *group, struct client *reader,
    struct err *);

/*
 * Fills in the offset that the group of a consumer has committed in each partition of the list,
 * RD_KAFKA_OFFSET_INVALID if none, and its metadata, which the list frees.  Waits up to the
 * timeout; under isolation.level=read_committed also for an open transaction that holds such an
 * offset.  If the producer of that is dead, transactions_open ends it.
 */
int committed_read(struct client *, const char *group, rd_kafka_topic_partition_list_t *,
    struct err *);

/*
 * Commits these offsets, with their metadata; the broker refuses them if the group has members.
 */
int committed_set(struct client *, const char *group, rd_kafka_topic_partition_list_t *,
    struct err *);

/*
 * Asks who is in a group; one that does not exist is not in the list.  The caller frees it by
 * rd_kafka_group_list_destroy.
 */
int committed_members(struct client *, const char *group, const struct rd_kafka_group_list **,
    struct err *);

/* Returns the first error of a partition. */
rd_kafka_resp_err_t committed_error(const rd_kafka_topic_partition_list_t *);

#endif
