#ifndef SML_TOPIC_CACHE_H
#define SML_TOPIC_CACHE_H

#include "kafka/client.h"
#include "kafka/envelope_read.h"
#include "keyed/table.h"

/*
 * The topics that a producer writes to, each looked up once.  A missing topic is
 * remembered too: a stream that names it a million times asks once.
 */
struct topic_cache {
	struct client *client; /* borrowed */
	struct table *table;
};

enum { TOPIC_CACHE_MOST = 10000 };

int topic_cache_open(struct topic_cache *, struct client *, struct err *);
void topic_cache_close(struct topic_cache *); /* before the client is closed */

/*
 * Returns the topic of this name.  Returns NULL if it does not exist, the name is not allowed,
 * there are too many topics, or the brokers cannot be asked (err->unreachable).  This may take
 * up to --timeout.
 */
rd_kafka_topic_t *topic_cache_find(struct topic_cache *, struct bytes name, struct err *);

#endif
