#ifndef SML_GROUP_H
#define SML_GROUP_H

#include "client.h"

/*
 * A consumer group as its coordinator knows it: where it stands, and who is in
 * it.  Any handle can ask; it need not be in the group.  All wait up to
 * --timeout.
 */

/*
 * Fills in the offset of each partition of the list that the group has
 * committed, RD_KAFKA_OFFSET_INVALID where it has none.
 */
int group_offsets(struct client *, const char *group, rd_kafka_topic_partition_list_t *list,
    struct err *);

/*
 * Every partition of which the group has committed an offset, sorted by topic
 * and number.  The caller frees the list; NULL on error.
 */
rd_kafka_topic_partition_list_t *group_committed(struct client *, const char *group,
    struct err *);

/* Takes off the list what the brokers no longer have: a group may outlive its topics. */
int group_drop_missing(struct client *, rd_kafka_topic_partition_list_t *list, struct err *);

/* Commits these offsets for a group that nobody is in. */
int group_set(struct client *, const char *group, const rd_kafka_topic_partition_list_t *list,
    struct err *);

/* Who is in a group.  All zeroes is a group of nobody. */
struct group_members {
	rd_kafka_event_t *event; /* that holds all of it */
	const rd_kafka_ConsumerGroupDescription_t *group;
	size_t count;
};

/* A group that there is not has no members. */
int group_describe(struct client *, const char *group, struct group_members *, struct err *);
void group_members_free(struct group_members *);

/* Adds to a list what members have and it lacks, with the offset RD_KAFKA_OFFSET_INVALID. */
void group_add_assigned(const struct group_members *, rd_kafka_topic_partition_list_t *);

/* The id of the member that has the partition; NULL: nobody. Borrowed. */
const char *group_reader(const struct group_members *, const char *topic, int32_t partition);

#endif
