#include "kinds/frame.h"

int
lane_begin(struct job *job, struct lane *lane, const struct reading *reading)
{
	lane->spelt = KEPT_NONE;
	if (reading->spelt.kind == V_MISSING)
		return 0;
	return kept_make(&lane->spelt, reading->spelt.p, reading->spelt.len, &job->pool);
}

void *
lane_put(struct job *job, const struct reading *reading,
    void (*drop)(struct job *, void *slot), struct err *err)
{
	bool fresh;
	void *lane;

	if ((lane = job_slot(job, reading, &fresh, drop, err)) != NULL && fresh &&
	    lane_begin(job, lane, reading) == -1) {
		job_memory(job, err);
		return NULL;
	}
	return lane;
}

void *
lane_ready(struct job *job, const struct reading *reading, void *lane, uint64_t growth,
    void (*drop)(struct job *, void *slot), struct err *err)
{
	if (job_room(job, reading, growth, lane, drop, err) == -1)
		return NULL;
	if (lane == NULL)
		return lane_put(job, reading, drop, err);
	table_touch(job->table, lane);
	return lane;
}

void
frame_begin(const struct job *job, struct frame *frame)
{
	*frame = (struct frame){ 0 };
	summary_begin(&job->columns, &frame->summary);
}

static int
spell(struct job *job, struct frame *frame, const struct lane *lane,
    const struct reading *reading)
{
	frame->time_is_number = reading->time_is_number;
	kept_drop(&frame->spelt, &job->pool);
	if (reading->spelt.kind == V_MISSING ||
	    kept_is(&lane->spelt, reading->spelt.p, reading->spelt.len))
		return 0;
	return kept_make(&frame->spelt, reading->spelt.p, reading->spelt.len, &job->pool);
}

int
frame_add(struct job *job, struct frame *frame, const struct lane *lane,
    const struct reading *reading)
{
	bool empty = frame->summary.records == 0;
	uint64_t before;

	if (empty || reading->time < frame->first) {
		frame->first = reading->time;
		if (spell(job, frame, lane, reading) == -1)
			return -1;
	}
	if (empty || reading->time > frame->last)
		frame->last = reading->time;
	before = summary_weight(&job->columns, &frame->summary);
	if (summary_add(&job->columns, &frame->summary, reading->cells, reading->time,
		&job->pool) == -1)
		return -1;
	job->entries += summary_weight(&job->columns, &frame->summary) - before;
	return 0;
}

uint64_t
frame_growth(const struct job *job, const struct reading *reading)
{
	const struct column *column;
	uint64_t growth = 0;
	size_t i;

	if (!job->columns.weighs)
		return 0;
	for (i = 0; i < job->columns.count; i++) {
		column = &job->columns.at[i];
		if (reading->cells[i].there)
			growth +=
			    (column->part[PART_ORDER] != 0) + (column->part[PART_SET] != 0);
	}
	return growth;
}

int
frame_absorb(struct job *job, struct frame *frame, struct frame *later)
{
	uint64_t before = summary_weight(&job->columns, &frame->summary) +
	    summary_weight(&job->columns, &later->summary);

	if (summary_absorb(&job->columns, &frame->summary, &later->summary, &job->pool) == -1)
		return -1;
	frame->last = later->last;
	job->entries -= before - summary_weight(&job->columns, &frame->summary);
	return 0;
}

void
frame_end(struct job *job, struct frame *frame)
{
	job->entries -= summary_weight(&job->columns, &frame->summary);
	summary_end(&job->columns, &frame->summary, &job->pool);
	kept_drop(&frame->spelt, &job->pool);
}
