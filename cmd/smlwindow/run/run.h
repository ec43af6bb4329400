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
 * continue (check: if the record is bad).  For each record they are called in this order:
 * check; is_late, with the watermark before the record; advance, if the record raises the
 * watermark; take.  The first three and loaded may be NULL.
 */
struct windowing {
	int (*open)(struct run *, struct err *);
	/* Refuses a record whose windows do not begin and end within int64. */
	int (*check)(struct run *, const struct event *, struct err *);
	/*
	 * Returns whether the record is late: whether a result already written should have
	 * counted it.
	 */
	bool (*is_late)(struct run *, const struct event *);
	/* Closes the windows that this watermark closes, and writes their results. */
	int (*advance)(struct run *, int64_t watermark, struct err *);
	/* Counts a record; a late record counts only in windows that are still open. */
	int (*take)(struct run *, struct record *, const struct event *, bool late,
	    struct err *);
	/* Returns the earliest time that later output can have; INSTANT_NONE: any. */
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
	struct table *table; /* of the slots, by key; the kind defines the struct of a slot */
	struct event event;
	const struct windowing *windowing;
	void *state; /* private to the kind */

	struct closing *closing; /* windows that close together (closing.h) */
	size_t closings, closing_capacity;

	uint64_t entries; /* limited by --max-events */
	uint64_t results, evicted, overflows;
	uint32_t steps;	      /* counted by run_cut */
	bool short_of_memory; /* the state is unusable */
	/*
	 * The place that an error is about, if that is not the record that is being read; else
	 * NULL.
	 */
	const struct place *blamed;
};

/*
 * Returns whether the run must end now (stream_cut).  A loop that takes many steps without a
 * result calls this at each step; if it is true, the loop must return -1, and nothing is
 * saved.
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
 * Returns the slot of the event's key, and makes it if there is none; NULL with err.  At
 * --max-keys and --max-memory, the longest idle key is dropped by drop if --evict is given;
 * otherwise this is an error.
 */
void *run_slot(struct run *run, const struct event *event, bool *fresh,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Makes sure, in the same way, that there is room for n more entries (--max-events,
 * --max-memory).  slot, which is the slot of the event's key or NULL, is not dropped.
 */
int run_room(struct run *run, const struct event *event, uint64_t n, void *slot,
    void (*drop)(struct run *, void *slot), struct err *err);

/* Initialises a slot with the key as the event spells it.  Returns 0, or -1 (ENOMEM). */
int run_slot_begin(struct run *run, struct key_slot *key, const struct event *event);

/*
 * Returns the slot of the event's key, or NULL with err.  A new slot has zeroes after its
 * struct key_slot.  drop: as for run_slot.
 */
void *run_slot_put(struct run *run, const struct event *event,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Does the same as run_slot_put, and makes sure that there is room for `growth` more entries.
 * key: the present slot of the key, or NULL.
 */
void *run_slot_ready(struct run *run, const struct event *event, void *key, uint64_t growth,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Sets the members of the results, in the order of the functions.  Results of lag() are taken
 * from lags.
 */
void run_features(struct run *run, const struct summary *summary, const struct result *lags);

#endif
