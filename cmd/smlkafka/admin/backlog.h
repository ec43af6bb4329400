#ifndef SML_BACKLOG_H
#define SML_BACKLOG_H

#include "kafka/peek.h"

/*
 * What a group has not read of a partition.  The first unread record is always looked for;
 * the records are counted if the group's offset is close to the end.
 */
enum { BACKLOG_COUNTED = 100 };

struct backlog {
	const char *topic; /* borrowed */
	int32_t partition;
	int64_t from, end; /* the group's offset; the end */
	/*
	 * How many records there are.  Up to BACKLOG_COUNTED offsets they are counted.
	 * Beyond that it is the difference of the offsets, or 0 if there is no record at all.
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
