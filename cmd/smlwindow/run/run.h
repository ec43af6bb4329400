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
 * A kind of window. An int returned is 0, or -1 with err if the run cannot go on (check: if
 * the record is bad). For a record they are called in this order: check; is_late, with the
 * watermark before the record; advance, if the record raises it; take. The first three and
 * loaded may be NULL.
 */
struct windowing {
	int (*open)(struct run *, struct err *);
	/* Refuses a record whose windows do not begin and end within int64. */
	int (*check)(struct run *, const struct event *, struct err *);
	/* Decides lateness: whether a result already written should have counted the record. */
	bool (*is_late)(struct run *, const struct event *);
	/* Closes the windows that this watermark closes, and writes their results. */
	int (*advance)(struct run *, int64_t watermark, struct err *);
	/* Counts a record; a late one only in windows that are still open. */
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
	struct table *table; /* by key; the kind defines the slots */
	struct event event;
	const struct windowing *windowing;
	void *state; /* the kind's own */

	struct closing *closing; /* windows that close together (closing.h) */
	size_t closings, closing_capacity;

	uint64_t entries; /* limited by --max-events */
	uint64_t results, evicted, overflows;
	uint32_t steps;	      /* counted by run_cut */
	bool short_of_memory; /* the state is unfit for use */
	/* What an error is about, if not the record that is being read; else NULL. */
	const struct place *blamed;
};

/*
 * Returns whether the run must end now (stream_cut). A loop of many steps without a result asks
 * at each; then it returns, with -1, and nothing is saved.
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
 * Returns the slot of the event's key, made if there is none, or NULL with err. At --max-keys
 * and --max-memory the longest idle key is dropped (drop, under --evict), or it is an error.
 */
void *run_slot(struct run *run, const struct event *event, bool *fresh,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Makes sure that n more entries may be held (--max-events, --max-memory), in the same way. slot,
 * that of the event's key or NULL, is not dropped.
 */
int run_room(struct run *run, const struct event *event, uint64_t n, void *slot,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Begins a slot with the key as the event spells it. Returns 0, or -1 (ENOMEM).
 */
int run_slot_begin(struct run *run, struct key_slot *key, const struct event *event);

/*
 * Returns the slot of the event's key, or NULL with err; a new one has zeroes after its struct
 * key_slot. drop: as for run_slot.
 */
void *run_slot_put(struct run *run, const struct event *event,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Does the same, and makes sure of room for `growth` more entries. key: the present slot of the
 * key, or NULL.
 */
void *run_slot_ready(struct run *run, const struct event *event, void *key, uint64_t growth,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Sets the members of the results, in the order of the functions.  Results of lag() are taken
 * from lags.
 */
void run_features(struct run *run, const struct summary *summary, const struct result *lags);

#endif
