#ifndef SML_BACKLOG_H
#define SML_BACKLOG_H

#include "kafka/peek.h"

/*
 * The records of a partition that a group has not read.  The first of them is always looked
 * for; they are counted if the group's offset is close to the end.
 */
enum { BACKLOG_COUNTED = 100 };

struct backlog {
	const char *topic; /* borrowed */
	int32_t partition;
	int64_t from, end; /* the group's offset; the end of the partition */
	/*
	 * How many records are unread.  They are counted if the two offsets differ by
	 * BACKLOG_COUNTED or less.  Otherwise this is the difference, or 0 if no record is
	 * unread.
	 */
	int64_t records;
	int64_t oldest; /* timestamp of the first unread record (ms); -1: none */
};

/*
 * Fills in records and oldest of n partitions.  client must be a consumer used for
 * nothing else; its isolation level decides which records count.
 */
int backlog_count(struct client *, struct backlog *, size_t n, struct err *);

#endif
