/* Closes tumbling and hopping windows, one after the other, each for all keys. */
#include "run/closing.h"
#include "kinds/panes.h"

static int
gather(struct run *run, struct pane *pane, struct err *err)
{
	struct key_slot *key = &pane->key->slot;

	return closing_add(run,
	    (struct closing){
		.prefix = closing_prefix(run, key),
		.key = key,
		.window = &pane->window,
	    },
	    err);
}

/* Frees the panes of a row that is in no open window, and the row. */
static int
drop_row(struct run *run, struct row *row, bool rolling, struct err *err)
{
	struct pane *pane;
	struct pane_key *key;

	while ((pane = row->panes) != NULL) {
		key = pane->key;
		if (run_cut(run))
			return -1;
		if (rolling && rolling_leave(run, pane) == -1)
			return run_memory(run, err);
		panes_free(run, pane);
		if (!rolling && sorted_empty(&key->panes))
			panes_drop_key(run, key);
	}
	panes_drop_row(run, row);
	return 0;
}

/* Closes a tumbling window: it is the first row. */
static int
close_tumbling(struct run *run, int64_t window, struct err *err)
{
	struct panes *panes = run->state;
	struct row *row = sorted_front(&panes->rows);
	struct pane *pane;
	size_t i;

	run->closings = 0;
	for (pane = row->panes; pane != NULL; pane = pane->next)
		if (gather(run, pane, err) == -1)
			return -1;
	if (closing_sort(run) == -1)
		return run_memory(run, err);
	for (i = 0; i < run->closings; i++) {
		run->closing[i].end = align_end(&panes->align, window);
		run->closing[i].start = run->closing[i].end - run->window.size;
		if (closing_write(run, &run->closing[i], false, err) == -1)
			return -1;
	}
	return drop_row(run, row, false, err);
}

/* Merges the panes of a row into the rolling windows. */
static int
enter_row(struct run *run, const struct row *row, struct err *err)
{
	struct panes *panes = run->state;
	struct pane *pane;

	for (pane = row->panes; pane != NULL; pane = pane->next) {
		if (run_cut(run))
			return -1;
		if ((pane->key->merged == 0 &&
			open_keys_add(run, &panes->open, &pane->key->slot) == -1) ||
		    rolling_enter(run, pane) == -1)
			return run_memory(run, err);
	}
	return 0;
}

int
panes_enter(struct run *run, int64_t end, struct err *err)
{
	struct panes *panes = run->state;
	const struct row *row = sorted_from(&panes->rows, panes->merged, NULL);

	for (; row != NULL && row->number < end; row = sorted_after(&panes->rows, row->number))
		if (enter_row(run, row, err) == -1)
			return -1;
	panes->merged = end;
	return open_keys_settle(run, &panes->open) == -1 ? run_memory(run, err) : 0;
}

static bool
keep(struct run *run, struct key_slot *of)
{
	struct pane_key *key = (struct pane_key *)of;

	if (key->merged > 0)
		return true;
	if (sorted_empty(&key->panes))
		panes_drop_key(run, key);
	return false;
}

/* Removes the panes below start, which are in no open window. */
static int
leave(struct run *run, int64_t start, struct err *err)
{
	struct panes *panes = run->state;
	struct row *row;

	while ((row = sorted_first(&panes->rows)) != NULL && row->number < start)
		if (drop_row(run, row, true, err) == -1)
			return -1;
	open_keys_sweep(run, &panes->open, keep);
	return 0;
}

static int
write_key(struct run *run, struct pane_key *key, const struct open_window *window, int64_t end,
    struct err *err)
{
	struct closing closing = {
		.start = end - run->window.size,
		.end = end,
		.key = &key->slot,
		.window = window,
	};

	return closing_write(run, &closing, false, err);
}

static int
close_hopping(struct run *run, int64_t window, struct err *err)
{
	struct panes *panes = run->state;
	struct pane_key *key;
	size_t i;

	if (panes_enter(run, window * panes->align.per_slide + panes->align.per_window, err) ==
	    -1)
		return -1;
	for (i = 0; i < panes->open.count; i++) {
		key = (struct pane_key *)panes->open.at[i].key;
		if (key == NULL)
			continue;
		if (write_key(run, key, rolling_settle(run, key),
			align_end(&panes->align, window), err) == -1)
			return -1;
	}
	return leave(run, (window + 1) * panes->align.per_slide, err);
}

int
panes_close_below(struct run *run, int64_t limit, struct err *err)
{
	struct panes *panes = run->state;
	const struct row *row;
	int64_t window, first;

	while ((row = sorted_first(&panes->rows)) != NULL) {
		window = panes->next;
		if (panes->open.count + panes->open.freshes == 0) {
			/* Windows before the first window of the first pane are empty. */
			first = align_first(&panes->align, row->number);
			window = first > window ? first : window;
		}
		if (window >= limit)
			break;
		if ((panes_tumble(panes) ? close_tumbling : close_hopping)(run, window, err) ==
		    -1)
			return -1;
		panes->next = window + 1;
	}
	if (panes->next < limit)
		panes->next = limit;
	panes->due = align_end(&panes->align, panes->next);
	return 0;
}
