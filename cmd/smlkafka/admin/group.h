#ifndef SML_GROUP_H
#define SML_GROUP_H

#include "cli/kafka/brokers.h"

/*
 * A consumer group as its coordinator knows it: its offsets and its members.  The handle names
 * the group but never joins it.  All calls wait up to --timeout.  (librdkafka's admin requests
 * are not used: until 2.10 at least, they end the process if a coordinator goes away at the
 * wrong moment: librdkafka's issue 4605.)
 */
struct group {
	struct client client;
	const char *name; /* borrowed */
};

/* Opens the handle.  Exits with status 2 if settings are wrong, as brokers_configure does. */
int group_open(struct group *, struct common *, const struct broker_options *,
    const char *name, struct err *);
void group_close(struct group *); /* does nothing if all is zero */

/*
 * Fills in the offset that the group has committed for each partition of the list, or
 * RD_KAFKA_OFFSET_INVALID if it has committed none.  Does not wait for an open transaction.
 */
int group_offsets(struct group *, rd_kafka_topic_partition_list_t *list, struct err *);

/*
 * Returns every partition for which the group has committed an offset, sorted by topic and
 * number; NULL with err.  The caller frees the list.
 */
rd_kafka_topic_partition_list_t *group_committed(struct group *, struct err *);

/* Commits these offsets; the broker refuses them if the group has members. */
int group_set(struct group *, rd_kafka_topic_partition_list_t *list, struct err *);

/* The members of a group.  All zeroes: there are no members. */
struct group_members {
	const struct rd_kafka_group_list *list;	   /* owns the members' names */
	rd_kafka_topic_partition_list_t *assigned; /* opaque of each: its member's id */
	int count;
};

/* Reads the members of the group; a group that does not exist has no members. */
int group_describe(struct group *, struct group_members *, struct err *);
void group_members_free(struct group_members *);

/*
 * Adds to the list the members' partitions that are not in it, with RD_KAFKA_OFFSET_INVALID.
 */
void group_add_assigned(const struct group_members *, rd_kafka_topic_partition_list_t *);

/*
 * Returns the id (borrowed) of the member that reads the partition, or NULL if no member does.
 */
const char *group_reader(const struct group_members *, const char *topic, int32_t partition);

#endif
