/* The open panes: found, made and freed. */
#include "kinds/panes.h"

uint32_t
panes_find(const struct pane_key *key, int64_t number)
{
	uint32_t low = 0, high = key->panes.count, middle;
	const struct pane *pane;

	if (high > 0 && (pane = deque_at(&key->panes, high - 1))->number <= number)
		return high - (pane->number == number);
	while (low < high) {
		middle = low + (high - low) / 2;
		pane = deque_at(&key->panes, middle);
		if (pane->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct pane *
panes_put(struct run *run, struct pane_key *key, uint32_t i, int64_t number)
{
	struct panes *panes = run->state;
	struct pane *pane;

	pane = pool_get(&run->pool,
	    offsetof(struct pane, window) + open_window_size(run->columns.summary_size));
	if (pane == NULL)
		return NULL;
	open_window_begin(run, &pane->window);
	pane->key = key;
	pane->number = number;
	if (rows_put(&panes->rows, pane) == -1 ||
	    deque_insert(&key->panes, i, pane, &run->pool) == -1)
		return NULL;
	run->entries++;
	return pane;
}

struct pane *
panes_add(struct run *run, struct pane_key *key, uint32_t i, int64_t number)
{
	struct panes *panes = run->state;
	struct pane *pane = panes_put(run, key, i, number);

	if (pane == NULL || number >= panes->merged)
		return pane;
	if (key->merged == 0 && open_keys_add(run, &panes->open, &key->slot) == -1)
		return NULL;
	return rolling_insert(run, key) == -1 ? NULL : pane;
}

void
panes_free(struct run *run, struct pane *pane)
{
	open_window_end(run, &pane->window);
	run->entries--;
	pool_put(&run->pool, pane,
	    offsetof(struct pane, window) + open_window_size(run->columns.summary_size));
}

void
panes_drop_key(struct run *run, struct pane_key *key)
{
	deque_free(&key->panes, &run->pool);
	word_drop(&key->slot.spelt, &run->pool);
	table_drop(run->table, key);
}

void
panes_drop(struct run *run, void *slot)
{
	struct panes *panes = run->state;
	struct pane_key *key = slot;
	struct pane *pane;
	uint32_t i;

	if (key->merged > 0)
		open_keys_drop(&panes->open, &key->slot);
	rolling_end(run, key);
	for (i = 0; i < key->panes.count; i++) {
		pane = deque_at(&key->panes, i);
		rows_take(&panes->rows, pane);
		panes_free(run, pane);
	}
	panes_drop_key(run, key);
}
