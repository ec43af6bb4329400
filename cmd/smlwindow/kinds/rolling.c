/* The rolling summary of a hopping window: panes enter it and leave it. */
#include "kinds/rolling.h"

#include "numbers/extremes.h"

/* Converts a pane's number to a sequence for the monotonic queues, from INT64_MIN on. */
static uint64_t
sequence(const struct pane *pane)
{
	return (uint64_t)pane->number ^ UINT64_C(1) << 63;
}

static int
begin(struct run *run, struct pane_key *key)
{
	if (key->rolling != NULL)
		return 0;
	key->rolling = pool_get(&run->pool, open_window_size(run->columns.rolling_size));
	if (key->rolling == NULL)
		return -1;
	open_window_begin(run, key->rolling);
	extremes_begin(&run->columns, &key->rolling->summary);
	return 0;
}

static double
extreme_of(const struct pane *pane, uint32_t part)
{
	return *(const double *)summary_look(&pane->window.summary, part);
}

static int
push_extremes(const struct column *column, struct summary *rolling, const struct pane *pane)
{
	if (column->min_queue + column->max_queue == 0)
		return 0;
	return extremes_push(column, rolling, sequence(pane),
	    extreme_of(pane, column->part[PART_MIN]),
	    extreme_of(pane, column->part[PART_MAX]));
}

/*
 * An edge (first or last value) of the rolling window is taken from a pane, and its time is
 * the pane's number.  Merged panes before the pane of the first edge have no value, nor have
 * those after the pane of the last edge.
 */
static void
take_edge(const struct column *column, struct summary *rolling, const struct pane *pane,
    enum part part)
{
	const struct edge *theirs;
	struct edge *mine;

	if (column->part[part] == 0)
		return;
	mine = summary_part(rolling, column->part[part]);
	theirs = summary_look(&pane->window.summary, column->part[part]);
	if (theirs->value == WORD_NONE)
		return;
	if (mine->value != WORD_NONE &&
	    (part == PART_FIRST ? pane->number > mine->time : pane->number < mine->time))
		return;
	*mine = (struct edge){ .time = pane->number, .value = theirs->value };
}

int
rolling_enter(struct run *run, const struct pane *pane)
{
	struct pane_key *key = pane->key;
	const struct column *column;
	struct summary *rolling;
	size_t i;

	if (begin(run, key) == -1)
		return -1;
	rolling = &key->rolling->summary;
	key->rolling->last = pane->window.last;
	key->merged++;
	if (summary_merge(&run->columns, rolling, &pane->window.summary, false) == -1)
		return -1;
	for (i = 0; i < run->columns.count; i++) {
		column = &run->columns.at[i];
		if (push_extremes(column, rolling, pane) == -1)
			return -1;
		take_edge(column, rolling, pane, PART_FIRST);
		take_edge(column, rolling, pane, PART_LAST);
	}
	return 0;
}

/* If the edges are in the first pane, which is leaving, finds new edges in later panes. */
static void
leave_edges(const struct column *column, const struct pane *leaving)
{
	struct pane_key *key = leaving->key;
	const struct pane *pane = leaving;
	struct summary *rolling = &key->rolling->summary;
	struct edge *edge;
	uint32_t i;

	if (column->part[PART_LAST] != 0) {
		edge = summary_part(rolling, column->part[PART_LAST]);
		if (edge->time == leaving->number)
			edge->value = WORD_NONE;
	}
	if (column->part[PART_FIRST] == 0)
		return;
	edge = summary_part(rolling, column->part[PART_FIRST]);
	if (edge->time != leaving->number)
		return;
	edge->value = WORD_NONE;
	for (i = 1; i < key->merged && edge->value == WORD_NONE; i++) {
		pane = sorted_after(&key->panes, pane->number);
		take_edge(column, rolling, pane, PART_FIRST);
	}
}

int
rolling_leave(struct run *run, const struct pane *pane)
{
	struct pane_key *key = pane->key;
	size_t i;

	if (summary_merge(&run->columns, &key->rolling->summary, &pane->window.summary,
		true) == -1)
		return -1;
	for (i = 0; i < run->columns.count; i++)
		leave_edges(&run->columns.at[i], pane);
	if (--key->merged == 0)
		rolling_end(run, key);
	return 0;
}

int
rolling_insert(struct run *run, struct pane_key *key)
{
	key->merged++;
	return begin(run, key);
}

int
rolling_add(struct run *run, const struct pane *pane, const struct event *event)
{
	struct open_window *window = pane->key->rolling;
	struct summary *rolling = &window->summary;
	const struct column *column;
	const struct cell *cell;
	size_t i;

	if (window->summary.records == 0 || event->time > window->last)
		window->last = event->time;
	rolling->records++;
	for (i = 0; i < run->columns.count; i++) {
		column = &run->columns.at[i];
		cell = &event->cells[i];
		if (!cell->there)
			continue;
		if (summary_put(column, rolling, cell, false) == -1 ||
		    extremes_insert(column, rolling, sequence(pane), cell->number) == -1)
			return -1;
		take_edge(column, rolling, pane, PART_FIRST);
		take_edge(column, rolling, pane, PART_LAST);
	}
	return 0;
}

const struct open_window *
rolling_settle(struct run *run, struct pane_key *key)
{
	const struct pane *first = sorted_front(&key->panes);
	struct open_window *rolling = key->rolling;

	rolling->first = first->window.first;
	rolling->spelt = first->window.spelt;
	rolling->time_is_number = first->window.time_is_number;
	extremes_settle(&run->columns, &rolling->summary, sequence(first));
	return rolling;
}

void
rolling_end(struct run *run, struct pane_key *key)
{
	const struct columns *columns = &run->columns;

	if (key->rolling == NULL)
		return;
	extremes_end(columns, &key->rolling->summary);
	summary_end(columns, &key->rolling->summary, &run->pool);
	pool_put(&run->pool, key->rolling, open_window_size(columns->rolling_size));
	key->rolling = NULL;
	key->merged = 0;
}
