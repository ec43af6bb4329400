/*
 * event: what a record says to a window. It is read and checked whole before anything changes.
 */
#ifndef SML_EVENT_H
#define SML_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "json/record.h"
#include "numbers/column.h"

struct run;

struct event {
	struct buf key; /* canonical bytes */
	struct value
	    spelt;    /* the key as spelt; of several fields an array; V_MISSING: no -k */
	int64_t time; /* 0 without -t */
	bool time_is_number;
	struct cell *cells; /* one a column */
	/* What the others borrow from. */
	struct value *key_values;
	struct buf spelt_array;
	struct buf *cell_keys; /* one a column */
};

/*
 * Makes room for the keys and columns of run. Returns 0, or -1 (ENOMEM); event_close takes
 * what was made.
 */
int event_open(struct event *event, const struct run *run);
void event_close(struct event *event, const struct run *run);

/*
 * Reads a record; what is read is borrowed from it. Returns 0, or -1 with err where it is a
 * bad record.
 */
int event_take(struct event *event, const struct run *run, const struct record *record,
    struct err *err);

/*
 * Reads a field's value, which may be none; what cell held before is let go. key is where its
 * canonical bytes are made. Returns 0, or -1 with err.
 */
int event_cell(struct cell *cell, const struct column *column, struct value value,
    struct buf *key, struct err *err);

/*
 * Reads the number of a value that is there, 1 and 0 for true and false; where the column needs
 * none, 0. It is held. Returns 0, or -1 with err.
 */
int event_number(struct value value, const struct column *column, double *number,
    struct err *err);

#endif
