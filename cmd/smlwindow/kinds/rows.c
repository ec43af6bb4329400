/* The open panes of all keys, by number. */
#include "kinds/rows.h"

#include <stdlib.h>
#include <string.h>

size_t
rows_find(const struct rows *rows, int64_t number)
{
	size_t low = 0, high = rows->count, middle;

	/* Most records belong to the last row, or to a new one behind it. */
	if (high > 0 && rows_at(rows, high - 1)->number < number)
		return high;
	if (high > 0 && rows_at(rows, high - 1)->number == number)
		return high - 1;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (rows_at(rows, middle)->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Room for one more before the first or behind the last: by moving all within the array where
 * half of it is free, or in a larger one.
 */
static int
make_room(struct rows *rows, bool front)
{
	size_t capacity = rows->capacity == 0 ? 16 : rows->capacity * 2, head;
	struct row *at;

	if (front ? rows->head > 0 : rows->head + rows->count < rows->capacity)
		return 0;
	if (rows->capacity / 2 <= rows->count) {
		if ((at = realloc(rows->at, capacity * sizeof *at)) == NULL)
			return -1;
		rows->at = at;
		rows->capacity = capacity;
	}
	head = front ? (rows->capacity - rows->count) / 2 : 0;
	memmove(rows->at + head, rows->at + rows->head, rows->count * sizeof *rows->at);
	rows->head = head;
	return 0;
}

/* A new row before the i-th; the shorter side moves. */
static int
insert(struct rows *rows, size_t i, int64_t number)
{
	bool front = i < rows->count - i;
	struct row *row;

	if (make_room(rows, front) == -1)
		return -1;
	rows->head -= front;
	row = rows_at(rows, i);
	if (front)
		memmove(rows_at(rows, 0), rows_at(rows, 1), i * sizeof *row);
	else
		memmove(row + 1, row, (rows->count - i) * sizeof *row);
	*row = (struct row){ .number = number };
	rows->count++;
	return 0;
}

int
rows_put(struct rows *rows, struct pane *pane)
{
	size_t i = rows_find(rows, pane->number);
	struct row *row;

	if ((i == rows->count || rows_at(rows, i)->number != pane->number) &&
	    insert(rows, i, pane->number) == -1)
		return -1;
	row = rows_at(rows, i);
	pane->previous = NULL;
	pane->next = row->panes;
	if (row->panes != NULL)
		row->panes->previous = pane;
	row->panes = pane;
	return 0;
}

void
rows_take(struct rows *rows, struct pane *pane)
{
	if (pane->next != NULL)
		pane->next->previous = pane->previous;
	if (pane->previous != NULL)
		pane->previous->next = pane->next;
	else
		rows_at(rows, rows_find(rows, pane->number))->panes = pane->next;
}

void
rows_drop_first(struct rows *rows)
{
	rows->head++;
	rows->count--;
}

void
rows_free(struct rows *rows)
{
	free(rows->at);
	*rows = (struct rows){ 0 };
}
