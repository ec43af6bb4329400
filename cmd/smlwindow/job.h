/*
 * job: what one run is made of; main owns it.
 */
#ifndef SML_JOB_H
#define SML_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options/opt.h"
#include "cli/stream/stream.h"
#include "json/edit.h"
#include "keyed/table.h"
#include "keys.h"
#include "numbers/column.h"
#include "numbers/summary.h"
#include "reading.h"

struct options {
	struct common common;
	const char *window;
	struct texts functions;
	int64_t lateness;
	uint64_t max_events, max_held;
	bool exclude_current;
};

struct job;

/*
 * A kind of window. Functions that return int return 0, or -1 with err: the run cannot go on
 * (check: this is a bad record). They are called in this order for a record: check; is_late,
 * with the watermark as it stood before; advance, where the record raises it; take. NULL for
 * check, is_late, advance and loaded: nothing to do.
 */
struct windowing {
	int (*open)(struct job *, struct err *);
	/* Whether the record's windows can be told in int64; else it is a bad record. */
	int (*check)(struct job *, const struct reading *, struct err *);
	bool (*is_late)(struct job *, const struct reading *);
	/* Puts out what a watermark closes. */
	int (*advance)(struct job *, int64_t watermark, struct err *);
	/* late: count it only where its windows are open still. */
	int (*take)(struct job *, struct record *, const struct reading *, bool late,
	    struct err *);
	/* The earliest time that later output can carry; INSTANT_NONE: any. */
	int64_t (*earliest)(struct job *);
	/* The end of the input: puts out all that is open. */
	int (*finish)(struct job *, struct err *);
	int (*save)(struct job *, struct snap *, struct err *);
	int (*load)(struct job *, const char *section, struct value object, struct err *);
	int (*loaded)(struct job *, struct err *);
	void (*close)(struct job *);
};

extern const struct windowing sliding_windows, pane_windows, session_windows, tally_windows;

struct job {
	const struct options *options;
	struct window window;
	struct functions functions;
	struct columns columns;

	struct fields *fields;
	struct keys keys;
	int time_slot; /* -1: none */
	enum unit unit;
	bool unit_seen; /* the first time was looked at */

	struct stream *stream;
	struct edit *edit;
	int *members; /* by function */
	int start_member, end_member, partial_member;

	struct pool pool;
	struct table *table; /* by key; slots as the kind has them */
	struct reading reading;
	const struct windowing *windowing;
	void *state; /* the kind's own */

	struct closing *closing; /* windows that close together, by closing.h */
	size_t closings, closing_capacity;

	uint64_t entries; /* what --max-events limits */
	uint64_t results, evicted, overflows;
	bool short_of_memory; /* the state is unfit for use */
};

/*
 * Says that memory is short, after which nothing is saved. Returns -1.
 */
int job_memory(struct job *job, struct err *err);

/*
 * The slot of the reading's key, made where there is none. At --max-keys the key that is idle
 * longest goes by drop (under --evict), or it is an error. NULL with err.
 */
void *job_slot(struct job *job, const struct reading *reading, bool *fresh,
    void (*drop)(struct job *, void *slot), struct err *err);

/*
 * Makes sure that n more entries may be held, in the same way; slot, that of the reading's key
 * or NULL, is not dropped for it.
 */
int job_room(struct job *job, const struct reading *reading, uint64_t n, void *slot,
    void (*drop)(struct job *, void *slot), struct err *err);

/*
 * Sets the members of the results, in the order of the functions; lags from results.
 */
void job_features(struct job *job, const struct summary *summary, const struct result *lags);

#endif
