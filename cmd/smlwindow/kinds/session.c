/*
 * Sessions: records of a key with no more than the gap between each and the next. One that has
 * closed is remembered, without its records, for another gap, so that a record that it should
 * have counted is known to be late.
 */
#include <stdlib.h>
#include <string.h>

#include "kinds/timers.h"
#include "kinds/closing.h"
#include "numbers/deque.h"
#include "numbers/span.h"
#include "state/save.h"

struct session_key {
	struct key_slot slot;
	struct deque sessions; /* by time; the closed ones first */
};

struct session {
	struct timer due;   /* to be closed, or once closed to be forgotten */
	struct timer begun; /* while it is open */
	struct session_key *key;
	bool closed;
	struct open_window window;
};

struct sessions {
	struct timers due; /* by a time that is not after the last record's; see settle_due */
	struct timers begun;	 /* open ones by their first time */
	struct session_key *key; /* whose sessions are being loaded */
	struct summary_loading loading;
};

static struct session *
of_due(struct timer *item)
{
	return (struct session *)((char *)item - offsetof(struct session, due));
}

static struct session *
session_at(const struct session_key *key, uint32_t i)
{
	return deque_at(&key->sessions, i);
}

static int
session_open(struct run *run, struct err *err)
{
	if ((run->state = calloc(1, sizeof(struct sessions))) == NULL)
		return err_memory(err);
	run->table = table_new(sizeof(struct session_key), run->options->common.max_keys);
	return run->table == NULL ? err_memory(err) : 0;
}

/* The index of a key's first session that does not end more than the gap before a time. */
static uint32_t
find(const struct run *run, const struct session_key *key, int64_t time)
{
	uint32_t low = 0, high = key->sessions.count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (span_after(session_at(key, middle)->window.last, run->window.size) < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether the i-th session, not ended too early for it, takes in a record of this time. */
static bool
joins(const struct run *run, const struct session_key *key, uint32_t i, int64_t time)
{
	return i < key->sessions.count &&
	    time >= span_before(session_at(key, i)->window.first, run->window.size);
}

/*
 * Late is a record that a session should have counted that has closed, or whose own would
 * have closed; it may not lengthen an open one to the front then, since what closed before
 * that may be forgotten.
 */
static bool
session_is_late(struct run *run, const struct event *event)
{
	int64_t watermark = stream_watermark(run->stream);
	const struct session_key *key;
	const struct session *session;
	uint32_t i;

	if (watermark == INSTANT_NONE || event->time >= watermark)
		return false;
	key = table_get(run->table, event->key.p, event->key.len);
	if (key != NULL && joins(run, key, i = find(run, key, event->time), event->time)) {
		session = session_at(key, i);
		if (session->closed || event->time >= session->window.first)
			return session->closed;
	}
	return watermark > span_after(event->time, run->window.size);
}

static size_t
session_size(const struct run *run)
{
	return offsetof(struct session, window) + open_window_size(run->columns.summary_size);
}

/* Frees a session that stands on no key any more. */
static void
free_session(struct run *run, struct session *session)
{
	struct sessions *sessions = run->state;

	timers_drop(&sessions->due, &session->due);
	timers_drop(&sessions->begun, &session->begun);
	if (!session->closed) {
		open_window_end(run, &session->window);
		run->entries--;
	}
	pool_put(&run->pool, session, session_size(run));
}

static void
drop(struct run *run, void *slot)
{
	struct session_key *key = slot;
	uint32_t i;

	for (i = 0; i < key->sessions.count; i++)
		free_session(run, session_at(key, i));
	deque_free(&key->sessions, &run->pool);
	word_drop(&key->slot.spelt, &run->pool);
	table_drop(run->table, key);
}

/* What a session leaves behind when it has closed. */
static int
close_session(struct run *run, struct session *session)
{
	struct sessions *sessions = run->state;

	open_window_end(run, &session->window);
	run->entries--;
	session->closed = true;
	timers_drop(&sessions->begun, &session->begun);
	return timers_set(&sessions->due, &session->due,
	    span_after(session->window.last, run->window.size));
}

static int
close_gathered(struct run *run, struct err *err)
{
	struct session_key *key;
	struct session *session;
	size_t i;

	if (closing_sort(run) == -1)
		return run_memory(run, err);
	for (i = 0; i < run->closings; i++) {
		key = (struct session_key *)run->closing[i].key;
		session = session_at(key, find(run, key, run->closing[i].start));
		if (closing_write(run, &run->closing[i], false, err) == -1)
			return -1;
		if (close_session(run, session) == -1)
			return run_memory(run, err);
	}
	return 0;
}

static int
gather(struct run *run, struct session *session)
{
	return closing_add(run,
	    (struct closing){
		.end = session->window.last,
		.start = session->window.first,
		.prefix = closing_prefix(run, &session->key->slot),
		.key = &session->key->slot,
		.window = &session->window,
	    });
}

/* A closed session that no record can reach any more goes, and its key with the last one. */
static void
forget(struct run *run, struct session *session)
{
	struct session_key *key = session->key;

	deque_remove(&key->sessions, find(run, key, session->window.first));
	free_session(run, session);
	if (key->sessions.count == 0)
		drop(run, key);
}

static int
session_advance(struct run *run, int64_t watermark, struct err *err)
{
	struct sessions *sessions = run->state;
	const struct timers_entry *first;
	struct session *session;

	run->closings = 0;
	while ((first = timers_first(&sessions->due)) != NULL &&
	    watermark > span_after(first->time, run->window.size)) {
		session = of_due(first->item);
		if (session->closed) {
			forget(run, session);
		} else if (session->window.last > first->time) {
			/* It has gone on since it was put down. */
			if (timers_set(&sessions->due, &session->due, session->window.last) ==
			    -1)
				return run_memory(run, err);
		} else {
			timers_drop(&sessions->due, &session->due);
			if (gather(run, session) == -1)
				return run_memory(run, err);
		}
	}
	return close_gathered(run, err);
}

/* A new session of a key, before its i-th one. */
static struct session *
add_session(struct run *run, struct session_key *key, uint32_t i)
{
	struct session *session;

	if ((session = pool_get(&run->pool, session_size(run))) == NULL)
		return NULL;
	*session = (struct session){ .key = key };
	open_window_begin(run, &session->window);
	run->entries++;
	return deque_insert(&key->sessions, i, session, &run->pool) == -1 ? NULL : session;
}

/* Sets the timers of a session, or moves them after its first time has changed. */
static int
note(struct run *run, struct session *session)
{
	struct sessions *sessions = run->state;

	if (session->due.place == 0 &&
	    timers_set(&sessions->due, &session->due, session->window.last) == -1)
		return -1;
	return timers_set(&sessions->begun, &session->begun, session->window.first);
}

static int
session_take(struct run *run, struct record *record, const struct event *event, bool late,
    struct err *err)
{
	struct session_key *key;
	struct session *session = NULL, *next;
	int64_t first;
	uint32_t i = 0;

	(void)record;
	if (late)
		return 0;
	key = table_get(run->table, event->key.p, event->key.len);
	if (key != NULL)
		i = find(run, key, event->time);
	if (key != NULL && joins(run, key, i, event->time))
		session = session_at(key, i);
	if ((key = run_slot_ready(run, event, key,
		 (session == NULL) + open_window_growth(run, event), drop, err)) == NULL)
		return -1;
	if (session == NULL && (session = add_session(run, key, i)) == NULL)
		return run_memory(run, err);
	first = session->window.first;
	if (open_window_add(run, &session->window, &key->slot, event) == -1)
		return run_memory(run, err);
	if (joins(run, key, i + 1, event->time)) {
		next = session_at(key, i + 1);
		if (open_window_absorb(run, &session->window, &next->window) == -1)
			return run_memory(run, err);
		deque_remove(&key->sessions, i + 1);
		free_session(run, next);
	}
	if ((session->due.place == 0 || session->window.first != first) &&
	    note(run, session) == -1)
		return run_memory(run, err);
	return 0;
}

static int64_t
session_earliest(struct run *run)
{
	const struct sessions *sessions = run->state;
	const struct timers_entry *first = timers_first(&sessions->begun);

	return first == NULL ? INT64_MAX : first->time;
}

/* As if the watermark had come past the last session. */
static int
session_finish(struct run *run, struct err *err)
{
	struct sessions *sessions = run->state;
	struct session_key *key = NULL;
	struct session *session;
	int64_t last = INSTANT_NONE;
	uint32_t i;

	run->closings = 0;
	while ((key = table_next(run->table, key)) != NULL)
		for (i = 0; i < key->sessions.count; i++) {
			session = session_at(key, i);
			if (session->closed)
				continue;
			if (session->window.last > last)
				last = session->window.last;
			timers_drop(&sessions->due, &session->due);
			if (gather(run, session) == -1)
				return run_memory(run, err);
		}
	if (close_gathered(run, err) == -1)
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
	timers_free(&sessions->due);
	timers_free(&sessions->begun);
	free(sessions);
}

struct saved_session {
	bool closed;
	int64_t first, last;
};

static const struct member session_members[] = {
	{ "closed", M_BOOL, offsetof(struct saved_session, closed), 0 }, MEMBERS_END
};

/* Of one that is closed nothing else is known. */
static const struct member closed_members[] = { { "first", M_I64,
						    offsetof(struct saved_session, first), 0 },
	{ "last", M_I64, offsetof(struct saved_session, last), 0 }, MEMBERS_END };

static int
save_session(struct run *run, struct snap *snap, const struct session *session,
    struct err *err)
{
	const struct saved_session saved = { session->closed, session->window.first,
		session->window.last };

	snap_open(snap, "session");
	snap_part(snap, session_members, &saved);
	if (!session->closed)
		return save_window(run, snap, &session->window, err);
	snap_part(snap, closed_members, &saved);
	snap_shut(snap);
	return 0;
}

static int
session_save(struct run *run, struct snap *snap, struct err *err)
{
	const struct session_key *key = NULL;
	uint32_t i;

	while ((key = table_next(run->table, key)) != NULL) {
		snap_open(snap, "key");
		save_key(snap, &key->slot);
		snap_shut(snap);
		for (i = 0; i < key->sessions.count; i++)
			if (save_session(run, snap, session_at(key, i), err) == -1)
				return -1;
	}
	return 0;
}

/* Sessions of a key are in order, more than the gap apart, the closed ones first. */
static int
check_order(const struct run *run, const struct session *session, struct value object,
    struct err *err)
{
	const struct session_key *key = session->key;
	const struct session *before;

	if (session->window.first > session->window.last ||
	    session->window.first == INSTANT_NONE)
		return err_set(err, object.p, "a session that ends before it begins");
	if (key->sessions.count < 2)
		return 0;
	before = session_at(key, key->sessions.count - 2);
	if (session->window.first <= span_after(before->window.last, run->window.size) ||
	    (session->closed && !before->closed))
		return err_set(err, object.p, "sessions that are not in order");
	return 0;
}

static int
load_closed(struct run *run, struct session *session, struct value object, struct err *err)
{
	struct sessions *sessions = run->state;
	struct saved_session saved;

	if (load_complete(run, &sessions->loading, object, err) == -1 ||
	    snap_get(object, closed_members, &saved, err) == -1)
		return -1;
	sessions->loading = (struct summary_loading){ 0 };
	session->window.first = saved.first;
	session->window.last = saved.last;
	return close_session(run, session) == -1 ? run_memory(run, err) : 0;
}

static int
load_session(struct run *run, struct value object, struct err *err)
{
	struct sessions *sessions = run->state;
	struct session_key *key = sessions->key;
	struct saved_session saved;
	struct session *session;

	if (key == NULL)
		return err_set(err, object.p, "a session without a key");
	if (snap_get(object, session_members, &saved, err) == -1)
		return -1;
	session = add_session(run, key, key->sessions.count);
	if (session == NULL)
		return run_memory(run, err);
	if ((saved.closed ? load_closed(run, session, object, err) :
			    load_window(run, &sessions->loading, &key->slot, &session->window,
				object, err)) == -1 ||
	    check_order(run, session, object, err) == -1)
		return -1;
	return saved.closed || note(run, session) == 0 ? 0 : run_memory(run, err);
}

static int
session_load(struct run *run, const char *section, struct value object, struct err *err)
{
	struct sessions *sessions = run->state;

	if (strcmp(section, "key") == 0) {
		sessions->key = load_key(run, object, err);
		return sessions->key == NULL ? -1 : 0;
	}
	if (strcmp(section, "session") == 0)
		return load_session(run, object, err);
	return load_part(run, &sessions->loading, section, object, err);
}

static int
session_loaded(struct run *run, struct err *err)
{
	const struct sessions *sessions = run->state;

	return load_complete(run, &sessions->loading, (struct value){ 0 }, err);
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
