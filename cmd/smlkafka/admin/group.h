#ifndef SML_GROUP_H
#define SML_GROUP_H

#include "command/brokers.h"

/*
 * A consumer group as its coordinator knows it: its offsets, and who is in
 * it.  The handle knows the group and is never in it.  Admin requests to a
 * coordinator would do the same, but up to librdkafka 2.10 at least they end
 * the process when its broker goes away at the wrong moment (issue 4605).  All
 * wait up to --timeout.
 */
struct group {
	struct client client;
	const char *name; /* borrowed */
};

/* Exits 2 where settings are wrong, as brokers_configure. */
int group_open(struct group *, struct common *, const struct broker_options *,
    const char *name, struct err *);
void group_close(struct group *); /* takes one of all zeroes */

/*
 * Fills in the offset of each partition of the list that the group has
 * committed, RD_KAFKA_OFFSET_INVALID where it has none.  Offsets of a
 * transaction that is open are not waited for.
 */
int group_offsets(struct group *, rd_kafka_topic_partition_list_t *list, struct err *);

/*
 * Every partition of which the group has committed an offset, sorted by topic
 * and number.  The caller frees the list; NULL on error.
 */
rd_kafka_topic_partition_list_t *group_committed(struct group *, struct err *);

/* Commits these offsets; where somebody is in the group, the broker refuses them. */
int group_set(struct group *, rd_kafka_topic_partition_list_t *list, struct err *);

/* Who is in a group.  All zeroes is a group of nobody. */
struct group_members {
	const struct rd_kafka_group_list *list;	   /* that holds all of it */
	rd_kafka_topic_partition_list_t *assigned; /* opaque: the member's id */
	int count;
};

/* A group that there is not has no members. */
int group_describe(struct group *, struct group_members *, struct err *);
void group_members_free(struct group_members *);

/* Adds to a list what members have and it lacks, with the offset RD_KAFKA_OFFSET_INVALID. */
void group_add_assigned(const struct group_members *, rd_kafka_topic_partition_list_t *);

/* The id of the member that has the partition; NULL: nobody. Borrowed. */
const char *group_reader(const struct group_members *, const char *topic, int32_t partition);

#endif
