/* Makes sessions, notes when they are due, closes and frees them. */
#include "kinds/session.h"
#include "numbers/span.h"

static size_t
session_size(const struct run *run)
{
	return offsetof(struct session, window) + open_window_size(run->columns.summary_size);
}

struct session *
session_new(struct run *run, struct session_key *key)
{
	struct session *session;

	if ((session = pool_get(&run->pool, session_size(run))) == NULL)
		return NULL;
	*session = (struct session){ .key = key };
	open_window_begin(run, &session->window);
	run->entries++;
	return session;
}

void
session_free(struct run *run, struct session *session)
{
	struct sessions *sessions = run->state;

	heap_drop(&sessions->due, &session->due);
	heap_drop(&sessions->begun, &session->begun);
	if (!session->closed) {
		open_window_end(run, &session->window);
		run->entries--;
	}
	pool_put(&run->pool, session, session_size(run));
}

int
session_shut(struct run *run, struct session *session)
{
	struct sessions *sessions = run->state;

	open_window_end(run, &session->window);
	run->entries--;
	session->closed = true;
	heap_drop(&sessions->begun, &session->begun);
	return heap_set(&sessions->due, span_after(session->window.last, run->window.size),
	    &session->due);
}

int
session_note(struct run *run, struct session *session)
{
	struct sessions *sessions = run->state;

	if (session->due.place == 0 &&
	    heap_set(&sessions->due, session->window.last, &session->due) == -1)
		return -1;
	return heap_set(&sessions->begun, session->window.first, &session->begun);
}
