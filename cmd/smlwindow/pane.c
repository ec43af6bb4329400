/*
 * Tumbling and hopping windows, [start, end) and aligned to the epoch. Time is cut into panes
 * as wide as the greatest common divisor of size and slide: a record counts in its pane, and
 * windows are made of panes (running.c). A tumbling window is one pane.
 *
 * Window number k begins at k * slide and holds the panes [k * per_slide, k * per_slide +
 * per_window).
 */
#include <stdlib.h>
#include <string.h>

#include "active.h"
#include "closing.h"
#include "rows.h"
#include "save.h"
#include "span.h"

struct panes {
	int64_t width, per_window, per_slide;
	struct rows rows;
	int64_t next;		/* the first window that has not closed */
	int64_t due;		/* where it ends: nothing closes before */
	int64_t merged;		/* panes below this number are in running windows */
	struct active active;
	struct pane_lane *lane;		/* whose panes are being loaded */
	struct loading loading;
};

static bool
is_tumbling(const struct panes *panes)
{
	return panes->per_window == 1;
}

/* The first window that holds a pane. */
static int64_t
first_window(const struct panes *panes, int64_t pane)
{
	return span_floor(pane - panes->per_window, panes->per_slide) + 1;
}

/* Where a window ends, or the last instant where that lies beyond. */
static int64_t
end_of(const struct panes *panes, int64_t window)
{
	int64_t end;

	if (__builtin_mul_overflow(window, panes->per_slide, &end) ||
	    __builtin_add_overflow(end, panes->per_window, &end) ||
	    __builtin_mul_overflow(end, panes->width, &end))
		return window < 0 ? INSTANT_NONE : INT64_MAX;
	return end;
}

/* The first window that ends after a watermark. */
static int64_t
first_open(const struct panes *panes, int64_t watermark)
{
	int64_t pane = span_floor(watermark, panes->width), last;

	if (__builtin_sub_overflow(pane, panes->per_window, &last))
		return INT64_MIN / panes->per_slide;
	return span_floor(last, panes->per_slide) + 1;
}

static int64_t
common_divisor(int64_t a, int64_t b)
{
	return b == 0 ? a : common_divisor(b, a % b);
}

static int
pane_open(struct job *job, struct err *err)
{
	struct panes *panes;

	if ((panes = job->state = calloc(1, sizeof *panes)) == NULL)
		return err_memory(err);
	panes->width = common_divisor(job->window.size, job->window.slide);
	panes->per_window = job->window.size / panes->width;
	panes->per_slide = job->window.slide / panes->width;
	panes->next = panes->due = panes->merged = INT64_MIN;
	job->table = table_new(sizeof(struct pane_lane), job->options->common.max_keys);
	return job->table == NULL ? err_memory(err) : 0;
}

/* Every window of the record must begin and end within the limits. */
static int
pane_check(struct job *job, const struct reading *reading, struct err *err)
{
	const struct panes *panes = job->state;
	int64_t pane = span_floor(reading->time, panes->width), start, end;

	if (__builtin_sub_overflow(pane, panes->per_window, &start))
		goto outside;
	start = span_floor(start, panes->per_slide) + 1;
	end = span_floor(pane, panes->per_slide);
	if (__builtin_mul_overflow(start, panes->per_slide, &start) ||
	    __builtin_mul_overflow(start, panes->width, &start) || start == INSTANT_NONE ||
	    __builtin_mul_overflow(end, panes->per_slide, &end) ||
	    __builtin_add_overflow(end, panes->per_window, &end) ||
	    __builtin_mul_overflow(end, panes->width, &end))
		goto outside;
	return 0;
outside:
	return err_set(err, NULL, "a window of this time begins before 1677-09-21 or ends after "
	    "2262-04-11, the limits of times in nanoseconds");
}

static bool
pane_is_late(struct job *job, const struct reading *reading)
{
	const struct panes *panes = job->state;
	int64_t watermark = stream_watermark(job->stream);

	if (watermark == INSTANT_NONE || reading->time >= watermark)
		return false;
	return end_of(panes, first_window(panes, span_floor(reading->time, panes->width))) <=
	    watermark;
}

static void
free_pane(struct job *job, struct pane *pane)
{
	frame_end(job, &pane->frame);
	job->entries--;
	pool_put(&job->pool, pane,
	    offsetof(struct pane, frame) + frame_size(job->columns.summary_size));
}

static void
drop_lane(struct job *job, struct pane_lane *lane)
{
	deque_free(&lane->panes, &job->pool);
	kept_drop(&lane->lane.spelt, &job->pool);
	table_drop(job->table, lane);
}

/* Evicts a key with all of its panes. */
static void
drop(struct job *job, void *slot)
{
	struct panes *panes = job->state;
	struct pane_lane *lane = slot;
	struct pane *pane;
	uint32_t i;

	if (lane->merged > 0)
		active_drop(&panes->active, &lane->lane);
	running_end(job, lane);
	for (i = 0; i < lane->panes.count; i++) {
		pane = deque_at(&lane->panes, i);
		rows_take(&panes->rows, pane);
		free_pane(job, pane);
	}
	drop_lane(job, lane);
}

static int
write_lane(struct job *job, struct pane_lane *lane, const struct frame *frame, int64_t end,
    struct err *err)
{
	struct closing closing = {
		.start = end - job->window.size, .end = end, .lane = &lane->lane, .frame = frame
	};

	return closing_write(job, &closing, false, err);
}

/* The window is the first row. */
static int
close_tumbling(struct job *job, int64_t window, struct err *err)
{
	struct panes *panes = job->state;
	struct pane *pane, *next;
	struct pane_lane *lane;
	size_t i;

	job->closings = 0;
	for (pane = rows_at(&panes->rows, 0)->panes; pane != NULL; pane = pane->next)
		if (closing_add(job, (struct closing){ .lane = &pane->lane->lane,
		    .prefix = closing_prefix(job, &pane->lane->lane), .frame = &pane->frame }) == -1)
			return job_memory(job, err);
	closing_sort(job);
	for (i = 0; i < job->closings; i++) {
		job->closing[i].end = end_of(panes, window);
		job->closing[i].start = job->closing[i].end - job->window.size;
		if (closing_write(job, &job->closing[i], false, err) == -1)
			return -1;
	}
	for (pane = rows_at(&panes->rows, 0)->panes; pane != NULL; pane = next) {
		next = pane->next;
		lane = pane->lane;
		deque_remove(&lane->panes, 0);
		free_pane(job, pane);
		if (lane->panes.count == 0)
			drop_lane(job, lane);
	}
	rows_drop_first(&panes->rows);
	return 0;
}

/* The panes below end that are not merged yet enter the running windows. */
static int
enter(struct job *job, int64_t end, struct err *err)
{
	struct panes *panes = job->state;
	struct pane *pane;
	struct row *row;
	size_t i;

	for (i = rows_find(&panes->rows, panes->merged); i < panes->rows.count; i++) {
		row = rows_at(&panes->rows, i);
		if (row->number >= end)
			break;
		for (pane = row->panes; pane != NULL; pane = pane->next) {
			if (pane->lane->merged == 0 &&
			    active_add(job, &panes->active, &pane->lane->lane) == -1)
				return job_memory(job, err);
			if (running_enter(job, pane->lane) == -1)
				return job_memory(job, err);
		}
	}
	panes->merged = end;
	return active_settle(job, &panes->active) == -1 ? job_memory(job, err) : 0;
}

static bool
keep(struct job *job, struct lane *of)
{
	struct pane_lane *lane = (struct pane_lane *)of;

	if (lane->merged > 0)
		return true;
	if (lane->panes.count == 0)
		drop_lane(job, lane);
	return false;
}

/* The panes below start are in no window that is open. */
static int
leave(struct job *job, int64_t start, struct err *err)
{
	struct panes *panes = job->state;
	struct pane *pane, *next;
	struct pane_lane *lane;

	while (panes->rows.count > 0 && rows_at(&panes->rows, 0)->number < start) {
		for (pane = rows_at(&panes->rows, 0)->panes; pane != NULL; pane = next) {
			next = pane->next;
			lane = pane->lane;
			if (running_leave(job, lane) == -1)
				return job_memory(job, err);
			deque_remove(&lane->panes, 0);
			free_pane(job, pane);
		}
		rows_drop_first(&panes->rows);
	}
	active_sweep(job, &panes->active, keep);
	return 0;
}

static int
close_hopping(struct job *job, int64_t window, struct err *err)
{
	struct panes *panes = job->state;
	struct pane_lane *lane;
	size_t i;

	if (enter(job, window * panes->per_slide + panes->per_window, err) == -1)
		return -1;
	for (i = 0; i < panes->active.count; i++) {
		lane = (struct pane_lane *)panes->active.at[i].lane;
		if (write_lane(job, lane, running_settle(job, lane), end_of(panes, window), err) == -1)
			return -1;
	}
	return leave(job, (window + 1) * panes->per_slide, err);
}

/* Closes the windows below limit. */
static int
close_below(struct job *job, int64_t limit, struct err *err)
{
	struct panes *panes = job->state;
	int64_t window, first;

	while (panes->rows.count > 0) {
		window = panes->next;
		if (panes->active.count + panes->active.freshes == 0) {
			/* No window before that of the first pane has anything in it. */
			first = first_window(panes, rows_at(&panes->rows, 0)->number);
			window = first > window ? first : window;
		}
		if (window >= limit)
			break;
		if ((is_tumbling(panes) ? close_tumbling : close_hopping)(job, window, err) == -1)
			return -1;
		panes->next = window + 1;
	}
	if (panes->next < limit)
		panes->next = limit;
	panes->due = end_of(panes, panes->next);
	return 0;
}

static int
pane_advance(struct job *job, int64_t watermark, struct err *err)
{
	const struct panes *panes = job->state;

	if (watermark < panes->due)
		return 0;
	return close_below(job, first_open(panes, watermark), err);
}

/* The lane of the reading's key; there is room for a pane in it. */
static struct pane_lane *
find_lane(struct job *job, const struct reading *reading, struct err *err)
{
	struct pane_lane *lane;
	bool fresh;

	lane = table_get(job->table, reading->key.p, reading->key.len);
	if (job_room(job, reading, 1 + frame_growth(job, reading), lane, drop, err) == -1)
		return NULL;
	if (lane != NULL) {
		table_touch(job->table, lane);
		return lane;
	}
	if ((lane = job_slot(job, reading, &fresh, drop, err)) != NULL &&
	    lane_begin(job, &lane->lane, reading) == -1) {
		job_memory(job, err);
		return NULL;
	}
	return lane;
}

/* A new pane of a lane, before its i-th one, still in no running window. */
static struct pane *
put_pane(struct job *job, struct pane_lane *lane, uint32_t i, int64_t number)
{
	struct panes *panes = job->state;
	struct pane *pane;

	pane = pool_get(&job->pool,
	    offsetof(struct pane, frame) + frame_size(job->columns.summary_size));
	if (pane == NULL)
		return NULL;
	frame_begin(job, &pane->frame);
	pane->lane = lane;
	pane->number = number;
	if (rows_put(&panes->rows, pane) == -1 ||
	    deque_insert(&lane->panes, i, pane, &job->pool) == -1)
		return NULL;
	job->entries++;
	return pane;
}

/* The same for a record; one among panes that are merged is merged too. */
static struct pane *
add_pane(struct job *job, struct pane_lane *lane, uint32_t i, int64_t number)
{
	struct panes *panes = job->state;
	struct pane *pane = put_pane(job, lane, i, number);

	if (pane == NULL || number >= panes->merged)
		return pane;
	if (lane->merged == 0 && active_add(job, &panes->active, &lane->lane) == -1)
		return NULL;
	return running_insert(job, lane) == -1 ? NULL : pane;
}

/* The index of a lane's first pane whose number is at least this one. */
static uint32_t
find_pane(const struct pane_lane *lane, int64_t number)
{
	uint32_t low = 0, high = lane->panes.count, middle;
	const struct pane *pane;

	if (high > 0 && (pane = deque_at(&lane->panes, high - 1))->number <= number)
		return high - (pane->number == number);
	while (low < high) {
		middle = low + (high - low) / 2;
		pane = deque_at(&lane->panes, middle);
		if (pane->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
pane_take(struct job *job, struct record *record, const struct reading *reading, bool late,
    struct err *err)
{
	struct panes *panes = job->state;
	int64_t number = span_floor(reading->time, panes->width);
	struct pane_lane *lane;
	struct pane *pane;
	uint32_t i;

	(void)record;
	if (late && span_floor(number, panes->per_slide) < panes->next)
		return 0;
	if ((lane = find_lane(job, reading, err)) == NULL)
		return -1;
	i = find_pane(lane, number);
	pane = i < lane->panes.count ? deque_at(&lane->panes, i) : NULL;
	if ((pane == NULL || pane->number != number) &&
	    (pane = add_pane(job, lane, i, number)) == NULL)
		return job_memory(job, err);
	if (frame_add(job, &pane->frame, &lane->lane, reading) == -1)
		return job_memory(job, err);
	if (number < panes->merged &&
	    running_add(job, lane, pane, reading) == -1)
		return job_memory(job, err);
	return 0;
}

/* Where the first window that is open begins, whether or not it has anything in it yet. */
static int64_t
pane_earliest(struct job *job)
{
	const struct panes *panes = job->state;
	int64_t end = end_of(panes, panes->next);

	return panes->next == INT64_MIN || end == INSTANT_NONE ? INSTANT_NONE :
	    end == INT64_MAX ? INT64_MAX : span_before(end, job->window.size);
}

/* As if the watermark had come to the end of the last window. */
static int
pane_finish(struct job *job, struct err *err)
{
	struct panes *panes = job->state;
	int64_t limit;

	if (panes->rows.count == 0)
		return 0;
	limit = span_floor(rows_at(&panes->rows, panes->rows.count - 1)->number, panes->per_slide) + 1;
	if (close_below(job, limit, err) == -1)
		return -1;
	stream_advance(job->stream, end_of(panes, limit - 1));
	return 0;
}

static void
pane_close(struct job *job)
{
	struct panes *panes = job->state;
	void *slot;

	if (panes == NULL)
		return;
	while (job->table != NULL && (slot = table_next(job->table, NULL)) != NULL)
		drop(job, slot);
	active_free(&panes->active);
	rows_free(&panes->rows);
	free(panes);
}

static const struct member panes_members[] = {
	{ "next", M_I64, offsetof(struct panes, next), 0 },
	{ "due", M_I64, offsetof(struct panes, due), 0 },
	{ "merged", M_I64, offsetof(struct panes, merged), 0 },
	{ NULL, M_BOOL, 0, 0 }
};

static const struct member pane_members[] = {
	{ "number", M_I64, offsetof(struct pane, number), 0 },
	{ NULL, M_BOOL, 0, 0 }
};

/* The running windows are made again of the panes. */
static int
pane_save(struct job *job, struct snap *snap, struct err *err)
{
	const struct pane_lane *lane = NULL;
	const struct pane *pane;
	uint32_t i;

	snap_put(snap, "panes", panes_members, job->state);
	while ((lane = table_next(job->table, lane)) != NULL) {
		snap_open(snap, "key");
		save_key(snap, &lane->lane);
		snap_shut(snap);
		for (i = 0; i < lane->panes.count; i++) {
			pane = deque_at(&lane->panes, i);
			snap_open(snap, "pane");
			snap_part(snap, pane_members, pane);
			if (save_frame(job, snap, &pane->frame, err) == -1)
				return -1;
		}
	}
	return 0;
}

static int
load_pane(struct job *job, struct value object, struct err *err)
{
	struct panes *panes = job->state;
	struct pane_lane *lane = panes->lane;
	struct pane saved, *pane;

	if (lane == NULL)
		return err_set(err, object.p, "a pane without a key");
	if (snap_get(object, pane_members, &saved, err) == -1)
		return -1;
	pane = put_pane(job, lane, lane->panes.count, saved.number);
	if (pane == NULL)
		return job_memory(job, err);
	return load_frame(job, &panes->loading, &pane->frame, object, err);
}

static int
pane_load(struct job *job, const char *section, struct value object, struct err *err)
{
	struct panes *panes = job->state;
	int taken;

	if (strcmp(section, "panes") == 0)
		return snap_get(object, panes_members, panes, err);
	if (strcmp(section, "key") == 0)
		return (panes->lane = load_key(job, object, err)) == NULL ? -1 : 0;
	if (strcmp(section, "pane") == 0)
		return load_pane(job, object, err);
	taken = load_part(job, &panes->loading, section, object, err);
	return taken == 0 ? err_set(err, object.p, "a line \"%s\" has no place here", section) :
	    taken == 1 ? 0 : -1;
}

/* All panes are there: the merged ones enter the running windows again. */
static int
pane_loaded(struct job *job, struct err *err)
{
	struct panes *panes = job->state;
	int64_t merged = panes->merged;

	if (is_tumbling(panes))
		return 0;
	panes->merged = INT64_MIN;
	return enter(job, merged, err);
}

const struct windowing pane_windows = {
	.open = pane_open, .check = pane_check, .is_late = pane_is_late, .advance = pane_advance,
	.take = pane_take, .earliest = pane_earliest, .finish = pane_finish,
	.save = pane_save, .load = pane_load, .loaded = pane_loaded,
	 .close = pane_close
};
