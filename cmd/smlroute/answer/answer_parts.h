#ifndef SML_ANSWER_PARTS_H
#define SML_ANSWER_PARTS_H

#include <poll.h>

#include "answer/answer.h"
#include "answer/responder.h"
#include "answer/outstanding.h"
#include "answer/shadow.h"

/* The inside of struct answers: only answer*.c and reload.c include this. */

/* An arm's model, and the places of the records that wait for its co-process. */
struct server {
	struct responder responder;
	uint64_t first, last;
	size_t waiting;
};

struct answers {
	struct responder_context context;
	struct response_reader reader;
	struct server *server; /* by number of the arm */
	size_t arms;
	int fallback, id;
	unsigned int max_depth;
	bool reloads, from_stream;
	bool stranger_reported; /* a model for an unknown name has come */
	struct shadows shadows;

	struct outstanding outstanding; /* only if there are co-processes */
	size_t coprocesses;		/* of arms and shadows */
	struct pollfd *fds;		/* two for each */
	bool watches;			/* the stream watches fds */
	struct stream *stream;
	bool started;
	unsigned int unmoved; /* requests since the co-processes were moved */
	bool handed;	      /* answers_next gave the oldest one out */
	uint64_t requests;

	struct record record; /* of a record that was kept, or lacks fields */
	int slots;	      /* the number of fields it is open for; -1: it is closed */
	bool troubled;	      /* an error ends the run, and is not reported yet */
	struct err trouble;
	struct err error; /* of the present record's arm; an empty text: none */
	bool forgotten;	  /* the run stops: nothing is answered any more */
	int64_t looked;	  /* when we looked at the files, monotonic ns */

	struct {
		uint64_t errors, fallbacks, starts, loads, refused;
	} count;
};

/* Moves the co-processes' lines, and gives their replies to the records that wait. */
int answers_move(struct answers *, struct err *);

/*
 * Reads the files that have changed, if it is time to look (--reload).  Returns whether
 * there were any.
 */
bool answers_look(struct answers *);

#endif
