#ifndef SML_TOPIC_CACHE_H
#define SML_TOPIC_CACHE_H

#include "kafka/client.h"
#include "kafka/envelope_read.h"
#include "keyed/table.h"

/*
 * The topics that a producer writes to, each looked up once.  That one is not
 * there is remembered too: a stream that names it a million times asks once.
 */
struct topic_cache {
	struct client *client; /* borrowed */
	struct table *table;
};

enum { TOPIC_CACHE_MOST = 10000 };

int topic_cache_open(struct topic_cache *, struct client *, struct err *);
void topic_cache_close(struct topic_cache *); /* before the client; takes all zeroes */

/*
 * The topic of this name; NULL where it is not there or none can have the
 * name, where it is one too many, and where the brokers cannot be asked
 * (err->away).  May wait up to --timeout.
 */
rd_kafka_topic_t *topic_cache_find(struct topic_cache *, struct bytes name, struct err *);

#endif
