#ifndef SML_SINK_NAMES_H
#define SML_SINK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A commit has the length of each sink, and in metadata 4096 bytes for everything. */
enum { SINKS_MOST = 32 };

/* The lengths of the sinks, in their order; a topic has 0.  None if all are topics. */
struct sink_lengths {
	size_t count;
	uint64_t bytes[SINKS_MOST];
};

/* What went to each topic after the snapshot, in the sinks' order; a file has 0. */
struct sink_sent {
	size_t count; /* of the sinks; 0: not known */
	struct sink_records {
		uint64_t records;
		uint64_t
		    digest; /* XXH64 of each record, with that of those before as its seed */
	} to[SINKS_MOST];
};

/* One --to-by: a result whose field has the text value goes to sink. */
struct sink_rule {
	char *field, *value; /* malloc'ed */
	size_t sink;
};

/* All sinks: first that of --to, then those of --to-by. */
struct sink_names {
	const char *to[SINKS_MOST]; /* FILE, kafka:TOPIC, - or null; borrowed */
	size_t count;
	struct sink_rule *rule; /* the first that matches wins; malloc'ed */
	size_t rules, room;
};

/*
 * The first adds the sink of --to, the second a rule FIELD:VALUE=SINK of --to-by.  Return -1 with
 * err.
 */
int sink_names_add(struct sink_names *, const char *to, struct err *);
int sink_names_add_rule(struct sink_names *, const char *to_by, struct err *);
void sink_names_free(struct sink_names *);

/* Returns the TOPIC of kafka:TOPIC, or NULL. */
const char *sink_topic_name(const char *to);

/* Is the sink neither a topic, nor - or null? */
bool sink_is_file(const char *to);

/* Returns the first topic, or NULL. */
const char *sink_names_topic(const struct sink_names *);

#endif
