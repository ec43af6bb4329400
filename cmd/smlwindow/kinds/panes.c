/* Finds, makes and frees open panes. */
#include "kinds/panes.h"

struct pane *
panes_find(struct pane_key *key, int64_t number)
{
	return sorted_at(&key->panes, number);
}

/*
 * Returns the row of a number, and makes it if there is none.  Returns NULL (ENOMEM) if memory
 * is short.
 */
static struct row *
put_row(struct run *run, int64_t number)
{
	struct panes *panes = run->state;
	struct row *row = sorted_at(&panes->rows, number);

	if (row != NULL)
		return row;
	if ((row = pool_get(&run->pool, sizeof *row)) == NULL)
		return NULL;
	*row = (struct row){ .number = number };
	return sorted_put(&panes->rows, number, row, &run->pool) == -1 ? NULL : row;
}

void
panes_drop_row(struct run *run, struct row *row)
{
	struct panes *panes = run->state;

	sorted_drop(&panes->rows, row->number, &run->pool);
	pool_put(&run->pool, row, sizeof *row);
}

static size_t
pane_size(const struct run *run)
{
	return offsetof(struct pane, window) + open_window_size(run->columns.summary_size);
}

struct pane *
panes_put(struct run *run, struct pane_key *key, int64_t number)
{
	struct row *row = put_row(run, number);
	struct pane *pane;

	if (row == NULL || (pane = pool_get(&run->pool, pane_size(run))) == NULL ||
	    sorted_put(&key->panes, number, pane, &run->pool) == -1)
		return NULL;
	*pane = (struct pane){ .number = number, .row = row, .next = row->panes, .key = key };
	if (row->panes != NULL)
		row->panes->previous = pane;
	row->panes = pane;
	open_window_begin(run, &pane->window);
	run->entries++;
	return pane;
}

struct pane *
panes_add(struct run *run, struct pane_key *key, int64_t number)
{
	struct panes *panes = run->state;
	struct pane *pane = panes_put(run, key, number);

	if (pane == NULL || number >= panes->merged)
		return pane;
	if (key->merged == 0 && open_keys_add(run, &panes->open, &key->slot) == -1)
		return NULL;
	return rolling_insert(run, key) == -1 ? NULL : pane;
}

/* Removes a pane from its row. */
static void
leave_row(struct pane *pane)
{
	if (pane->next != NULL)
		pane->next->previous = pane->previous;
	if (pane->previous != NULL)
		pane->previous->next = pane->next;
	else
		pane->row->panes = pane->next;
}

void
panes_free(struct run *run, struct pane *pane)
{
	leave_row(pane);
	sorted_drop(&pane->key->panes, pane->number, &run->pool);
	open_window_end(run, &pane->window);
	run->entries--;
	pool_put(&run->pool, pane, pane_size(run));
}

void
panes_drop_key(struct run *run, struct pane_key *key)
{
	word_drop(&key->slot.spelt, &run->pool);
	table_drop(run->table, key);
}

void
panes_drop(struct run *run, void *slot)
{
	struct panes *panes = run->state;
	struct pane_key *key = slot;
	struct pane *pane;

	if (key->merged > 0)
		open_keys_drop(run, &panes->open, &key->slot);
	rolling_end(run, key);
	while ((pane = sorted_last(&key->panes, NULL)) != NULL)
		panes_free(run, pane);
	panes_drop_key(run, key);
}
