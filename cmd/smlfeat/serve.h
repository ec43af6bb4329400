#ifndef SML_SERVE_H
#define SML_SERVE_H

#include "cli/stream/stream.h"
#include "feat_options.h"
#include "pending.h"

/*
 * The loop of put, get, del and load: each record becomes a request to the store.  Records
 * are written in the order of the input, whatever the order of the store's answers.
 */
struct serve {
	struct feat_options *options;
	struct fields *fields;
	/*
	 * Fills in the request of a pending record; nothing in the request may point into the
	 * record of the input.  Returns 1, 0 if the store need not be asked, or -1 if the record
	 * is bad.
	 */
	int (*ask)(struct serve *, const struct record *, struct pending_record *,
	    struct err *);
	/*
	 * Called when the request is done, or if the store is unreachable and answers_away is
	 * set.  Counts the record and writes it to stream_out.  line: its bytes; record: NULL
	 * unless parses.
	 */
	int (*answer)(struct serve *, const struct record *record, struct value line,
	    struct pending_record *, struct err *);
	/* Called when nothing is pending, before the store is synced; may be NULL. */
	int (*before_sync)(struct serve *, struct err *);
	bool parses, answers_away;
	const char *unrepeatable;    /* for stream_unrepeatable */
	const struct stat_row *rows; /* what the command counts */

	/* The members below are private to the loop. */
	struct store *store;
	struct stream *stream;
	struct record again; /* the record of a line that waited */
	struct pending pending;
	/* the run has stopped at a waiting record: later records get no answer */
	bool stopped;
	struct stat_row *all_rows; /* rows of the command, the store and the cache */
	struct {
		struct pollfd *fds;
		unsigned int n;
		int ms;
	} watched;
};

/* Makes the list of fields.  Call it first. */
void serve_open(struct serve *);

/* Writes a record as it came, unless --quiet. */
void serve_pass(struct serve *, struct value line);

/* Opens store and stream, runs to the end, closes all.  Returns the exit status. */
int serve_run(struct serve *);
#endif
