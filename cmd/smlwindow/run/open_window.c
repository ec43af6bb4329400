/* One open window of one key: adds records, joins sessions. */
#include "run/open_window.h"

void
open_window_begin(const struct run *run, struct open_window *window)
{
	*window = (struct open_window){ 0 };
	summary_begin(&run->columns, &window->summary);
}

static int
spell(struct run *run, struct open_window *window, const struct key_slot *key,
    const struct event *event)
{
	window->time_is_number = event->time_is_number;
	word_drop(&window->spelt, &run->pool);
	if (event->spelt.kind == V_MISSING ||
	    word_is(&key->spelt, event->spelt.p, event->spelt.len))
		return 0;
	return word_make(&window->spelt, event->spelt.p, event->spelt.len, &run->pool);
}

int
open_window_add(struct run *run, struct open_window *window, const struct key_slot *key,
    const struct event *event)
{
	bool empty = window->summary.records == 0;
	uint64_t before;

	if (empty || event->time < window->first) {
		window->first = event->time;
		if (spell(run, window, key, event) == -1)
			return -1;
	}
	if (empty || event->time > window->last)
		window->last = event->time;
	before = summary_weight(&run->columns, &window->summary);
	if (summary_add(&run->columns, &window->summary, event->cells, event->time,
		&run->pool) == -1)
		return -1;
	run->entries += summary_weight(&run->columns, &window->summary) - before;
	return 0;
}

uint64_t
open_window_growth(const struct run *run, const struct event *event)
{
	const struct column *column;
	uint64_t growth = 0;
	size_t i;

	if (!run->columns.weighs)
		return 0;
	for (i = 0; i < run->columns.count; i++) {
		column = &run->columns.at[i];
		if (event->cells[i].there)
			growth +=
			    (column->part[PART_ORDER] != 0) + (column->part[PART_SET] != 0);
	}
	return growth;
}

int
open_window_absorb(struct run *run, struct open_window *window, struct open_window *later)
{
	uint64_t before = summary_weight(&run->columns, &window->summary) +
	    summary_weight(&run->columns, &later->summary);

	if (summary_absorb(&run->columns, &window->summary, &later->summary, &run->pool) == -1)
		return -1;
	window->last = later->last;
	run->entries -= before - summary_weight(&run->columns, &window->summary);
	return 0;
}

void
open_window_end(struct run *run, struct open_window *window)
{
	run->entries -= summary_weight(&run->columns, &window->summary);
	summary_end(&run->columns, &window->summary, &run->pool);
	word_drop(&window->spelt, &run->pool);
}
