#include "kinds/closing.h"
#include "kinds/panes.h"

static int
gather(struct job *job, struct pane *pane)
{
	struct lane *lane = &pane->lane->lane;

	return closing_add(job,
	    (struct closing){
		.prefix = closing_prefix(job, lane),
		.lane = lane,
		.frame = &pane->frame,
	    });
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
		if (gather(job, pane) == -1)
			return job_memory(job, err);
	if (closing_sort(job) == -1)
		return job_memory(job, err);
	for (i = 0; i < job->closings; i++) {
		job->closing[i].end = align_end(&panes->align, window);
		job->closing[i].start = job->closing[i].end - job->window.size;
		if (closing_write(job, &job->closing[i], false, err) == -1)
			return -1;
	}
	for (pane = rows_at(&panes->rows, 0)->panes; pane != NULL; pane = next) {
		next = pane->next;
		lane = pane->lane;
		deque_remove(&lane->panes, 0);
		panes_free(job, pane);
		if (lane->panes.count == 0)
			panes_drop_lane(job, lane);
	}
	rows_drop_first(&panes->rows);
	return 0;
}

int
panes_enter(struct job *job, int64_t end, struct err *err)
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
		panes_drop_lane(job, lane);
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
			panes_free(job, pane);
		}
		rows_drop_first(&panes->rows);
	}
	active_sweep(job, &panes->active, keep);
	return 0;
}

static int
write_lane(struct job *job, struct pane_lane *lane, const struct frame *frame, int64_t end,
    struct err *err)
{
	struct closing closing = {
		.start = end - job->window.size,
		.end = end,
		.lane = &lane->lane,
		.frame = frame,
	};

	return closing_write(job, &closing, false, err);
}

static int
close_hopping(struct job *job, int64_t window, struct err *err)
{
	struct panes *panes = job->state;
	struct pane_lane *lane;
	size_t i;

	if (panes_enter(job, window * panes->align.per_slide + panes->align.per_window, err) ==
	    -1)
		return -1;
	for (i = 0; i < panes->active.count; i++) {
		lane = (struct pane_lane *)panes->active.at[i].lane;
		if (write_lane(job, lane, running_settle(job, lane),
			align_end(&panes->align, window), err) == -1)
			return -1;
	}
	return leave(job, (window + 1) * panes->align.per_slide, err);
}

int
panes_close_below(struct job *job, int64_t limit, struct err *err)
{
	struct panes *panes = job->state;
	int64_t window, first;

	while (panes->rows.count > 0) {
		window = panes->next;
		if (panes->active.count + panes->active.freshes == 0) {
			/* No window before that of the first pane has anything in it. */
			first = align_first(&panes->align, rows_at(&panes->rows, 0)->number);
			window = first > window ? first : window;
		}
		if (window >= limit)
			break;
		if ((panes_tumble(panes) ? close_tumbling : close_hopping)(job, window, err) ==
		    -1)
			return -1;
		panes->next = window + 1;
	}
	if (panes->next < limit)
		panes->next = limit;
	panes->due = align_end(&panes->align, panes->next);
	return 0;
}
