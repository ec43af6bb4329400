#ifndef SML_BACKLOG_H
#define SML_BACKLOG_H

#include "kafka/peek.h"

/*
 * What a group has not read of a partition.  The first such record is looked for; if the
 * offsets are close to each other the records are counted.
 */
enum { BACKLOG_COUNTED = 100 };

struct backlog {
	const char *topic; /* borrowed */
	int32_t partition;
	int64_t from, end; /* the group's offset; the end */
	/*
	 * How many records there are.  Up to BACKLOG_COUNTED offsets they are counted;
	 * beyond that it is the difference of the offsets, unless there is none.
	 */
	int64_t records;
	int64_t oldest; /* timestamp of the first of them (ms); -1: it has none */
};

/*
 * Fills in records and oldest of n partitions.  client must be a consumer used for
 * nothing else; its isolation level decides which records count.
 */
int backlog_count(struct client *, struct backlog *, size_t n, struct err *);

#endif
