/*
 * extremes: the least and the greatest value of a window that events leave, for all columns
 * that need them. Their monotonic queues stand after the summary, as columns_make has placed
 * them; what its parts for them and for first and last then have is borrowed from the window.
 */
#ifndef SML_EXTREMES_H
#define SML_EXTREMES_H

#include "numbers/summary.h"

/*
 * Begins the queues of a summary that was begun.
 */
void extremes_begin(const struct columns *columns, struct summary *s);

/*
 * Adds a value of a column with a sequence that is higher than all before it, or that may be
 * lower. either may be none (number.h). Returns 0, or -1 (ENOMEM).
 */
int extremes_push(const struct column *column, struct summary *s, uint64_t sequence,
    double least, double greatest);
int extremes_insert(const struct column *column, struct summary *s, uint64_t sequence,
    double number);

/*
 * Brings the parts up to date: what is before a sequence has left.
 */
void extremes_settle(const struct columns *columns, struct summary *s, uint64_t sequence);

/*
 * Frees the queues, and empties the parts whose content is borrowed, so that summary_end can
 * take the rest.
 */
void extremes_end(const struct columns *columns, struct summary *s);

#endif
