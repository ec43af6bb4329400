#ifndef SML_INSPECT_H
#define SML_INSPECT_H

#include "cli/kafka/brokers.h"
#include "commit/commit.h"
#include "kafka/client.h"

/* The options of status and check. */
struct inspect_options {
	struct common common; /* the options that all programs share must come first */
	struct broker_options brokers;
};

/* What is committed for one partition of the source, or for files. */
struct inspected {
	int32_t number; /* -1: the source is files, and no sink is a topic */
	int64_t offset; /* -1: nothing is committed */
	int64_t unread; /* how many offsets; -1: not known */
	bool foreign;	/* another program has committed the offset; nothing else is known */
	struct commit commit;
};

/* What is committed in a DIR, read without starting a run. */
struct inspection {
	const struct inspect_options *options;
	struct commit base; /* DIR/commit */
	char *topic;	    /* the topic whose offsets are committed; malloc'ed; NULL: none */
	struct inspected *part; /* ascending by number; malloc'ed */
	size_t count;		/* 0: the brokers were not asked */
	struct client reader;	/* a reader of peek.h */
};

/* Sets the defaults, and reads the command line. */
void inspect_options_read(const struct cli *, struct inspect_options *, int argc, char **argv);

/* Returns whether the options name brokers. */
bool inspect_has_brokers(const struct inspect_options *);

/*
 * Reads DIR/commit and, if there is a topic and ask is true, asks the brokers for the rest;
 * exits with status 2 if that needs an option that is missing.  Locks and changes nothing.
 * Returns -1 with err.  Call inspect_close in any case.
 */
int inspect_read(struct inspection *, const struct inspect_options *, bool ask, struct err *);
void inspect_close(struct inspection *);

/* Returns whether the source is a topic. */
static inline bool
inspect_reads_topic(const struct inspection *in)
{
	return source_is_topic(in->base.begin.place.kind);
}

#endif
