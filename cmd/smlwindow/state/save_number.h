/*
 * save_number: numbers (number.h) in a snapshot, as they are spelt.
 */
#ifndef SML_SAVE_NUMBER_H
#define SML_SAVE_NUMBER_H

#include "base/buf.h"
#include "run/event.h"

/*
 * Write an array of numbers, beginning with an empty buf: save_number appends one (none as
 * null), save_array ends it. Return 0, or -1 (ENOMEM).
 */
int save_number(struct buf *array, double number);
int save_array(struct buf *array);

/*
 * Reads a number of a column, held. Returns 0, or -1 with err.
 */
int load_number(struct value value, const struct column *column, double *number,
    struct err *err);

#endif
