#ifndef SML_GROUP_H
#define SML_GROUP_H

#include "cli/kafka/brokers.h"

/*
 * A consumer group as its coordinator knows it: its offsets, and who is in it.  The handle
 * names the group but never joins it.  All calls wait up to --timeout.  (librdkafka's admin
 * requests would do, but at least until 2.10 they end the process if a coordinator goes
 * away at the wrong moment: its issue 4605.)
 */
struct group {
	struct client client;
	const char *name; /* borrowed */
};

/* Opens the handle.  Exits 2 if settings are wrong, as brokers_configure. */
int group_open(struct group *, struct common *, const struct broker_options *,
    const char *name, struct err *);
void group_close(struct group *); /* accepts all zeroes */

/*
 * Fills in the group's committed offset of each partition of the list,
 * RD_KAFKA_OFFSET_INVALID if it has none.  Does not wait for an open transaction.
 */
int group_offsets(struct group *, rd_kafka_topic_partition_list_t *list, struct err *);

/*
 * Returns every partition of which the group has committed an offset, sorted by topic
 * and number, or NULL with err.  The caller frees the list.
 */
rd_kafka_topic_partition_list_t *group_committed(struct group *, struct err *);

/* Commits these offsets; the broker refuses them if the group has members. */
int group_set(struct group *, rd_kafka_topic_partition_list_t *list, struct err *);

/* Who is in a group.  All zeroes is a group of nobody. */
struct group_members {
	const struct rd_kafka_group_list *list;	   /* that holds all of it */
	rd_kafka_topic_partition_list_t *assigned; /* opaque: the member's id */
	int count;
};

/* Reads the members of the group; a group that does not exist has none. */
int group_describe(struct group *, struct group_members *, struct err *);
void group_members_free(struct group_members *);

/*
 * Adds those partitions of the members that are not in the list, with
 * RD_KAFKA_OFFSET_INVALID.
 */
void group_add_assigned(const struct group_members *, rd_kafka_topic_partition_list_t *);

/* Returns the id, borrowed, of the member that has the partition; NULL: nobody. */
const char *group_reader(const struct group_members *, const char *topic, int32_t partition);

#endif
