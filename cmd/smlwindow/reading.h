/*
 * reading: what a record says to a window, read and checked whole before anything is changed.
 */
#ifndef SML_READING_H
#define SML_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "json/record.h"
#include "numbers/column.h"

struct job;

struct reading {
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
 * Makes room for the keys and columns of job. Returns 0, or -1 (ENOMEM); reading_close takes
 * what was made.
 */
int reading_open(struct reading *reading, const struct job *job);
void reading_close(struct reading *reading, const struct job *job);

/*
 * Reads a record; what is read is borrowed from it. Returns 0, or -1 with err where it is a
 * bad record.
 */
int reading_take(struct reading *reading, const struct job *job, const struct record *record,
    struct err *err);

#endif
