#ifndef SML_SINK_NAMES_H
#define SML_SINK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The most sinks: a commit has the length of each, and metadata has only 4096 bytes for the
 * commit.
 */
enum { SINKS_MOST = 32 };

/*
 * The lengths of the sinks, in the order of the sinks; 0 for a topic.  If all are topics,
 * count is 0.
 */
struct sink_lengths {
	size_t count;
	uint64_t bytes[SINKS_MOST];
};

/* What was sent to each topic after the snapshot, in the order of the sinks; 0 for a file. */
struct sink_sent {
	size_t count; /* the number of sinks; 0: not known */
	struct sink_records {
		uint64_t records;
		/* digest is XXH64 of the last record, seeded with the digest before it. */
		uint64_t digest;
	} to[SINKS_MOST];
};

/* One --to-by: a result whose field has the text value goes to sink. */
struct sink_rule {
	char *field, *value; /* malloc'ed */
	size_t sink;
};

/* All sinks: first the sink of --to, then the sinks of --to-by. */
struct sink_names {
	const char *to[SINKS_MOST]; /* FILE, kafka:TOPIC, - or null; borrowed */
	size_t count;
	struct sink_rule *rule; /* the first rule that matches wins; malloc'ed */
	size_t rules, room;
};

/*
 * The first adds the sink of --to, the second a rule FIELD:VALUE=SINK of --to-by.  Return -1 with
 * err.
 */
int sink_names_add(struct sink_names *, const char *to, struct err *);
int sink_names_add_rule(struct sink_names *, const char *to_by, struct err *);
void sink_names_free(struct sink_names *);

/* Returns TOPIC if the sink is kafka:TOPIC, or NULL. */
const char *sink_topic_name(const char *to);

/* Returns whether the sink is a file: not a topic, nor - or null. */
bool sink_is_file(const char *to);

/* Returns the first topic, or NULL. */
const char *sink_names_topic(const struct sink_names *);

#endif
