#ifndef SML_TARGETS_H
#define SML_TARGETS_H

#include "client/client.h"
#include "envelope/envelope_read.h"
#include "keyed/table.h"

/*
 * The topics that a producer writes to, each looked up once.  That one is not
 * there is remembered too: a stream that names it a million times asks once.
 */
struct targets {
	struct client *client; /* borrowed */
	struct table *table;
};

enum { TARGETS_MOST = 10000 };

int targets_open(struct targets *, struct client *, struct err *);
void targets_close(struct targets *); /* before the client; takes all zeroes */

/*
 * The topic of this name; NULL where it is not there or none can have the
 * name, where it is one too many, and where the brokers cannot be asked
 * (err->away).  May wait up to --timeout.
 */
rd_kafka_topic_t *targets_find(struct targets *, struct bytes name, struct err *);

#endif
