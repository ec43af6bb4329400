/* How tumbling and hopping windows close, one window of all keys after the other. */
#include "kinds/closing.h"
#include "kinds/panes.h"

static int
gather(struct run *run, struct pane *pane)
{
	struct key_slot *key = &pane->key->slot;

	return closing_add(run,
	    (struct closing){
		.prefix = closing_prefix(run, key),
		.key = key,
		.window = &pane->window,
	    });
}

/* The window is the first row. */
static int
close_tumbling(struct run *run, int64_t window, struct err *err)
{
	struct panes *panes = run->state;
	struct pane *pane, *next;
	struct pane_key *key;
	size_t i;

	run->closings = 0;
	for (pane = rows_at(&panes->rows, 0)->panes; pane != NULL; pane = pane->next)
		if (gather(run, pane) == -1)
			return run_memory(run, err);
	if (closing_sort(run) == -1)
		return run_memory(run, err);
	for (i = 0; i < run->closings; i++) {
		run->closing[i].end = align_end(&panes->align, window);
		run->closing[i].start = run->closing[i].end - run->window.size;
		if (closing_write(run, &run->closing[i], false, err) == -1)
			return -1;
	}
	for (pane = rows_at(&panes->rows, 0)->panes; pane != NULL; pane = next) {
		next = pane->next;
		key = pane->key;
		deque_remove(&key->panes, 0);
		panes_free(run, pane);
		if (key->panes.count == 0)
			panes_drop_key(run, key);
	}
	rows_drop_first(&panes->rows);
	return 0;
}

int
panes_enter(struct run *run, int64_t end, struct err *err)
{
	struct panes *panes = run->state;
	struct pane *pane;
	struct row *row;
	size_t i;

	for (i = rows_find(&panes->rows, panes->merged); i < panes->rows.count; i++) {
		row = rows_at(&panes->rows, i);
		if (row->number >= end)
			break;
		for (pane = row->panes; pane != NULL; pane = pane->next) {
			if (pane->key->merged == 0 &&
			    open_keys_add(run, &panes->open, &pane->key->slot) == -1)
				return run_memory(run, err);
			if (rolling_enter(run, pane->key) == -1)
				return run_memory(run, err);
		}
	}
	panes->merged = end;
	return open_keys_settle(run, &panes->open) == -1 ? run_memory(run, err) : 0;
}

static bool
keep(struct run *run, struct key_slot *of)
{
	struct pane_key *key = (struct pane_key *)of;

	if (key->merged > 0)
		return true;
	if (key->panes.count == 0)
		panes_drop_key(run, key);
	return false;
}

/* The panes below start are in no window that is open. */
static int
leave(struct run *run, int64_t start, struct err *err)
{
	struct panes *panes = run->state;
	struct pane *pane, *next;
	struct pane_key *key;

	while (panes->rows.count > 0 && rows_at(&panes->rows, 0)->number < start) {
		for (pane = rows_at(&panes->rows, 0)->panes; pane != NULL; pane = next) {
			next = pane->next;
			key = pane->key;
			if (rolling_leave(run, key) == -1)
				return run_memory(run, err);
			deque_remove(&key->panes, 0);
			panes_free(run, pane);
		}
		rows_drop_first(&panes->rows);
	}
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
	int64_t window, first;

	while (panes->rows.count > 0) {
		window = panes->next;
		if (panes->open.count + panes->open.freshes == 0) {
			/* No window before that of the first pane has anything in it. */
			first = align_first(&panes->align, rows_at(&panes->rows, 0)->number);
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
