/*
 * session: the sessions of a key.  A session has records with at most the gap between each and
 * the next.  A closed session is remembered for another gap, without its records, so that a
 * record that it should have counted is recognised as late.
 */
#ifndef SML_SESSION_H
#define SML_SESSION_H

#include "base/heap.h"
#include "run/open_window.h"
#include "numbers/sorted.h"
#include "state/save.h"

struct session_key {
	struct key_slot slot;
	struct sorted sessions; /* struct session, by last time; the closed ones are first */
};

struct session {
	int64_t rank;		/* among its key's sessions: its last time */
	struct heap_item due;	/* when to close it; after that, when to drop it */
	struct heap_item begun; /* only while it is open */
	struct session_key *key;
	bool closed;
	struct open_window window;
};

struct sessions {
	struct heap due;	 /* sessions by a time that is not after their last record's */
	struct heap begun;	 /* open sessions by their first time */
	struct session_key *key; /* the key whose sessions are being loaded */
	struct summary_loading loading;
};

/*
 * Makes a new session of a key, not yet in any list or heap. Returns NULL (ENOMEM).
 */
struct session *session_new(struct run *run, struct session_key *key);

/*
 * Frees a session and takes it out of the heaps. It must not be in its key's list: call
 * sorted_drop first if it was.
 */
void session_free(struct run *run, struct session *session);

/*
 * Notes when a session is due and when it began, for the first time or after its first time has
 * changed. Returns 0, or -1 (ENOMEM).
 */
int session_note(struct run *run, struct session *session);

/* Closes a session, of which only its times are left.  Returns 0, or -1 (ENOMEM). */
int session_shut(struct run *run, struct session *session);

/* The members save and load of struct windowing. */
int session_save(struct run *run, struct snap *snap, struct err *err);
int session_load(struct run *run, const char *section, struct value object, struct err *err);
int session_loaded(struct run *run, struct err *err);

#endif
