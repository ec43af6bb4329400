/*
 * Tumbling and hopping windows. A record counts in its pane (align.h); windows are made of
 * panes (running.c), so that none costs more for being longer.
 */
#include <stdlib.h>
#include <string.h>

#include "kinds/panes.h"
#include "numbers/span.h"

static int
pane_open(struct job *job, struct err *err)
{
	struct panes *panes;

	if ((panes = job->state = calloc(1, sizeof *panes)) == NULL)
		return err_memory(err);
	panes->align = align_make(job->window.size, job->window.slide);
	panes->next = panes->due = panes->merged = INT64_MIN;
	job->table = table_new(sizeof(struct pane_lane), job->options->common.max_keys);
	return job->table == NULL ? err_memory(err) : 0;
}

/* Every window of the record must begin and end within the limits. */
static int
pane_check(struct job *job, const struct reading *reading, struct err *err)
{
	const struct panes *panes = job->state;

	if (align_within(&panes->align, reading->time))
		return 0;
	return err_set(err, NULL,
	    "a window of this time begins before 1677-09-21 or ends after "
	    "2262-04-11, the limits of times in nanoseconds");
}

/* Any of its windows is closed. */
static bool
pane_is_late(struct job *job, const struct reading *reading)
{
	const struct align *align = &((const struct panes *)job->state)->align;
	int64_t watermark = stream_watermark(job->stream);

	if (watermark == INSTANT_NONE || reading->time >= watermark)
		return false;
	return align_end(align, align_first(align, align_pane(align, reading->time))) <=
	    watermark;
}

static int
pane_advance(struct job *job, int64_t watermark, struct err *err)
{
	const struct panes *panes = job->state;

	if (watermark < panes->due)
		return 0;
	return panes_close_below(job, align_open(&panes->align, watermark), err);
}

/* A lane's pane of this number, or NULL; *i is where it stands or would stand. */
static struct pane *
find_pane(const struct pane_lane *lane, int64_t number, uint32_t *i)
{
	struct pane *pane;

	*i = panes_find(lane, number);
	pane = *i < lane->panes.count ? deque_at(&lane->panes, *i) : NULL;
	return pane == NULL || pane->number != number ? NULL : pane;
}

/* The lane of a reading, with room for it. */
static struct pane_lane *
find_lane(struct job *job, const struct reading *reading, int64_t number, struct err *err)
{
	uint64_t growth = frame_growth(job, reading);
	struct pane_lane *lane;
	uint32_t i;

	if (job->entries + growth < job->options->max_events)
		return lane_put(job, reading, panes_drop, err);
	lane = table_get(job->table, reading->key.p, reading->key.len);
	growth += lane == NULL || find_pane(lane, number, &i) == NULL;
	return lane_ready(job, reading, lane, growth, panes_drop, err);
}

static int
pane_take(struct job *job, struct record *record, const struct reading *reading, bool late,
    struct err *err)
{
	struct panes *panes = job->state;
	int64_t number = align_pane(&panes->align, reading->time);
	struct pane_lane *lane;
	struct pane *pane;
	uint32_t i;

	(void)record;
	if (late && align_last(&panes->align, number) < panes->next)
		return 0;
	if ((lane = find_lane(job, reading, number, err)) == NULL)
		return -1;
	pane = find_pane(lane, number, &i);
	if (pane == NULL && (pane = panes_add(job, lane, i, number)) == NULL)
		return job_memory(job, err);
	if (frame_add(job, &pane->frame, &lane->lane, reading) == -1)
		return job_memory(job, err);
	if (number < panes->merged && running_add(job, lane, pane, reading) == -1)
		return job_memory(job, err);
	return 0;
}

/* Where the first window that is open begins, whether or not it has anything in it yet. */
static int64_t
pane_earliest(struct job *job)
{
	const struct panes *panes = job->state;
	int64_t end = align_end(&panes->align, panes->next);

	return panes->next == INT64_MIN || end == INSTANT_NONE ? INSTANT_NONE :
	    end == INT64_MAX				       ? INT64_MAX :
			       span_before(end, job->window.size);
}

/* As if the watermark had come to the end of the last window. */
static int
pane_finish(struct job *job, struct err *err)
{
	struct panes *panes = job->state;
	int64_t limit;

	if (panes->rows.count == 0)
		return 0;
	limit =
	    align_last(&panes->align, rows_at(&panes->rows, panes->rows.count - 1)->number) +
	    1;
	if (panes_close_below(job, limit, err) == -1)
		return -1;
	stream_advance(job->stream, align_end(&panes->align, limit - 1));
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
		panes_drop(job, slot);
	active_free(&panes->active);
	rows_free(&panes->rows);
	free(panes);
}

static const struct member panes_members[] = { { "next", M_I64, offsetof(struct panes, next),
						   0 },
	{ "due", M_I64, offsetof(struct panes, due), 0 },
	{ "merged", M_I64, offsetof(struct panes, merged), 0 }, MEMBERS_END };

static const struct member pane_members[] = {
	{ "number", M_I64, offsetof(struct pane, number), 0 }, MEMBERS_END
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
	pane = panes_put(job, lane, lane->panes.count, saved.number);
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
	return taken == 0 ?
	    err_set(err, object.p, "a line \"%s\" has no place here", section) :
	    taken == 1 ? 0 :
			 -1;
}

/* All panes are there: the merged ones enter the running windows again. */
static int
pane_loaded(struct job *job, struct err *err)
{
	struct panes *panes = job->state;
	int64_t merged = panes->merged;

	if (panes_tumble(panes))
		return 0;
	panes->merged = INT64_MIN;
	return panes_enter(job, merged, err);
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
	.close = pane_close,
};
