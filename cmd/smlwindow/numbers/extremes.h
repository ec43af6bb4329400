/*
 * extremes: the least and the greatest value of a window that events can leave, for all
 * columns that need them.  Their monotonic queues follow the summary, at the offsets that
 * columns_make chose.  The summary's parts for least, greatest, first and last then borrow
 * from the window.
 */
#ifndef SML_EXTREMES_H
#define SML_EXTREMES_H

#include "numbers/summary.h"

/* Initialises the queues.  Call it after summary_begin. */
void extremes_begin(const struct columns *columns, struct summary *s);

/*
 * These add to a column.  extremes_push: the least and the greatest of some values (no values:
 * number.h), with a sequence number higher than all before.  extremes_insert: one value, whose
 * sequence number may be lower.  They return 0, or -1 (ENOMEM).
 */
int extremes_push(const struct column *column, struct summary *s, uint64_t sequence,
    double least, double greatest);
int extremes_insert(const struct column *column, struct summary *s, uint64_t sequence,
    double number);

/*
 * Drops the values that have left (those before this sequence number), and updates the parts.
 */
void extremes_settle(const struct columns *columns, struct summary *s, uint64_t sequence);

/*
 * Frees the queues, and empties the parts that borrow, so that summary_end can free the rest.
 */
void extremes_end(const struct columns *columns, struct summary *s);

#endif
