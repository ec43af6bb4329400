/*
 * Sliding windows: each record goes out with the features of the window that ends at it, in
 * the order of time as far as the lateness reaches.
 */
#include <stdlib.h>
#include <string.h>

#include "kinds/hold.h"
#include "numbers/span.h"
#include "state/save_trail.h"

struct sliding {
	struct hold hold;
	struct record record;	/* one that was held, parsed again, */
	struct reading reading; /* and read */
	struct result *lags;	/* by function */
	int64_t forget;		/* no key is to be forgotten before this watermark */
	struct trail_loading loading;
};

static void
drop(struct job *job, void *slot)
{
	struct trail *trail = slot;

	job->entries -= trail->count;
	trail_end(&job->columns, trail, &job->pool);
	kept_drop(&trail->lane.spelt, &job->pool);
	table_drop(job->table, trail);
}

static int
sliding_open(struct job *job, struct err *err)
{
	struct sliding *sliding;

	if ((sliding = job->state = calloc(1, sizeof *sliding)) == NULL)
		return err_memory(err);
	sliding->forget = INSTANT_NONE;
	sliding->lags = calloc(job->functions.count, sizeof *sliding->lags);
	job->table = table_new(trail_size(&job->columns), job->options->common.max_keys);
	if (sliding->lags == NULL || job->table == NULL)
		return err_memory(err);
	if (reading_open(&sliding->reading, job) == -1)
		return err_memory(err);
	return record_open(&sliding->record, job->fields,
	    (unsigned int)job->options->common.max_depth, err);
}

/* Before its key's last result, or more than a size behind the watermark. */
static bool
sliding_is_late(struct job *job, const struct reading *reading)
{
	int64_t watermark = stream_watermark(job->stream);
	const struct trail *trail;

	if (watermark == INSTANT_NONE || reading->time >= watermark)
		return false;
	if (reading->time < span_before(watermark, job->window.size))
		return true;
	trail = table_get(job->table, reading->key.p, reading->key.len);
	return trail != NULL && reading->time < trail->last;
}

/*
 * A key of which nothing can count any more: no record that is not late reaches back to it.
 * Only the key that is idle longest is looked at, and only when it can be due.
 */
static void
forget(struct job *job, int64_t watermark)
{
	struct sliding *sliding = job->state;
	struct trail *idle;
	int64_t due;

	while (watermark > sliding->forget) {
		if ((idle = table_next(job->table, NULL)) == NULL)
			break;
		due = span_after(span_after(idle->last, job->window.size), job->window.size);
		if (watermark > due)
			drop(job, idle);
		else
			sliding->forget = due;
	}
}

/* What has left the window of a key at this time. */
static int
evict(struct job *job, struct trail *trail, int64_t time, struct err *err)
{
	long gone =
	    trail_evict(&job->columns, trail, span_before(time, job->window.size), &job->pool);

	if (gone == -1)
		return job_memory(job, err);
	job->entries -= (uint64_t)gone;
	return 0;
}

/* Close to a bound: looks for room before anything is made, and makes it where it may. */
static int
make_room(struct job *job, const struct reading *reading, struct err *err)
{
	struct sliding *sliding = job->state;
	struct trail *trail = table_get(job->table, reading->key.p, reading->key.len);

	if (trail != NULL && evict(job, trail, reading->time, err) == -1)
		return -1;
	if (trail == NULL && table_count(job->table) >= job->options->common.max_keys) {
		/* Before a key must go that still counts, look again for one that does not. */
		sliding->forget = INSTANT_NONE;
		forget(job, stream_watermark(job->stream));
	}
	return job_room(job, reading, 1, trail, drop, err);
}

/*
 * The key's trail, ready for an event at this time: what left the window is gone, and there
 * is room.
 */
static struct trail *
ready(struct job *job, const struct reading *reading, struct err *err)
{
	struct trail *trail;
	bool fresh;

	if ((job->entries >= job->options->max_events ||
		table_count(job->table) >= job->options->common.max_keys) &&
	    make_room(job, reading, err) == -1)
		return NULL;
	if ((trail = job_slot(job, reading, &fresh, drop, err)) == NULL)
		return NULL;
	if (!fresh)
		return evict(job, trail, reading->time, err) == -1 ? NULL : trail;
	trail_begin(&job->columns, trail);
	if (lane_begin(job, &trail->lane, reading) == -1) {
		job_memory(job, err);
		return NULL;
	}
	return trail;
}

/* Counts a record and puts it out. */
static int
process(struct job *job, const struct record *record, const struct reading *reading,
    struct err *err)
{
	struct sliding *sliding = job->state;
	const struct columns *columns = &job->columns;
	bool exclude = job->options->exclude_current;
	struct trail *trail;
	size_t i;

	if ((trail = ready(job, reading, err)) == NULL)
		return -1;
	for (i = 0; i < job->functions.count; i++)
		if (job->functions.at[i].kind == FUNCTION_LAG)
			sliding->lags[i] = trail_lag(columns, trail, i);
	if (!exclude &&
	    trail_append(columns, trail, reading->time, reading->cells, &job->pool) == -1)
		return job_memory(job, err);
	trail_settle(columns, trail);
	job_features(job, &trail->summary, sliding->lags);
	if (exclude &&
	    trail_append(columns, trail, reading->time, reading->cells, &job->pool) == -1)
		return job_memory(job, err);
	trail->last = reading->time;
	job->entries++;
	job->results++;
	if (edit_write(job->edit, record, stream_out(job->stream), err) == -1)
		return job_memory(job, err);
	return 0;
}

/* Lets go the held record that comes next. */
static int
release(struct job *job, struct err *err)
{
	struct sliding *sliding = job->state;
	const struct waiting *held = hold_top(&sliding->hold);

	if (record_parse_text(&sliding->record, job->fields, held->bytes, held->size, err) ==
		-1 ||
	    reading_take(&sliding->reading, job, &sliding->record, err) == -1 ||
	    process(job, &sliding->record, &sliding->reading, err) == -1)
		return -1;
	hold_pop(&sliding->hold, &job->pool);
	return 0;
}

static int
sliding_advance(struct job *job, int64_t watermark, struct err *err)
{
	struct sliding *sliding = job->state;
	const struct waiting *held;

	while ((held = hold_top(&sliding->hold)) != NULL && held->time <= watermark)
		if (release(job, err) == -1)
			return -1;
	forget(job, watermark);
	return 0;
}

static int
sliding_take(struct job *job, struct record *record, const struct reading *reading, bool late,
    struct err *err)
{
	struct sliding *sliding = job->state;

	if (late)
		return 0;
	if (reading->time <= stream_watermark(job->stream))
		return process(job, record, reading, err);
	if (sliding->hold.count >= job->options->max_held)
		return err_set(err, NULL,
		    "more than --max-held %llu records wait for the "
		    "lateness: raise it",
		    (unsigned long long)job->options->max_held);
	if (hold_push(&sliding->hold, reading->time, record->object.p, record->object.len,
		&job->pool) == -1)
		return job_memory(job, err);
	return 0;
}

/* What waits is after the watermark. */
static int64_t
sliding_earliest(struct job *job)
{
	(void)job;
	return INT64_MAX;
}

static int
sliding_finish(struct job *job, struct err *err)
{
	struct sliding *sliding = job->state;
	const struct waiting *held;
	int64_t time;

	while ((held = hold_top(&sliding->hold)) != NULL) {
		time = held->time;
		if (release(job, err) == -1)
			return -1;
		stream_advance(job->stream, time);
	}
	return 0;
}

/* Of the whole, in one line. */
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
save_hold(struct snap *snap, struct hold *hold)
{
	struct saved_held saved;
	size_t i;

	hold_sort(hold);
	for (i = 0; i < hold->count; i++) {
		saved = (struct saved_held){
			.record = hold->heap[i].bytes,
			.size = hold->heap[i].size,
			.time = hold->heap[i].time,
		};
		snap_put(snap, "held", held_members, &saved);
	}
}

static int
load_held(struct job *job, struct value object, struct err *err)
{
	struct sliding *sliding = job->state;
	struct saved_held saved = { 0 };
	int status = snap_get(object, held_members, &saved, err);

	if (status == 0 && saved.size == 0)
		status = err_set(err, object.p, "a record that is none");
	if (status == 0 &&
	    hold_push(&sliding->hold, saved.time, saved.record, saved.size, &job->pool) == -1)
		status = job_memory(job, err);
	free(saved.record);
	return status;
}

static int
sliding_save(struct job *job, struct snap *snap, struct err *err)
{
	struct sliding *sliding = job->state;
	struct trail *trail = NULL;

	snap_put(snap, "sliding", sliding_members, sliding);
	save_hold(snap, &sliding->hold);
	while ((trail = table_next(job->table, trail)) != NULL)
		if (save_trail(job, snap, trail) == -1)
			return job_memory(job, err);
	return 0;
}

static int
sliding_load(struct job *job, const char *section, struct value object, struct err *err)
{
	struct sliding *sliding = job->state;

	if (strcmp(section, "sliding") == 0)
		return snap_get(object, sliding_members, sliding, err);
	if (strcmp(section, "held") == 0)
		return load_held(job, object, err);
	return load_trail(job, &sliding->loading, section, object, err);
}

static void
sliding_close(struct job *job)
{
	struct sliding *sliding = job->state;
	void *slot;

	if (sliding == NULL)
		return;
	while (job->table != NULL && (slot = table_next(job->table, NULL)) != NULL)
		drop(job, slot);
	hold_free(&sliding->hold, &job->pool);
	reading_close(&sliding->reading, job);
	record_close(&sliding->record);
	load_trail_end(&sliding->loading);
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
	.close = sliding_close,
};
