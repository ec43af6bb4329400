/*
 * Sliding windows: each record is written with the features of the window that ends at it, in
 * the order of time as far as --lateness allows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kinds/kinds.h"
#include "kinds/reorder.h"
#include "numbers/span.h"
#include "state/save_history.h"

struct sliding {
	struct reorder reorder;
	struct record record; /* a record that waited, parsed again, */
	struct event event;   /* and read */
	struct result *lags;  /* of each function; NULL if none is a lag() */
	int64_t forget;	      /* no key need be forgotten before this watermark */
	struct history_loading loading;
};

static void
drop(struct run *run, void *slot)
{
	struct history *history = slot;

	run->entries -= history->count;
	history_end(&run->columns, history, &run->pool);
	word_drop(&history->slot.spelt, &run->pool);
	table_drop(run->table, history);
}

static int
sliding_open(struct run *run, struct err *err)
{
	struct sliding *sliding;
	bool lags = false;
	size_t i;

	if ((sliding = run->state = calloc(1, sizeof *sliding)) == NULL)
		return err_memory(err);
	sliding->forget = INSTANT_NONE;
	for (i = 0; i < run->functions.count; i++)
		lags |= run->functions.at[i].kind == FUNCTION_LAG;
	if (lags && (sliding->lags = calloc(i, sizeof *sliding->lags)) == NULL)
		return err_memory(err);
	run->table = table_new(history_size(&run->columns), run->options->common.max_keys);
	if (run->table == NULL || event_open(&sliding->event, run) == -1)
		return err_memory(err);
	return record_open(&sliding->record, run->fields,
	    (unsigned int)run->options->common.max_depth, err);
}

/*
 * Returns whether a record is late: before its key's last result, or more than a size before
 * the watermark.
 */
static bool
sliding_is_late(struct run *run, const struct event *event)
{
	int64_t watermark = stream_watermark(run->stream);
	const struct history *history;

	if (watermark == INSTANT_NONE || event->time >= watermark)
		return false;
	if (event->time < span_before(watermark, run->window.size))
		return true;
	history = table_get(run->table, event->key.p, event->key.len);
	return history != NULL && event->time < history->last;
}

/*
 * Drops a key whose events no longer count: the window of a record that is not late cannot
 * reach them.  Checks only the longest idle key, and only when it can be due.
 */
static void
forget(struct run *run, int64_t watermark)
{
	struct sliding *sliding = run->state;
	struct history *idle;
	int64_t due;

	while (watermark > sliding->forget) {
		if ((idle = table_next(run->table, NULL)) == NULL)
			break;
		due = span_after(span_after(idle->last, run->window.size), run->window.size);
		if (watermark <= due)
			sliding->forget = due;
		else if (run_cut(run))
			break;
		else
			drop(run, idle);
	}
}

/* Removes events as history_evict does, and subtracts them. */
static inline long
evict_step(struct run *run, struct history *history, int64_t time)
{
	long gone = history_evict(&run->columns, history, span_before(time, run->window.size),
	    &run->pool);

	if (gone != -1)
		run->entries -= (uint64_t)gone;
	return gone;
}

/* Continues to evict if many events have left the window; stops if the run must end. */
static __attribute__((noinline)) long
evict_more(struct run *run, struct history *history, int64_t time)
{
	long gone = HISTORY_STEP;

	while (gone == HISTORY_STEP && !stream_cut(run->stream))
		gone = evict_step(run, history, time);
	return gone;
}

/* Removes the events that have left the window of a key at this time. */
static inline int
evict(struct run *run, struct history *history, int64_t time, struct err *err)
{
	long gone = evict_step(run, history, time);

	if (gone == HISTORY_STEP)
		gone = evict_more(run, history, time);
	if (gone == -1)
		return run_memory(run, err);
	return gone == HISTORY_STEP ? -1 : 0;
}

/* Near a limit, makes sure that there is room before anything is made. */
static int
make_room(struct run *run, const struct event *event, struct err *err)
{
	struct sliding *sliding = run->state;
	struct history *history = table_get(run->table, event->key.p, event->key.len);

	if (history != NULL && evict(run, history, event->time, err) == -1)
		return -1;
	if (memory_is_short() ||
	    (history == NULL && table_count(run->table) >= run->options->common.max_keys)) {
		/*
		 * Look again for keys that no longer count, before a key that counts is
		 * dropped.
		 */
		sliding->forget = INSTANT_NONE;
		forget(run, stream_watermark(run->stream));
	}
	return run_room(run, event, 1, history, drop, err);
}

/*
 * Returns the key's history, ready for an event at this time: events that left the window are
 * removed, and there is room.
 */
static struct history *
ready(struct run *run, const struct event *event, struct err *err)
{
	struct history *history;
	bool fresh;

	if ((run->entries >= run->options->max_events || memory_is_short() ||
		table_count(run->table) >= run->options->common.max_keys) &&
	    make_room(run, event, err) == -1)
		return NULL;
	if ((history = run_slot(run, event, &fresh, drop, err)) == NULL)
		return NULL;
	if (!fresh)
		return evict(run, history, event->time, err) == -1 ? NULL : history;
	history_begin(&run->columns, history);
	if (run_slot_begin(run, &history->slot, event) == -1) {
		run_memory(run, err);
		return NULL;
	}
	return history;
}

/* Counts a record and writes it. */
static int
process(struct run *run, const struct record *record, const struct event *event,
    struct err *err)
{
	struct sliding *sliding = run->state;
	const struct columns *columns = &run->columns;
	bool exclude = run->options->exclude_current;
	struct history *history;
	size_t i;

	if ((history = ready(run, event, err)) == NULL)
		return -1;
	for (i = 0; sliding->lags != NULL && i < run->functions.count; i++)
		if (run->functions.at[i].kind == FUNCTION_LAG)
			sliding->lags[i] = history_lag(columns, history, i);
	if (!exclude &&
	    history_append(columns, history, event->time, event->cells, &run->pool) == -1)
		return run_memory(run, err);
	history_settle(columns, history);
	run_features(run, &history->summary, sliding->lags);
	if (exclude &&
	    history_append(columns, history, event->time, event->cells, &run->pool) == -1)
		return run_memory(run, err);
	history->last = event->time;
	run->entries++;
	run->results++;
	if (edit_write(run->edit, record, stream_out(run->stream), err) == -1)
		return run_memory(run, err);
	return 0;
}

/* Makes an error's message name the place of a record that waited. */
static int
blame(struct run *run, struct reorder_item *held, const struct value *object,
    const struct err *err)
{
	size_t byte = err->at == NULL ? held->size : (size_t)(err->at - object->p);

	held->place.byte = byte < held->size ? held->place.byte + byte : 0;
	run->blamed = &held->place;
	return -1;
}

/* Processes the next of the records that wait, and frees it. */
static int
release(struct run *run, struct err *err)
{
	struct sliding *sliding = run->state;
	struct reorder_item *held = reorder_top(&sliding->reorder);
	struct record *record = &sliding->record;

	if (stream_cut(run->stream))
		return -1;
	if (record_parse_text(record, run->fields, held->bytes, held->size, err) == -1 ||
	    event_take(&sliding->event, run, record, err) == -1 ||
	    process(run, record, &sliding->event, err) == -1)
		return blame(run, held, &record->object, err);
	reorder_pop(&sliding->reorder, &run->pool);
	return 0;
}

static int
sliding_advance(struct run *run, int64_t watermark, struct err *err)
{
	struct sliding *sliding = run->state;
	const struct reorder_item *held;

	while ((held = reorder_top(&sliding->reorder)) != NULL && held->time <= watermark)
		if (release(run, err) == -1)
			return -1;
	forget(run, watermark);
	return 0;
}

static int
sliding_take(struct run *run, struct record *record, const struct event *event, bool late,
    struct err *err)
{
	struct sliding *sliding = run->state;
	struct place place;

	if (late)
		return 0;
	if (event->time <= stream_watermark(run->stream))
		return process(run, record, event, err);
	if (sliding->reorder.heap.count >= run->options->max_held)
		return err_set(err, NULL,
		    "more than --max-held %llu records wait for the lateness: raise it",
		    (unsigned long long)run->options->max_held);
	if (memory_is_short())
		return err_set(err, NULL,
		    "the records that wait for the lateness would take more than "
		    "--max-memory %llu: raise it",
		    (unsigned long long)run->options->common.max_memory);
	place = stream_place(run->stream, &(struct err){ .at = record->object.p });
	if (reorder_push(&sliding->reorder, event->time, &place, record->object.p,
		record->object.len, &run->pool) == -1)
		return run_memory(run, err);
	return 0;
}

/* Returns the earliest time of later output: records that wait are after the watermark. */
static int64_t
sliding_earliest(struct run *run)
{
	(void)run;
	return INT64_MAX;
}

static int
sliding_finish(struct run *run, struct err *err)
{
	struct sliding *sliding = run->state;
	const struct reorder_item *held;
	int64_t time;

	while ((held = reorder_top(&sliding->reorder)) != NULL) {
		time = held->time;
		if (release(run, err) == -1)
			return -1;
		stream_advance(run->stream, time);
	}
	return 0;
}

/* The members that are saved once for the whole run, in one line. */
static const struct member sliding_members[] = {
	{ "forget", M_I64, offsetof(struct sliding, forget), 0 }, MEMBERS_END
};

struct saved_held {
	char *record;
	uint64_t size;
	int64_t time;
};

static const struct member held_members[] = { { "time", M_I64,
						  offsetof(struct saved_held, time), 0 },
	{ "record", M_JSON, offsetof(struct saved_held, record),
	    offsetof(struct saved_held, size) },
	MEMBERS_END };

static void
save_reorder(struct snap *snap, struct reorder *reorder)
{
	struct reorder_item *item;
	struct saved_held saved;
	size_t i;

	heap_sort(&reorder->heap);
	for (i = 0; i < reorder->heap.count; i++) {
		item = reorder->heap.p[i].item;
		saved = (struct saved_held){ item->bytes, item->size, item->time };
		snap_put(snap, "held", held_members, &saved);
	}
}

/* Checks that a waiting record has this time, and that this is after the watermark. */
static int
check_held(struct run *run, int64_t time, struct value record, struct err *err)
{
	struct sliding *sliding = run->state;

	if (record.kind != V_OBJECT)
		return err_set(err, record.p, "a record that is none");
	if (record_parse_text(&sliding->record, run->fields, record.p, record.len, err) ==
		-1 ||
	    event_take(&sliding->event, run, &sliding->record, err) == -1 ||
	    edit_check(run->edit, &sliding->record, err) == -1)
		return -1;
	if (sliding->event.time != time)
		return err_set(err, record.p, "a record of another time");
	return 0;
}

static int
load_held(struct run *run, struct value object, struct err *err)
{
	struct sliding *sliding = run->state;
	const struct place nowhere = { 0 };
	struct saved_held saved = { 0 };
	int status = snap_get(object, held_members, &saved, err);

	if (status == 0)
		status = check_held(run, saved.time, value_member(object, "record"), err);
	if (status == 0 &&
	    reorder_push(&sliding->reorder, saved.time, &nowhere, saved.record, saved.size,
		&run->pool) == -1)
		status = run_memory(run, err);
	free(saved.record);
	return status;
}

static int
sliding_save(struct run *run, struct snap *snap, struct err *err)
{
	struct sliding *sliding = run->state;
	struct history *history = NULL;

	snap_put(snap, "sliding", sliding_members, sliding);
	save_reorder(snap, &sliding->reorder);
	while (!snap_failed(snap) && (history = table_next(run->table, history)) != NULL)
		if (save_history(run, snap, history) == -1)
			return run_memory(run, err);
	return 0;
}

static int
sliding_load(struct run *run, const char *section, struct value object, struct err *err)
{
	struct sliding *sliding = run->state;

	if (strcmp(section, "sliding") == 0)
		return snap_get(object, sliding_members, sliding, err);
	if (strcmp(section, "held") == 0)
		return load_held(run, object, err);
	return load_history(run, &sliding->loading, section, object, err);
}

static int
sliding_loaded(struct run *run, struct err *err)
{
	const struct sliding *sliding = run->state;

	return load_history_complete(run, &sliding->loading, err);
}

static void
sliding_close(struct run *run)
{
	struct sliding *sliding = run->state;
	void *slot;

	if (sliding == NULL)
		return;
	while (run->table != NULL && (slot = table_next(run->table, NULL)) != NULL)
		drop(run, slot);
	reorder_free(&sliding->reorder, &run->pool);
	event_close(&sliding->event, run);
	record_close(&sliding->record);
	load_history_end(&sliding->loading);
	free(sliding->lags);
	free(sliding);
}

const struct windowing sliding_windows = {
	.open = sliding_open,
	.is_late = sliding_is_late,
	.advance = sliding_advance,
	.take = sliding_take,
	.earliest = sliding_earliest,
	.finish = sliding_finish,
	.save = sliding_save,
	.load = sliding_load,
	.loaded = sliding_loaded,
	.close = sliding_close,
};
