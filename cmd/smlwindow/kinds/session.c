/*
 * Sessions: records of a key with no more than the gap between each and the next. One that has
 * closed is remembered, without its records, for another gap, so that a record that it should
 * have counted is known to be late.
 */
#include <stdlib.h>
#include <string.h>

#include "kinds/agenda.h"
#include "kinds/closing.h"
#include "numbers/deque.h"
#include "numbers/span.h"
#include "state/save.h"

struct session_lane {
	struct lane lane;
	struct deque sessions; /* by time; the closed ones first */
};

struct session {
	struct agenda_item due;	  /* to be closed, or once closed to be forgotten */
	struct agenda_item begun; /* while it is open */
	struct session_lane *lane;
	bool closed;
	struct frame frame;
};

struct sessions {
	struct agenda due; /* by a time that is not after the last record's; see settle_due */
	struct agenda begun;	   /* open ones by their first time */
	struct session_lane *lane; /* whose sessions are being loaded */
	struct loading loading;
};

static struct session *
of_due(struct agenda_item *item)
{
	return (struct session *)((char *)item - offsetof(struct session, due));
}

static struct session *
session_at(const struct session_lane *lane, uint32_t i)
{
	return deque_at(&lane->sessions, i);
}

static int
session_open(struct job *job, struct err *err)
{
	if ((job->state = calloc(1, sizeof(struct sessions))) == NULL)
		return err_memory(err);
	job->table = table_new(sizeof(struct session_lane), job->options->common.max_keys);
	return job->table == NULL ? err_memory(err) : 0;
}

/* The index of a lane's first session that does not end more than the gap before a time. */
static uint32_t
find(const struct job *job, const struct session_lane *lane, int64_t time)
{
	uint32_t low = 0, high = lane->sessions.count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (span_after(session_at(lane, middle)->frame.last, job->window.size) < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether the i-th session, not ended too early for it, takes in a record of this time. */
static bool
joins(const struct job *job, const struct session_lane *lane, uint32_t i, int64_t time)
{
	return i < lane->sessions.count &&
	    time >= span_before(session_at(lane, i)->frame.first, job->window.size);
}

/*
 * Late is a record that a session should have counted that has closed, or whose own would
 * have closed; it may not lengthen an open one to the front then, since what closed before
 * that may be forgotten.
 */
static bool
session_is_late(struct job *job, const struct reading *reading)
{
	int64_t watermark = stream_watermark(job->stream);
	const struct session_lane *lane;
	const struct session *session;
	uint32_t i;

	if (watermark == INSTANT_NONE || reading->time >= watermark)
		return false;
	lane = table_get(job->table, reading->key.p, reading->key.len);
	if (lane != NULL &&
	    joins(job, lane, i = find(job, lane, reading->time), reading->time)) {
		session = session_at(lane, i);
		if (session->closed || reading->time >= session->frame.first)
			return session->closed;
	}
	return watermark > span_after(reading->time, job->window.size);
}

static size_t
session_size(const struct job *job)
{
	return offsetof(struct session, frame) + frame_size(job->columns.summary_size);
}

/* Frees a session that stands on no lane any more. */
static void
free_session(struct job *job, struct session *session)
{
	struct sessions *sessions = job->state;

	agenda_drop(&sessions->due, &session->due);
	agenda_drop(&sessions->begun, &session->begun);
	if (!session->closed) {
		frame_end(job, &session->frame);
		job->entries--;
	}
	pool_put(&job->pool, session, session_size(job));
}

static void
drop(struct job *job, void *slot)
{
	struct session_lane *lane = slot;
	uint32_t i;

	for (i = 0; i < lane->sessions.count; i++)
		free_session(job, session_at(lane, i));
	deque_free(&lane->sessions, &job->pool);
	kept_drop(&lane->lane.spelt, &job->pool);
	table_drop(job->table, lane);
}

/* What a session leaves behind when it has closed. */
static int
close_session(struct job *job, struct session *session)
{
	struct sessions *sessions = job->state;

	frame_end(job, &session->frame);
	job->entries--;
	session->closed = true;
	agenda_drop(&sessions->begun, &session->begun);
	return agenda_set(&sessions->due, &session->due,
	    span_after(session->frame.last, job->window.size));
}

static int
close_gathered(struct job *job, struct err *err)
{
	struct session_lane *lane;
	struct session *session;
	size_t i;

	if (closing_sort(job) == -1)
		return job_memory(job, err);
	for (i = 0; i < job->closings; i++) {
		lane = (struct session_lane *)job->closing[i].lane;
		session = session_at(lane, find(job, lane, job->closing[i].start));
		if (closing_write(job, &job->closing[i], false, err) == -1)
			return -1;
		if (close_session(job, session) == -1)
			return job_memory(job, err);
	}
	return 0;
}

static int
gather(struct job *job, struct session *session)
{
	return closing_add(job,
	    (struct closing){
		.end = session->frame.last,
		.start = session->frame.first,
		.prefix = closing_prefix(job, &session->lane->lane),
		.lane = &session->lane->lane,
		.frame = &session->frame,
	    });
}

/* A closed session that no record can reach any more goes, and its key with the last one. */
static void
forget(struct job *job, struct session *session)
{
	struct session_lane *lane = session->lane;

	deque_remove(&lane->sessions, find(job, lane, session->frame.first));
	free_session(job, session);
	if (lane->sessions.count == 0)
		drop(job, lane);
}

static int
session_advance(struct job *job, int64_t watermark, struct err *err)
{
	struct sessions *sessions = job->state;
	const struct agenda_entry *first;
	struct session *session;

	job->closings = 0;
	while ((first = agenda_first(&sessions->due)) != NULL &&
	    watermark > span_after(first->time, job->window.size)) {
		session = of_due(first->item);
		if (session->closed) {
			forget(job, session);
		} else if (session->frame.last > first->time) {
			/* It has gone on since it was put down. */
			if (agenda_set(&sessions->due, &session->due, session->frame.last) ==
			    -1)
				return job_memory(job, err);
		} else {
			agenda_drop(&sessions->due, &session->due);
			if (gather(job, session) == -1)
				return job_memory(job, err);
		}
	}
	return close_gathered(job, err);
}

/* A new session of a lane, before its i-th one. */
static struct session *
add_session(struct job *job, struct session_lane *lane, uint32_t i)
{
	struct session *session;

	if ((session = pool_get(&job->pool, session_size(job))) == NULL)
		return NULL;
	*session = (struct session){ .lane = lane };
	frame_begin(job, &session->frame);
	job->entries++;
	return deque_insert(&lane->sessions, i, session, &job->pool) == -1 ? NULL : session;
}

/* Puts a session on the agendas, or back there after its first time has changed. */
static int
note(struct job *job, struct session *session)
{
	struct sessions *sessions = job->state;

	if (session->due.place == 0 &&
	    agenda_set(&sessions->due, &session->due, session->frame.last) == -1)
		return -1;
	return agenda_set(&sessions->begun, &session->begun, session->frame.first);
}

static int
session_take(struct job *job, struct record *record, const struct reading *reading, bool late,
    struct err *err)
{
	struct session_lane *lane;
	struct session *session = NULL, *next;
	int64_t first;
	uint32_t i = 0;

	(void)record;
	if (late)
		return 0;
	lane = table_get(job->table, reading->key.p, reading->key.len);
	if (lane != NULL)
		i = find(job, lane, reading->time);
	if (lane != NULL && joins(job, lane, i, reading->time))
		session = session_at(lane, i);
	if ((lane = lane_ready(job, reading, lane,
		 (session == NULL) + frame_growth(job, reading), drop, err)) == NULL)
		return -1;
	if (session == NULL && (session = add_session(job, lane, i)) == NULL)
		return job_memory(job, err);
	first = session->frame.first;
	if (frame_add(job, &session->frame, &lane->lane, reading) == -1)
		return job_memory(job, err);
	if (joins(job, lane, i + 1, reading->time)) {
		next = session_at(lane, i + 1);
		if (frame_absorb(job, &session->frame, &next->frame) == -1)
			return job_memory(job, err);
		deque_remove(&lane->sessions, i + 1);
		free_session(job, next);
	}
	if ((session->due.place == 0 || session->frame.first != first) &&
	    note(job, session) == -1)
		return job_memory(job, err);
	return 0;
}

static int64_t
session_earliest(struct job *job)
{
	const struct sessions *sessions = job->state;
	const struct agenda_entry *first = agenda_first(&sessions->begun);

	return first == NULL ? INT64_MAX : first->time;
}

/* As if the watermark had come past the last session. */
static int
session_finish(struct job *job, struct err *err)
{
	struct sessions *sessions = job->state;
	struct session_lane *lane = NULL;
	struct session *session;
	int64_t last = INSTANT_NONE;
	uint32_t i;

	job->closings = 0;
	while ((lane = table_next(job->table, lane)) != NULL)
		for (i = 0; i < lane->sessions.count; i++) {
			session = session_at(lane, i);
			if (session->closed)
				continue;
			if (session->frame.last > last)
				last = session->frame.last;
			agenda_drop(&sessions->due, &session->due);
			if (gather(job, session) == -1)
				return job_memory(job, err);
		}
	if (close_gathered(job, err) == -1)
		return -1;
	if (last != INSTANT_NONE)
		stream_advance(job->stream, span_after(span_after(last, job->window.size), 1));
	return 0;
}

static void
session_close(struct job *job)
{
	struct sessions *sessions = job->state;
	void *slot;

	if (sessions == NULL)
		return;
	while (job->table != NULL && (slot = table_next(job->table, NULL)) != NULL)
		drop(job, slot);
	agenda_free(&sessions->due);
	agenda_free(&sessions->begun);
	free(sessions);
}

struct saved_session {
	bool closed;
};

static const struct member session_members[] = {
	{ "closed", M_BOOL, offsetof(struct saved_session, closed), 0 }, MEMBERS_END
};

static int
session_save(struct job *job, struct snap *snap, struct err *err)
{
	const struct session_lane *lane = NULL;
	struct saved_session saved;
	uint32_t i;

	while ((lane = table_next(job->table, lane)) != NULL) {
		snap_open(snap, "key");
		save_key(snap, &lane->lane);
		snap_shut(snap);
		for (i = 0; i < lane->sessions.count; i++) {
			saved.closed = session_at(lane, i)->closed;
			snap_open(snap, "session");
			snap_part(snap, session_members, &saved);
			if (save_frame(job, snap, &session_at(lane, i)->frame, err) == -1)
				return -1;
		}
	}
	return 0;
}

static int
load_session(struct job *job, struct value object, struct err *err)
{
	struct sessions *sessions = job->state;
	struct saved_session saved;
	struct session *session;

	if (sessions->lane == NULL)
		return err_set(err, object.p, "a session without a key");
	if (snap_get(object, session_members, &saved, err) == -1)
		return -1;
	session = add_session(job, sessions->lane, sessions->lane->sessions.count);
	if (session == NULL)
		return job_memory(job, err);
	if (load_frame(job, &sessions->loading, &session->frame, object, err) == -1)
		return -1;
	if ((saved.closed ? close_session(job, session) : note(job, session)) == -1)
		return job_memory(job, err);
	return 0;
}

static int
session_load(struct job *job, const char *section, struct value object, struct err *err)
{
	struct sessions *sessions = job->state;
	int taken;

	if (strcmp(section, "key") == 0)
		return (sessions->lane = load_key(job, object, err)) == NULL ? -1 : 0;
	if (strcmp(section, "session") == 0)
		return load_session(job, object, err);
	taken = load_part(job, &sessions->loading, section, object, err);
	return taken == 0 ?
	    err_set(err, object.p, "a line \"%s\" has no place here", section) :
	    taken == 1 ? 0 :
			 -1;
}

const struct windowing session_windows = {
	.open = session_open,
	.is_late = session_is_late,
	.advance = session_advance,
	.take = session_take,
	.earliest = session_earliest,
	.finish = session_finish,
	.save = session_save,
	.load = session_load,
	.close = session_close,
};
