#ifndef SML_UNREAD_H
#define SML_UNREAD_H

#include "client/client.h"

/*
 * What a group has not read of a partition.  Offsets alone cannot say: behind
 * the last record there may stand transaction markers, which hold an offset
 * each and are never read, and so may aborted records; compaction leaves gaps.
 * So the first record that the group would get is looked for, and where the
 * offsets are near one another the records are counted.
 */
enum { UNREAD_COUNTED = 100 };

struct unread {
	const char *topic; /* borrowed */
	int32_t partition;
	int64_t from, end; /* where the group goes on; the end */
	/*
	 * How many records there are: none is none; up to UNREAD_COUNTED
	 * offsets they were counted, beyond it is the distance of the offsets.
	 */
	int64_t records;
	int64_t oldest; /* timestamp of the first of them (ms); -1: it has none */

	/* What follows is unread.c's own. */
	rd_kafka_topic_t *handle;
	bool done;
};

/* The settings of librdkafka that unread_count needs. */
extern const struct client_setting unread_settings[];

/*
 * Fills in records and oldest of n partitions, reading by the client, a
 * consumer that reads nothing else, at its isolation level.
 */
int unread_count(struct client *, struct unread *, size_t n, struct err *);

#endif
