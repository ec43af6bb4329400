/*
 * run: what one run is made of; main owns it.
 */
#ifndef SML_RUN_H
#define SML_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options/opt.h"
#include "cli/stream/stream.h"
#include "json/edit.h"
#include "keyed/table.h"
#include "keys.h"
#include "numbers/column.h"
#include "numbers/summary.h"
#include "event.h"

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
 * A kind of window. Functions that return int return 0, or -1 with err: the run cannot go on
 * (check: this is a bad record). For a record they are called in this order: check; is_late,
 * with the watermark as it was before the record; advance, where the record raises it; take.
 * check, is_late, advance and loaded may be NULL.
 */
struct windowing {
	int (*open)(struct run *, struct err *);
	/* Whether the record's windows begin and end within int64; else it is a bad record. */
	int (*check)(struct run *, const struct event *, struct err *);
	/* Where lateness is decided: whether a result that is out should have counted it. */
	bool (*is_late)(struct run *, const struct event *);
	/* Closes what this watermark closes: puts its results out. */
	int (*advance)(struct run *, int64_t watermark, struct err *);
	/* late: count it only where its windows are open still. */
	int (*take)(struct run *, struct record *, const struct event *, bool late,
	    struct err *);
	/* The earliest time that later output can carry; INSTANT_NONE: any. */
	int64_t (*earliest)(struct run *);
	/* The end of the input: puts out all that is open. */
	int (*finish)(struct run *, struct err *);
	int (*save)(struct run *, struct snap *, struct err *);
	int (*load)(struct run *, const char *section, struct value object, struct err *);
	int (*loaded)(struct run *, struct err *);
	void (*close)(struct run *);
};

extern const struct windowing sliding_windows, pane_windows, session_windows, count_windows;

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
	struct table *table; /* by key; slots as the kind has them */
	struct event event;
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
int run_memory(struct run *run, struct err *err);

/*
 * The slot of the event's key, made where there is none. At --max-keys the key that is idle
 * longest goes by drop (under --evict), or it is an error. NULL with err.
 */
void *run_slot(struct run *run, const struct event *event, bool *fresh,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Makes sure that n more entries may be held, in the same way; slot, that of the event's key
 * or NULL, is not dropped for it.
 */
int run_room(struct run *run, const struct event *event, uint64_t n, void *slot,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Begins a slot with the key as the event spells it. Returns 0, or -1 (ENOMEM).
 */
int run_slot_begin(struct run *run, struct key_slot *key, const struct event *event);

/*
 * The slot of the event's key; a new one has zeroes after its struct key_slot. drop as for
 * run_slot. NULL with err.
 */
void *run_slot_put(struct run *run, const struct event *event,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * The same where there may be no room for growth more entries. key is what the table has of
 * the key, or NULL.
 */
void *run_slot_ready(struct run *run, const struct event *event, void *key, uint64_t growth,
    void (*drop)(struct run *, void *slot), struct err *err);

/*
 * Sets the members of the results, in the order of the functions; lags from results.
 */
void run_features(struct run *run, const struct summary *summary, const struct result *lags);

#endif
