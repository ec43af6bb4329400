/* Sessions: which one takes a record, what is late, how they close and are forgotten. */
#include "kinds/session.h"

#include <stdlib.h>

#include "kinds/kinds.h"
#include "run/closing.h"
#include "numbers/span.h"

static struct session *
of_due(struct heap_item *item)
{
	return (struct session *)((char *)item - offsetof(struct session, due));
}

static struct session *
of_window(const struct open_window *window)
{
	return (struct session *)(uintptr_t)((const char *)window -
	    offsetof(struct session, window));
}

static int
session_open(struct run *run, struct err *err)
{
	struct sessions *sessions;

	if ((sessions = run->state = calloc(1, sizeof *sessions)) == NULL)
		return err_memory(err);
	sessions->due.placed = sessions->begun.placed = true;
	run->table = table_new(sizeof(struct session_key), run->options->common.max_keys);
	return run->table == NULL ? err_memory(err) : 0;
}

/* Returns the key's session that counts a record of this time, or NULL. */
static struct session *
find(const struct run *run, const struct session_key *key, int64_t time)
{
	struct session *session =
	    sorted_from(&key->sessions, span_before(time, run->window.size), NULL);

	return session == NULL || time < span_before(session->window.first, run->window.size) ?
	    NULL :
	    session;
}

/*
 * Returns whether a record is late: whether a closed session should have counted it, or a
 * session of this record alone would be closed already.  A late record must not extend an open
 * session backwards either, because a session that closed earlier may be forgotten.
 */
static bool
session_is_late(struct run *run, const struct event *event)
{
	int64_t watermark = stream_watermark(run->stream);
	const struct session *session;
	struct session_key *key;

	if (watermark == INSTANT_NONE || event->time >= watermark)
		return false;
	key = table_get(run->table, event->key.p, event->key.len);
	session = key == NULL ? NULL : find(run, key, event->time);
	if (session != NULL && (session->closed || event->time >= session->window.first))
		return session->closed;
	return watermark > span_after(event->time, run->window.size);
}

static void
drop(struct run *run, void *slot)
{
	struct session_key *key = slot;
	struct session *session;

	while ((session = sorted_last(&key->sessions, NULL)) != NULL) {
		sorted_drop(&key->sessions, session->rank, &run->pool);
		session_free(run, session);
	}
	word_drop(&key->slot.spelt, &run->pool);
	table_drop(run->table, key);
}

/*
 * Returns whether a closed session can be forgotten: no record can join it or be late for it.
 */
static bool
out_of_reach(const struct run *run, const struct session *session, int64_t watermark)
{
	return watermark >
	    span_after(span_after(session->window.last, run->window.size), run->window.size);
}

/* Drops a session that is out of reach, and the key with its last session. */
static void
forget(struct run *run, struct session *session)
{
	struct session_key *key = session->key;

	sorted_drop(&key->sessions, session->rank, &run->pool);
	session_free(run, session);
	if (sorted_empty(&key->sessions))
		drop(run, key);
}

static int
close_gathered(struct run *run, int64_t watermark, struct err *err)
{
	const struct closing *closing;
	struct session *session;
	size_t i;

	if (closing_sort(run) == -1)
		return run_memory(run, err);
	for (i = 0; i < run->closings; i++) {
		closing = &run->closing[i];
		session = of_window(closing->window);
		if (closing_write(run, closing, false, err) == -1)
			return -1;
		if (out_of_reach(run, session, watermark))
			forget(run, session);
		else if (session_shut(run, session) == -1)
			return run_memory(run, err);
	}
	return 0;
}

static int
gather(struct run *run, struct session *session, struct err *err)
{
	return closing_add(run,
	    (struct closing){
		.end = session->window.last,
		.start = session->window.first,
		.prefix = closing_prefix(run, &session->key->slot),
		.key = &session->key->slot,
		.window = &session->window,
	    },
	    err);
}

static int
session_advance(struct run *run, int64_t watermark, struct err *err)
{
	struct sessions *sessions = run->state;
	const struct heap_entry *first;
	struct session *session;

	run->closings = 0;
	while ((first = heap_first(&sessions->due)) != NULL &&
	    watermark > span_after(first->rank, run->window.size)) {
		session = of_due(first->item);
		if (session->closed) {
			if (run_cut(run))
				return -1;
			forget(run, session);
		} else if (session->window.last > first->rank) {
			/* The session has grown since its due time was noted. */
			heap_renew_first(&sessions->due, session->window.last);
		} else {
			heap_pop(&sessions->due);
			if (gather(run, session, err) == -1)
				return -1;
		}
	}
	return close_gathered(run, watermark, err);
}

/* Makes a new session of a key for a record of this time. */
static struct session *
add_session(struct run *run, struct session_key *key, int64_t time)
{
	struct session *session = session_new(run, key);

	if (session == NULL || sorted_put(&key->sessions, time, session, &run->pool) == -1)
		return NULL;
	session->rank = time;
	return session;
}

/* Joins a session with the next one if an added record closed the gap. */
static int
join_next(struct run *run, struct session *session, int64_t time)
{
	struct session_key *key = session->key;
	struct session *next = sorted_after(&key->sessions, session->rank);

	if (next != NULL && time >= span_before(next->window.first, run->window.size)) {
		if (open_window_absorb(run, &session->window, &next->window) == -1)
			return -1;
		sorted_drop(&key->sessions, next->rank, &run->pool);
		session_free(run, next);
	}
	if (session->rank != session->window.last)
		sorted_renew(&key->sessions, session->rank, session->window.last);
	session->rank = session->window.last;
	return 0;
}

/*
 * Counts a record: it extends or joins sessions, or starts a new one.  A late record is not
 * counted.
 */
static int
session_take(struct run *run, struct record *record, const struct event *event, bool late,
    struct err *err)
{
	struct session_key *key;
	struct session *session;
	int64_t first;

	(void)record;
	if (late)
		return 0;
	key = table_get(run->table, event->key.p, event->key.len);
	session = key == NULL ? NULL : find(run, key, event->time);
	if ((key = run_slot_ready(run, event, key,
		 (session == NULL) + open_window_growth(run, event), drop, err)) == NULL)
		return -1;
	if (session == NULL && (session = add_session(run, key, event->time)) == NULL)
		return run_memory(run, err);
	first = session->window.first;
	if (open_window_add(run, &session->window, &key->slot, event) == -1 ||
	    join_next(run, session, event->time) == -1)
		return run_memory(run, err);
	if ((session->due.place == 0 || session->window.first != first) &&
	    session_note(run, session) == -1)
		return run_memory(run, err);
	return 0;
}

static int64_t
session_earliest(struct run *run)
{
	const struct sessions *sessions = run->state;
	const struct heap_entry *first = heap_first(&sessions->begun);

	return first == NULL ? INT64_MAX : first->rank;
}

/* Closes all sessions, as if the watermark had passed the last session. */
static int
session_finish(struct run *run, struct err *err)
{
	struct sessions *sessions = run->state;
	const struct heap_entry *begun = sessions->begun.p;
	struct session *session;
	int64_t last = INSTANT_NONE;
	size_t i;

	run->closings = 0;
	for (i = 0; i < sessions->begun.count; i++) {
		session = (struct session *)((char *)begun[i].item -
		    offsetof(struct session, begun));
		if (session->window.last > last)
			last = session->window.last;
		heap_drop(&sessions->due, &session->due);
		if (gather(run, session, err) == -1)
			return -1;
	}
	if (close_gathered(run, INSTANT_NONE, err) == -1)
		return -1;
	if (last != INSTANT_NONE)
		stream_advance(run->stream, span_after(span_after(last, run->window.size), 1));
	return 0;
}

static void
session_close(struct run *run)
{
	struct sessions *sessions = run->state;
	void *slot;

	if (sessions == NULL)
		return;
	while (run->table != NULL && (slot = table_next(run->table, NULL)) != NULL)
		drop(run, slot);
	heap_free(&sessions->due);
	heap_free(&sessions->begun);
	free(sessions);
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
	.loaded = session_loaded,
	.close = session_close,
};
