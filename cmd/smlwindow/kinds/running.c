#include "kinds/running.h"

#include <math.h>
#include <string.h>

#include "numbers/wedge.h"

static struct pane *
pane_at(const struct pane_lane *lane, uint32_t i)
{
	return deque_at(&lane->panes, i);
}

/* Numbers from the least int64 on, as a wedge counts. */
static uint64_t
sequence(const struct pane *pane)
{
	return (uint64_t)pane->number ^ UINT64_C(1) << 63;
}

static int
begin(struct job *job, struct pane_lane *lane)
{
	const struct columns *columns = &job->columns;
	struct summary *summary;
	struct wedge *wedge;
	size_t i;

	if (lane->running != NULL)
		return 0;
	lane->running = pool_get(&job->pool, frame_size(columns->running_size));
	if (lane->running == NULL)
		return -1;
	frame_begin(job, lane->running);
	summary = &lane->running->summary;
	memset((char *)summary + columns->summary_size, 0,
	    columns->running_size - columns->summary_size);
	for (i = 0; i < columns->count; i++)
		if (columns->at[i].wedge_most != 0) {
			wedge = summary_part(summary, columns->at[i].wedge_most);
			wedge->greatest = true;
		}
	return 0;
}

static int
push_extreme(struct summary *running, uint32_t wedge, const struct pane *pane, uint32_t part)
{
	double value;

	if (wedge == 0)
		return 0;
	value = *(const double *)summary_look(&pane->frame.summary, part);
	return isnan(value) ? 0 :
			      wedge_push(summary_part(running, wedge), sequence(pane), value);
}

static int
push_extremes(const struct column *column, struct summary *running, const struct pane *pane)
{
	if (push_extreme(running, column->wedge_least, pane, column->part[PART_LEAST]) == -1)
		return -1;
	return push_extreme(running, column->wedge_most, pane, column->part[PART_MOST]);
}

/*
 * The edges of the running window are those of a pane, whose number stands where a time would:
 * before the first edge's and after the last edge's no merged pane has a value.
 */
static void
take_edge(const struct column *column, struct summary *running, const struct pane *pane,
    enum part part)
{
	const struct edge *theirs;
	struct edge *mine;

	if (column->part[part] == 0)
		return;
	mine = summary_part(running, column->part[part]);
	theirs = summary_look(&pane->frame.summary, column->part[part]);
	if (theirs->value == KEPT_NONE)
		return;
	if (mine->value != KEPT_NONE &&
	    (part == PART_FIRST ? pane->number > mine->time : pane->number < mine->time))
		return;
	*mine = (struct edge){ .time = pane->number, .value = theirs->value };
}

int
running_enter(struct job *job, struct pane_lane *lane)
{
	const struct pane *pane = pane_at(lane, lane->merged);
	const struct column *column;
	struct summary *running;
	size_t i;

	if (begin(job, lane) == -1)
		return -1;
	running = &lane->running->summary;
	lane->merged++;
	if (summary_merge(&job->columns, running, &pane->frame.summary) == -1)
		return -1;
	for (i = 0; i < job->columns.count; i++) {
		column = &job->columns.at[i];
		if (push_extremes(column, running, pane) == -1)
			return -1;
		take_edge(column, running, pane, PART_FIRST);
		take_edge(column, running, pane, PART_LAST);
	}
	return 0;
}

/* The first pane is leaving: the edges that were its own are those of a later one. */
static void
leave_edges(const struct column *column, struct pane_lane *lane)
{
	const struct pane *leaving = pane_at(lane, 0);
	struct summary *running = &lane->running->summary;
	struct edge *edge;
	uint32_t i;

	if (column->part[PART_LAST] != 0) {
		edge = summary_part(running, column->part[PART_LAST]);
		if (edge->time == leaving->number)
			edge->value = KEPT_NONE;
	}
	if (column->part[PART_FIRST] == 0)
		return;
	edge = summary_part(running, column->part[PART_FIRST]);
	if (edge->time != leaving->number)
		return;
	edge->value = KEPT_NONE;
	for (i = 1; i < lane->merged && edge->value == KEPT_NONE; i++)
		take_edge(column, running, pane_at(lane, i), PART_FIRST);
}

int
running_leave(struct job *job, struct pane_lane *lane)
{
	const struct pane *pane = pane_at(lane, 0);
	size_t i;

	if (summary_unmerge(&job->columns, &lane->running->summary, &pane->frame.summary) ==
	    -1)
		return -1;
	for (i = 0; i < job->columns.count; i++)
		leave_edges(&job->columns.at[i], lane);
	if (--lane->merged == 0)
		running_end(job, lane);
	return 0;
}

int
running_insert(struct job *job, struct pane_lane *lane)
{
	lane->merged++;
	return begin(job, lane);
}

static int
insert_extreme(struct summary *running, uint32_t wedge, const struct pane *pane, double value)
{
	return wedge == 0 ? 0 :
			    wedge_insert(summary_part(running, wedge), sequence(pane), value);
}

int
running_add(struct job *job, struct pane_lane *lane, const struct pane *pane,
    const struct reading *reading)
{
	struct summary *running = &lane->running->summary;
	const struct column *column;
	const struct cell *cell;
	size_t i;

	running->records++;
	for (i = 0; i < job->columns.count; i++) {
		column = &job->columns.at[i];
		cell = &reading->cells[i];
		if (!cell->there)
			continue;
		if (summary_put(column, running, cell->number, cell->key, cell->key_size) ==
		    -1)
			return -1;
		if (insert_extreme(running, column->wedge_least, pane, cell->number) == -1 ||
		    insert_extreme(running, column->wedge_most, pane, cell->number) == -1)
			return -1;
		take_edge(column, running, pane, PART_FIRST);
		take_edge(column, running, pane, PART_LAST);
	}
	return 0;
}

static void
settle_extreme(struct summary *running, uint32_t part, uint32_t at, const struct pane *first)
{
	const struct wedge_entry *front;

	if (part == 0)
		return;
	wedge_evict(summary_part(running, at), sequence(first));
	front = wedge_front(summary_look(running, at));
	*(double *)summary_part(running, part) = front == NULL ? (double)NAN : front->value;
}

const struct frame *
running_settle(struct job *job, struct pane_lane *lane)
{
	const struct pane *first = pane_at(lane, 0);
	struct frame *running = lane->running;
	const struct column *column;
	size_t i;

	running->first = first->frame.first;
	running->spelt = first->frame.spelt;
	running->time_is_number = first->frame.time_is_number;
	running->last = pane_at(lane, lane->merged - 1)->frame.last;
	for (i = 0; i < job->columns.count; i++) {
		column = &job->columns.at[i];
		settle_extreme(&running->summary, column->part[PART_LEAST],
		    column->wedge_least, first);
		settle_extreme(&running->summary, column->part[PART_MOST], column->wedge_most,
		    first);
	}
	return running;
}

void
running_end(struct job *job, struct pane_lane *lane)
{
	const struct columns *columns = &job->columns;
	const struct column *column;
	struct summary *running;
	struct edge *edge;
	size_t i;

	if (lane->running == NULL)
		return;
	running = &lane->running->summary;
	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		if (column->part[PART_FIRST] != 0) {
			edge = summary_part(running, column->part[PART_FIRST]);
			edge->value = KEPT_NONE;
		}
		if (column->part[PART_LAST] != 0) {
			edge = summary_part(running, column->part[PART_LAST]);
			edge->value = KEPT_NONE;
		}
		if (column->wedge_least != 0)
			wedge_free(summary_part(running, column->wedge_least));
		if (column->wedge_most != 0)
			wedge_free(summary_part(running, column->wedge_most));
	}
	summary_end(columns, running, &job->pool);
	pool_put(&job->pool, lane->running, frame_size(columns->running_size));
	lane->running = NULL;
	lane->merged = 0;
}
