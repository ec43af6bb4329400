/*
 * run: the state of one run; main owns it.
 */
#ifndef SML_RUN_H
#define SML_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options/opt.h"
#include "cli/stream/stream.h"
#include "json/edit.h"
#include "keyed/table.h"
#include "spec/keys.h"
#include "numbers/column.h"
#include "numbers/summary.h"
#include "run/event.h"

struct window_options {
	struct common common;
	const char *window;
	struct texts functions;
	int64_t lateness;
	uint64_t max_events, max_held;
	bool exclude_current;
};

struct key_slot;
struct run;

/*
 * A kind of window.  Functions that return int return 0, or -1 with err if the run cannot
 * continue; -1 from check means that the record is bad.  They are called in this order for
 * each record: check; is_late, before the record raises the watermark; advance, if the record
 * raises it; take.  Only check, is_late, advance and loaded may be NULL.
 */
struct windowing {
	int (*open)(struct run *, struct err *);
	/* Refuses a record if one of its windows would begin or end outside int64_t. */
	int (*check)(struct run *, const struct event *, struct err *);
	/*
	 * Returns whether the record is late: a result that is already written should have
	 * counted it.
	 */
	bool (*is_late)(struct run *, const struct event *);
	/* Closes the windows that are over at this watermark, and writes their results. */
	int (*advance)(struct run *, int64_t watermark, struct err *);
	/* Counts a record; a late record counts only in windows that are still open. */
	int (*take)(struct run *, struct record *, const struct event *, bool late,
	    struct err *);
	/* Returns the earliest time that later output can have; INSTANT_NONE: any time. */
	int64_t (*earliest)(struct run *);
	/* Writes the results of all open windows, at the end of the input. */
	int (*finish)(struct run *, struct err *);
	int (*save)(struct run *, struct snap *, struct err *);
	int (*load)(struct run *, const char *section, struct value object, struct err *);
	int (*loaded)(struct run *, struct err *);
	void (*close)(struct run *);
};

struct run {
	const struct window_options *options;
	struct window window;
	struct functions functions;
	struct columns columns;

	struct fields *fields;
	struct keys keys;
	int time_slot;		  /* -1: none */
	struct time_field *times; /* borrowed from the options */

	struct stream *stream;
	struct edit *edit;
	int *members; /* by function */
	int start_member, end_member, partial_member;

	struct pool pool;
	struct table *table; /* a slot for each key; the kind of window defines its struct */
	struct event event;
	const struct windowing *windowing;
	void *state; /* private to the kind of window */

	struct closing *closing; /* windows that close together (closing.h) */
	size_t closings, closing_capacity;

	uint64_t entries; /* limited by --max-events */
	uint64_t results, evicted, overflows;
	uint32_t steps;	      /* counted by run_cut */
	bool short_of_memory; /* the state is unusable */
	/*
	 * The place that an error is about, if that is not the current record; otherwise
	 * NULL.
	 */
	const struct place *blamed;
};

/*
 * Returns whether the run must end now (stream_cut).  A loop that may take many steps without
 * writing a result calls this at each step.  If it returns true, the loop must return -1;
 * nothing is then saved.
 */
static inline bool
run_cut(struct run *run)
{
	return ++run->steps % 512 == 0 && stream_cut(run->stream);
}

/*
 * Reports that memory is short; the state is then not saved. Returns -1.
 */
int run_memory(struct run *run, struct err *err);

/*
 * Returns the slot of the event's key, or NULL with err.  If there is no slot yet, makes one
 * and sets *fresh.  At the limit of --max-keys or --max-memory, `drop` drops the key that is
 * idle longest if --evict is given; otherwise this is an error.
 */
void *run_slot(struct run *run, const struct event *event, bool *fresh,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Makes room for n more entries (--max-events, --max-memory), if need be by dropping keys, as
 * run_slot does.  Never drops `slot`: the slot of the event's key, or NULL.  Returns 0, or -1
 * with err.
 */
int run_room(struct run *run, const struct event *event, uint64_t n, void *slot,
    void (*drop)(struct run *, void *slot), struct err *err);

/* Initialises a slot with the key as the event spells it.  Returns 0, or -1 (ENOMEM). */
int run_slot_begin(struct run *run, struct key_slot *key, const struct event *event);

/*
 * Does the same as run_slot, and initialises the struct key_slot of a new slot; zeroes follow
 * it.
 */
void *run_slot_put(struct run *run, const struct event *event,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Makes room for `growth` more entries, then does the same as run_slot_put.  key: the slot
 * that the key already has, or NULL.
 */
void *run_slot_ready(struct run *run, const struct event *event, void *key, uint64_t growth,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Sets the member of each function's result.  lags[i] is the result if function i is lag().
 */
void run_features(struct run *run, const struct summary *summary, const struct result *lags);

#endif
