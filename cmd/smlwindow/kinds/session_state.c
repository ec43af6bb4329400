/* Writes sessions to a snapshot, and reads them. */
#include <string.h>

#include "kinds/session.h"
#include "numbers/span.h"

struct saved_session {
	bool closed;
	int64_t first, last;
};

static const struct member session_members[] = {
	{ "closed", M_BOOL, offsetof(struct saved_session, closed), 0 }, MEMBERS_END
};

/* The members of a closed session. */
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

int
session_save(struct run *run, struct snap *snap, struct err *err)
{
	struct session_key *key = NULL;
	const struct session *session;

	while (!snap_failed(snap) && (key = table_next(run->table, key)) != NULL) {
		snap_open(snap, "key");
		save_key(snap, &key->slot);
		snap_shut(snap);
		for (session = sorted_first(&key->sessions); session != NULL;
		     session = sorted_after(&key->sessions, session->rank))
			if (save_session(run, snap, session, err) == -1)
				return -1;
	}
	return 0;
}

/*
 * Checks that the sessions of a key are in order, more than the gap apart, the closed ones
 * first. before: the session before this one, or NULL.
 */
static int
check_order(const struct run *run, const struct session *session, const struct session *before,
    struct value object, struct err *err)
{
	if (session->window.first > session->window.last ||
	    session->window.first == INSTANT_NONE)
		return err_set(err, object.p, "a session that ends before it begins");
	if (before != NULL &&
	    (session->window.first <= span_after(before->window.last, run->window.size) ||
		(session->closed && !before->closed)))
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
	return session_shut(run, session) == -1 ? run_memory(run, err) : 0;
}

static int
load_session(struct run *run, struct value object, struct err *err)
{
	struct sessions *sessions = run->state;
	struct session_key *key = sessions->key;
	struct saved_session saved;
	struct session *session;
	int status;

	if (key == NULL)
		return err_set(err, object.p, "a session without a key");
	if (snap_get(object, session_members, &saved, err) == -1)
		return -1;
	if ((session = session_new(run, key)) == NULL)
		return run_memory(run, err);
	status = saved.closed ?
	    load_closed(run, session, object, err) :
	    load_window(run, &sessions->loading, &key->slot, &session->window, object, err);
	session->rank = session->window.last;
	if (status == 0)
		status =
		    check_order(run, session, sorted_last(&key->sessions, NULL), object, err);
	if (status == -1) {
		session_free(run, session);
		sessions->loading = (struct summary_loading){ 0 };
		return -1;
	}
	if (sorted_put(&key->sessions, session->rank, session, &run->pool) == -1)
		return run_memory(run, err);
	return saved.closed || session_note(run, session) == 0 ? 0 : run_memory(run, err);
}

int
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

int
session_loaded(struct run *run, struct err *err)
{
	const struct sessions *sessions = run->state;

	return load_complete(run, &sessions->loading, (struct value){ 0 }, err);
}
