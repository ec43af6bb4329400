/*
 * Windows that no time closes: count, each so many records of a key as they come, and global,
 * all of a key's records.
 */
#include <stdlib.h>
#include <string.h>

#include "kinds/agenda.h"
#include "kinds/closing.h"
#include "state/save.h"

struct tally_lane {
	struct lane lane;
	struct agenda_item begun;
	struct frame frame;
};

struct tallies {
	struct agenda begun; /* by the lowest time, where there are times */
	struct loading loading;
};

static int
tally_open(struct job *job, struct err *err)
{
	if ((job->state = calloc(1, sizeof(struct tallies))) == NULL)
		return err_memory(err);
	job->table = table_new(offsetof(struct tally_lane, frame) +
		frame_size(job->columns.summary_size),
	    job->options->common.max_keys);
	return job->table == NULL ? err_memory(err) : 0;
}

static void
drop(struct job *job, void *slot)
{
	struct tallies *tallies = job->state;
	struct tally_lane *lane = slot;

	agenda_drop(&tallies->begun, &lane->begun);
	frame_end(job, &lane->frame);
	job->entries--;
	kept_drop(&lane->lane.spelt, &job->pool);
	table_drop(job->table, lane);
}

static struct closing
closing_of(const struct job *job, struct tally_lane *lane)
{
	return (struct closing){
		.end = lane->frame.last,
		.start = lane->frame.first,
		.prefix = closing_prefix(job, &lane->lane),
		.lane = &lane->lane,
		.frame = &lane->frame,
	};
}

static int
tally_take(struct job *job, struct record *record, const struct reading *reading, bool late,
    struct err *err)
{
	struct tallies *tallies = job->state;
	struct tally_lane *lane, *found;
	struct closing closing;

	(void)record;
	(void)late;
	found = table_get(job->table, reading->key.p, reading->key.len);
	if ((lane = lane_ready(job, reading, found,
		 (found == NULL) + frame_growth(job, reading), drop, err)) == NULL)
		return -1;
	if (found == NULL) {
		frame_begin(job, &lane->frame);
		job->entries++;
	}
	if (frame_add(job, &lane->frame, &lane->lane, reading) == -1 ||
	    (job->time_slot != -1 &&
		agenda_set(&tallies->begun, &lane->begun, lane->frame.first) == -1))
		return job_memory(job, err);
	if (job->window.kind != WINDOW_COUNT ||
	    lane->frame.summary.records < job->window.count)
		return 0;
	closing = closing_of(job, lane);
	if (closing_write(job, &closing, false, err) == -1)
		return -1;
	drop(job, lane);
	return 0;
}

static int64_t
tally_earliest(struct job *job)
{
	const struct tallies *tallies = job->state;
	const struct agenda_entry *first = agenda_first(&tallies->begun);

	return first == NULL ? INT64_MAX : first->time;
}

static int
tally_finish(struct job *job, struct err *err)
{
	struct tally_lane *lane = NULL;
	size_t i;

	job->closings = 0;
	while ((lane = table_next(job->table, lane)) != NULL)
		if (closing_add(job, closing_of(job, lane)) == -1)
			return job_memory(job, err);
	if (closing_sort(job) == -1)
		return job_memory(job, err);
	for (i = 0; i < job->closings; i++) {
		if (closing_write(job, &job->closing[i], job->window.kind == WINDOW_COUNT,
			err) == -1)
			return -1;
		drop(job, job->closing[i].lane);
	}
	return 0;
}

static void
tally_close(struct job *job)
{
	struct tallies *tallies = job->state;
	void *slot;

	if (tallies == NULL)
		return;
	while (job->table != NULL && (slot = table_next(job->table, NULL)) != NULL)
		drop(job, slot);
	agenda_free(&tallies->begun);
	free(tallies);
}

static int
tally_save(struct job *job, struct snap *snap, struct err *err)
{
	const struct tally_lane *lane = NULL;

	while ((lane = table_next(job->table, lane)) != NULL) {
		snap_open(snap, "key");
		save_key(snap, &lane->lane);
		if (save_frame(job, snap, &lane->frame, err) == -1)
			return -1;
	}
	return 0;
}

static int
tally_load(struct job *job, const char *section, struct value object, struct err *err)
{
	struct tallies *tallies = job->state;
	struct tally_lane *lane;
	int taken;

	if (strcmp(section, "key") != 0) {
		taken = load_part(job, &tallies->loading, section, object, err);
		return taken == 0 ?
		    err_set(err, object.p, "a line \"%s\" has no place here", section) :
		    taken == 1 ? 0 :
				 -1;
	}
	if ((lane = load_key(job, object, err)) == NULL)
		return -1;
	frame_begin(job, &lane->frame);
	job->entries++;
	if (load_frame(job, &tallies->loading, &lane->frame, object, err) == -1)
		return -1;
	if (job->time_slot != -1 &&
	    agenda_set(&tallies->begun, &lane->begun, lane->frame.first) == -1)
		return job_memory(job, err);
	return 0;
}

const struct windowing tally_windows = {
	.open = tally_open,
	.take = tally_take,
	.earliest = tally_earliest,
	.finish = tally_finish,
	.save = tally_save,
	.load = tally_load,
	.close = tally_close,
};
