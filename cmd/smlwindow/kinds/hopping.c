/*
 * Tumbling and hopping windows. A record counts in its pane (align.h); windows are made of
 * panes (rolling.c), so that a longer window costs no more.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kinds/kinds.h"
#include "kinds/panes.h"
#include "numbers/span.h"

static int
pane_open(struct run *run, struct err *err)
{
	struct panes *panes;

	if ((panes = run->state = calloc(1, sizeof *panes)) == NULL)
		return err_memory(err);
	panes->align = align_make(run->window.size, run->window.slide);
	panes->next = panes->due = panes->merged = INT64_MIN;
	run->table = table_new(sizeof(struct pane_key), run->options->common.max_keys);
	return run->table == NULL ? err_memory(err) : 0;
}

/* Checks that every window of the record begins and ends within the limits. */
static int
pane_check(struct run *run, const struct event *event, struct err *err)
{
	const struct panes *panes = run->state;

	if (align_within(&panes->align, event->time))
		return 0;
	return err_set(err, NULL,
	    "a window of this time begins before 1677-09-21 or ends after "
	    "2262-04-11, the limits of times in nanoseconds");
}

/* Returns whether any of the event's windows is closed. */
static bool
pane_is_late(struct run *run, const struct event *event)
{
	const struct align *align = &((const struct panes *)run->state)->align;
	int64_t watermark = stream_watermark(run->stream);

	if (watermark == INSTANT_NONE || event->time >= watermark)
		return false;
	return align_end(align, align_first(align, align_pane(align, event->time))) <=
	    watermark;
}

static int
pane_advance(struct run *run, int64_t watermark, struct err *err)
{
	const struct panes *panes = run->state;

	if (watermark < panes->due)
		return 0;
	return panes_close_below(run, align_open(&panes->align, watermark), err);
}

/* Returns the slot of an event's key, with room for the event. */
static struct pane_key *
find_key(struct run *run, const struct event *event, int64_t number, struct err *err)
{
	uint64_t growth = open_window_growth(run, event);
	struct pane_key *key;

	if (run->entries + growth < run->options->max_events && !memory_is_short())
		return run_slot_put(run, event, panes_drop, err);
	key = table_get(run->table, event->key.p, event->key.len);
	growth += key == NULL || panes_find(key, number) == NULL;
	return run_slot_ready(run, event, key, growth, panes_drop, err);
}

static int
pane_take(struct run *run, struct record *record, const struct event *event, bool late,
    struct err *err)
{
	struct panes *panes = run->state;
	int64_t number = align_pane(&panes->align, event->time);
	struct pane_key *key;
	struct pane *pane;

	(void)record;
	if (late && align_last(&panes->align, number) < panes->next)
		return 0;
	if ((key = find_key(run, event, number, err)) == NULL)
		return -1;
	pane = panes_find(key, number);
	if (pane == NULL && (pane = panes_add(run, key, number)) == NULL)
		return run_memory(run, err);
	if (open_window_add(run, &pane->window, &key->slot, event) == -1)
		return run_memory(run, err);
	if (number < panes->merged && rolling_add(run, pane, event) == -1)
		return run_memory(run, err);
	return 0;
}

/* Returns where the first open window begins, even if it is still empty. */
static int64_t
pane_earliest(struct run *run)
{
	const struct panes *panes = run->state;
	int64_t end = align_end(&panes->align, panes->next);

	return panes->next == INT64_MIN || end == INSTANT_NONE ? INSTANT_NONE :
	    end == INT64_MAX				       ? INT64_MAX :
			       span_before(end, run->window.size);
}

/* Closes all windows, as if the watermark had reached the end of the last one. */
static int
pane_finish(struct run *run, struct err *err)
{
	struct panes *panes = run->state;
	int64_t limit, last;

	if (sorted_last(&panes->rows, &last) == NULL)
		return 0;
	limit = align_last(&panes->align, last) + 1;
	if (panes_close_below(run, limit, err) == -1)
		return -1;
	stream_advance(run->stream, align_end(&panes->align, limit - 1));
	return 0;
}

static void
pane_free(struct run *run)
{
	struct panes *panes = run->state;
	void *slot;

	if (panes == NULL)
		return;
	/* Free these first: then dropping a key does not search them for the key. */
	open_keys_free(&panes->open);
	while (run->table != NULL && (slot = table_next(run->table, NULL)) != NULL)
		panes_drop(run, slot);
	while ((slot = sorted_last(&panes->rows, NULL)) != NULL)
		panes_drop_row(run, slot);
	free(panes);
}

static const struct member panes_members[] = {
	{ "merged", M_I64, offsetof(struct panes, merged), 0 }, MEMBERS_END
};

static const struct member pane_members[] = {
	{ "number", M_I64, offsetof(struct pane, number), 0 }, MEMBERS_END
};

/* Saves the panes, from which the rolling windows can be computed again. */
static int
pane_save(struct run *run, struct snap *snap, struct err *err)
{
	struct pane_key *key = NULL;
	const struct pane *pane;

	snap_put(snap, "panes", panes_members, run->state);
	while (!snap_failed(snap) && (key = table_next(run->table, key)) != NULL) {
		snap_open(snap, "key");
		save_key(snap, &key->slot);
		snap_shut(snap);
		for (pane = sorted_first(&key->panes); pane != NULL;
		     pane = sorted_after(&key->panes, pane->number)) {
			snap_open(snap, "pane");
			snap_part(snap, pane_members, pane);
			if (save_window(run, snap, &pane->window, err) == -1)
				return -1;
		}
	}
	return 0;
}

/* Checks that a pane has the times of its records. */
static int
check_pane(const struct run *run, const struct pane *pane, struct value object,
    struct err *err)
{
	const struct align *align = &((const struct panes *)run->state)->align;

	if (!align_within(align, pane->window.first) ||
	    !align_within(align, pane->window.last) ||
	    align_pane(align, pane->window.first) != pane->number ||
	    align_pane(align, pane->window.last) != pane->number)
		return err_set(err, object.p, "a pane with records of other times");
	return 0;
}

static int
load_pane(struct run *run, struct value object, struct err *err)
{
	struct panes *panes = run->state;
	struct pane_key *key = panes->key;
	struct pane saved, *pane;

	if (key == NULL)
		return err_set(err, object.p, "a pane without a key");
	if (snap_get(object, pane_members, &saved, err) == -1)
		return -1;
	if (panes_find(key, saved.number) != NULL)
		return err_set(err, object.p, "a pane that is there twice");
	pane = panes_put(run, key, saved.number);
	if (pane == NULL)
		return run_memory(run, err);
	if (load_window(run, &panes->loading, &key->slot, &pane->window, object, err) == -1)
		return -1;
	return check_pane(run, pane, object, err);
}

static int
pane_load(struct run *run, const char *section, struct value object, struct err *err)
{
	struct panes *panes = run->state;

	if (strcmp(section, "panes") == 0)
		return snap_get(object, panes_members, panes, err);
	if (strcmp(section, "key") == 0)
		return (panes->key = load_key(run, object, err)) == NULL ? -1 : 0;
	if (strcmp(section, "pane") == 0)
		return load_pane(run, object, err);
	return load_part(run, &panes->loading, section, object, err);
}

/*
 * Merges panes into the rolling windows again, after all are loaded.  The watermark says
 * which windows have closed; panes that no other window uses were not saved.
 */
static int
pane_loaded(struct run *run, struct err *err)
{
	struct panes *panes = run->state;
	const struct align *align = &panes->align;
	const struct row *first = sorted_first(&panes->rows);
	int64_t merged = panes->merged, watermark = stream_watermark(run->stream), end;

	if (load_complete(run, &panes->loading, (struct value){ 0 }, err) == -1)
		return -1;
	panes->merged = INT64_MIN;
	if (watermark == INSTANT_NONE)
		return merged == INT64_MIN ?
		    0 :
		    err_set(err, NULL, "windows have closed before any time");
	panes->next = align_open(align, watermark);
	panes->due = align_end(align, panes->next);
	if (first != NULL && align_last(align, first->number) < panes->next)
		return err_set(err, NULL, "a pane of windows that have closed");
	if (panes_tumble(panes) || merged == INT64_MIN)
		return 0;
	if (__builtin_mul_overflow(panes->next - 1, align->per_slide, &end) ||
	    __builtin_add_overflow(end, align->per_window, &end) || merged > end)
		return err_set(err, NULL, "panes of windows that have not closed are merged");
	return panes_enter(run, merged, err);
}

const struct windowing pane_windows = {
	.open = pane_open,
	.check = pane_check,
	.is_late = pane_is_late,
	.advance = pane_advance,
	.take = pane_take,
	.earliest = pane_earliest,
	.finish = pane_finish,
	.save = pane_save,
	.load = pane_load,
	.loaded = pane_loaded,
	.close = pane_free,
};
