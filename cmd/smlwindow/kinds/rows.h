/*
 * rows: the panes that are open, by number: a row holds those of all keys.
 *
 * A struct of zero bytes holds none.
 */
#ifndef SML_ROWS_H
#define SML_ROWS_H

#include <stdint.h>

#include "kinds/rolling.h"

struct row {
	int64_t number;
	struct pane *panes; /* in no order */
};

struct rows {
	struct row *at;
	size_t head, count, capacity;
};

static inline struct row *
rows_at(const struct rows *rows, size_t i)
{
	return &rows->at[rows->head + i];
}

/*
 * The index of the first row whose number is at least this one; count where there is none.
 */
size_t rows_find(const struct rows *rows, int64_t number);

/*
 * Puts a pane in the row of its number. Returns 0, or -1 (ENOMEM).
 */
int rows_put(struct rows *rows, struct pane *pane);

/*
 * Takes a pane out of its row, which stays, if need be empty.
 */
void rows_take(struct rows *rows, struct pane *pane);

/*
 * Drops the first row, which must be empty.
 */
void rows_drop_first(struct rows *rows);

void rows_free(struct rows *rows);

#endif
