/*
 * event: the data of a record that a window needs.  All of it is read and checked before any
 * window changes.
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
	struct buf key;	    /* canonical bytes */
	struct value spelt; /* the key; an array for several fields; V_MISSING without -k */
	int64_t time;	    /* 0 without -t */
	bool time_is_number;
	struct cell *cells; /* one for each column */
	/* The members above borrow from these. */
	struct value *key_values;
	struct buf spelt_array;
	struct buf *cell_keys; /* one for each column */
};

/*
 * Makes room for the keys and columns of run. Returns 0, or -1 (ENOMEM); call event_close in
 * any case.
 */
int event_open(struct event *event, const struct run *run);
void event_close(struct event *event, const struct run *run);

/*
 * Reads a record; the event borrows from it.  Returns 0, or -1 with err if the record is bad
 * or memory is short (ENOMEM).
 */
int event_take(struct event *event, const struct run *run, const struct record *record,
    struct err *err);

/*
 * Reads a field's value, which may be missing, into a cell; drops the number that the cell
 * held before.  If the column has a set, puts the canonical bytes of the value into key.
 * Returns 0, or -1 with err.
 */
int event_cell(struct cell *cell, const struct column *column, struct value value,
    struct buf *key, struct err *err);

/*
 * Reads a value, which must not be missing, as a number: true is 1, false is 0.  If the column
 * is not numeric, any value is accepted.  The caller holds the number (number.h).  Returns 0,
 * or -1 with err.
 */
int event_number(struct value value, const struct column *column, double *number,
    struct err *err);

#endif
