#include "kinds/panes.h"

uint32_t
panes_find(const struct pane_lane *lane, int64_t number)
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

struct pane *
panes_put(struct job *job, struct pane_lane *lane, uint32_t i, int64_t number)
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

struct pane *
panes_add(struct job *job, struct pane_lane *lane, uint32_t i, int64_t number)
{
	struct panes *panes = job->state;
	struct pane *pane = panes_put(job, lane, i, number);

	if (pane == NULL || number >= panes->merged)
		return pane;
	if (lane->merged == 0 && active_add(job, &panes->active, &lane->lane) == -1)
		return NULL;
	return running_insert(job, lane) == -1 ? NULL : pane;
}

void
panes_free(struct job *job, struct pane *pane)
{
	frame_end(job, &pane->frame);
	job->entries--;
	pool_put(&job->pool, pane,
	    offsetof(struct pane, frame) + frame_size(job->columns.summary_size));
}

void
panes_drop_lane(struct job *job, struct pane_lane *lane)
{
	deque_free(&lane->panes, &job->pool);
	kept_drop(&lane->lane.spelt, &job->pool);
	table_drop(job->table, lane);
}

void
panes_drop(struct job *job, void *slot)
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
		panes_free(job, pane);
	}
	panes_drop_lane(job, lane);
}
