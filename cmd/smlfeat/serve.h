#ifndef SML_SERVE_H
#define SML_SERVE_H

#include "cli/stream/stream.h"
#include "feat_options.h"
#include "pending.h"

/*
 * What put, get, del and load have in common: each record becomes a request of the store, and
 * is answered in its turn, however late and in whatever order the store answers.
 */
struct serve {
	struct feat_options *options;
	struct fields *fields;
	/*
	 * Fills asked->request from a record: nothing in it may point into the record.  1, or 0
	 * where the store need not be asked; -1: the record is a bad one.
	 */
	int (*ask)(struct serve *, const struct record *, struct pending_record *,
	    struct err *);
	/*
	 * The request is done, or the store is away and answers_away is set: counts, and writes
	 * the record to stream_out.  record is NULL where not parses; line are its bytes.
	 */
	int (*answer)(struct serve *, const struct record *record, struct value line,
	    struct pending_record *, struct err *);
	/* Nothing is pending, and what is done will be synced next; NULL: need not know. */
	int (*before_sync)(struct serve *, struct err *);
	bool parses, answers_away;
	const struct stat_row *rows; /* what the command counts */

	/* The loop's own. */
	struct store *store;
	struct stream *stream;
	struct record again; /* of records that were kept */
	struct pending pending;
	bool stopped; /* at a record that was kept: nothing after it is answered */
	struct stat_row *all_rows; /* the command's, the store's, the cache's */
	struct {
		struct pollfd *fds;
		unsigned int n;
		int ms;
	} watched;
};

/* Opens store and stream, runs to the end, closes both.  Returns the exit status. */
int serve_run(struct serve *);
#endif
