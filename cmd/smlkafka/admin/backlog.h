#ifndef SML_BACKLOG_H
#define SML_BACKLOG_H

#include "kafka/peek.h"

/*
 * What a group has not read of a partition: the first record that it would get
 * is looked for, and where the offsets are near one another the records are
 * counted.
 */
enum { BACKLOG_COUNTED = 100 };

struct backlog {
	const char *topic; /* borrowed */
	int32_t partition;
	int64_t from, end; /* where the group goes on; the end */
	/*
	 * How many records there are: none is none; up to BACKLOG_COUNTED
	 * offsets they were counted, beyond it is the distance of the offsets.
	 */
	int64_t records;
	int64_t oldest; /* timestamp of the first of them (ms); -1: it has none */
};

/*
 * Fills in records and oldest of n partitions, reading by the client, a
 * consumer that reads nothing else, at its isolation level.
 */
int backlog_count(struct client *, struct backlog *, size_t n, struct err *);

#endif
