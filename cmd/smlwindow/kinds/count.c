/*
 * Windows that no time closes: count (N records of a key, in order of arrival) and global
 * (all records of a key).
 */
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "kinds/kinds.h"
#include "run/closing.h"
#include "state/save.h"

struct count_key {
	struct key_slot slot;
	struct heap_item begun;
	struct open_window window;
};

struct counts {
	struct heap begun; /* open windows by their lowest time, if records have times */
	struct summary_loading loading;
};

static int
count_open(struct run *run, struct err *err)
{
	struct counts *counts;

	if ((counts = run->state = calloc(1, sizeof *counts)) == NULL)
		return err_memory(err);
	counts->begun.placed = true;
	run->table = table_new(offsetof(struct count_key, window) +
		open_window_size(run->columns.summary_size),
	    run->options->common.max_keys);
	return run->table == NULL ? err_memory(err) : 0;
}

static void
drop(struct run *run, void *slot)
{
	struct counts *counts = run->state;
	struct count_key *key = slot;

	heap_drop(&counts->begun, &key->begun);
	open_window_end(run, &key->window);
	run->entries--;
	word_drop(&key->slot.spelt, &run->pool);
	table_drop(run->table, key);
}

static struct closing
closing_of(const struct run *run, struct count_key *key)
{
	return (struct closing){
		.end = key->window.last,
		.start = key->window.first,
		.prefix = closing_prefix(run, &key->slot),
		.key = &key->slot,
		.window = &key->window,
	};
}

static int
count_take(struct run *run, struct record *record, const struct event *event, bool late,
    struct err *err)
{
	struct counts *counts = run->state;
	struct count_key *key, *found;
	struct closing closing;

	(void)record;
	(void)late;
	found = table_get(run->table, event->key.p, event->key.len);
	if ((key = run_slot_ready(run, event, found,
		 (found == NULL) + open_window_growth(run, event), drop, err)) == NULL)
		return -1;
	if (found == NULL) {
		open_window_begin(run, &key->window);
		run->entries++;
	}
	if (open_window_add(run, &key->window, &key->slot, event) == -1 ||
	    (run->time_slot != -1 &&
		heap_set(&counts->begun, key->window.first, &key->begun) == -1))
		return run_memory(run, err);
	if (run->window.kind != WINDOW_COUNT ||
	    key->window.summary.records < run->window.count)
		return 0;
	closing = closing_of(run, key);
	if (closing_write(run, &closing, false, err) == -1)
		return -1;
	drop(run, key);
	return 0;
}

static int64_t
count_earliest(struct run *run)
{
	const struct counts *counts = run->state;
	const struct heap_entry *first = heap_first(&counts->begun);

	return first == NULL ? INT64_MAX : first->rank;
}

static int
count_finish(struct run *run, struct err *err)
{
	struct count_key *key = NULL;
	size_t i;

	run->closings = 0;
	while ((key = table_next(run->table, key)) != NULL)
		if (closing_add(run, closing_of(run, key), err) == -1)
			return -1;
	if (closing_sort(run) == -1)
		return run_memory(run, err);
	for (i = 0; i < run->closings; i++) {
		if (closing_write(run, &run->closing[i], run->window.kind == WINDOW_COUNT,
			err) == -1)
			return -1;
		drop(run, run->closing[i].key);
	}
	return 0;
}

static void
count_close(struct run *run)
{
	struct counts *counts = run->state;
	void *slot;

	if (counts == NULL)
		return;
	while (run->table != NULL && (slot = table_next(run->table, NULL)) != NULL)
		drop(run, slot);
	heap_free(&counts->begun);
	free(counts);
}

static int
count_save(struct run *run, struct snap *snap, struct err *err)
{
	const struct count_key *key = NULL;

	while (!snap_failed(snap) && (key = table_next(run->table, key)) != NULL) {
		snap_open(snap, "key");
		save_key(snap, &key->slot);
		if (save_window(run, snap, &key->window, err) == -1)
			return -1;
	}
	return 0;
}

static int
count_load(struct run *run, const char *section, struct value object, struct err *err)
{
	struct counts *counts = run->state;
	struct count_key *key;

	if (strcmp(section, "key") != 0)
		return load_part(run, &counts->loading, section, object, err);
	if ((key = load_key(run, object, err)) == NULL)
		return -1;
	open_window_begin(run, &key->window);
	run->entries++;
	if (load_window(run, &counts->loading, &key->slot, &key->window, object, err) == -1)
		return -1;
	if (run->window.kind == WINDOW_COUNT &&
	    key->window.summary.records >= run->window.count)
		return err_set(err, object.p, "a window of more records than it takes");
	if (run->time_slot != -1 &&
	    heap_set(&counts->begun, key->window.first, &key->begun) == -1)
		return run_memory(run, err);
	return 0;
}

static int
count_loaded(struct run *run, struct err *err)
{
	const struct counts *counts = run->state;

	return load_complete(run, &counts->loading, (struct value){ 0 }, err);
}

const struct windowing count_windows = {
	.open = count_open,
	.take = count_take,
	.earliest = count_earliest,
	.finish = count_finish,
	.save = count_save,
	.load = count_load,
	.loaded = count_loaded,
	.close = count_close,
};
