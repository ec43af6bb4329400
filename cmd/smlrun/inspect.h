#ifndef SML_INSPECT_H
#define SML_INSPECT_H

#include "cli/kafka/brokers.h"
#include "commit/commit.h"
#include "kafka/client.h"

/* The options of status and check. */
struct inspect_options {
	struct common common; /* what all tools share comes first */
	struct broker_options brokers;
};

/* What is committed of one partition that is read, or of files. */
struct inspected {
	int32_t number; /* -1: of files whose results go to no topic */
	int64_t offset; /* -1: nothing is committed */
	int64_t unread; /* offsets; -1: not known */
	bool foreign;	/* another program has committed the offset: there is nothing more */
	struct commit commit;
};

/* What is committed in a DIR, seen without a run. */
struct inspection {
	const struct inspect_options *options;
	struct commit base;	/* DIR/commit */
	char *topic;		/* the one with the offsets; malloc'ed; NULL: there is none */
	struct inspected *part; /* ascending; malloc'ed */
	size_t count;		/* 0: the brokers are not asked */
	struct client reader;	/* of peek.h */
};

/* Reads the command line, and sets the defaults before. */
void inspect_options_read(const struct cli *, struct inspect_options *, int argc, char **argv);

/* Do they name brokers? */
bool inspect_has_brokers(const struct inspect_options *);

/*
 * Reads DIR/commit, and asks the brokers for the rest if there is a topic and ask is true; exits 2
 * if that needs an option.  It locks and changes nothing.  Returns -1 with err; inspect_close in
 * any case.
 */
int inspect_read(struct inspection *, const struct inspect_options *, bool ask, struct err *);
void inspect_close(struct inspection *);

/* Is a topic read? */
static inline bool
inspect_reads_topic(const struct inspection *in)
{
	return source_is_topic(in->base.begin.place.kind);
}

#endif
