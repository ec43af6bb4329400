#ifndef SML_ANSWER_PARTS_H
#define SML_ANSWER_PARTS_H

#include <poll.h>

#include "answer/answer.h"
#include "answer/responder.h"
#include "answer/outstanding.h"
#include "answer/shadow.h"

/* The inside of struct answers: only answer*.c and reload.c include this. */

/* The model of an arm, and the places of the records that wait for its co-process. */
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
	struct pollfd *fds;		/* two for each co-process */
	bool watches;			/* the stream watches fds */
	struct stream *stream;
	bool started;
	unsigned int unmoved; /* requests since coprocess_move was last called */
	bool handed;	      /* answers_next has handed out the oldest record */
	uint64_t requests;

	struct record record; /* of a record that has waited, or lacks fields */
	int slots;	      /* the number of fields for which it is open; -1: closed */
	bool troubled;	      /* an error that is not reported yet will end the run */
	struct err trouble;
	struct err error; /* of the arm of the present record; an empty text: none */
	bool forgotten;	  /* the run stops: no more answers are handed out */
	int64_t looked;	  /* when we last looked at the files, monotonic ns */

	struct {
		uint64_t errors, fallbacks, starts, loads, refused;
	} count;
};

/*
 * Writes lines to the co-processes, reads their replies, and gives these to the records that
 * wait.
 */
int answers_move(struct answers *, struct err *);

/*
 * If it is time to look (--reload), reads the model files that have changed.  Returns whether
 * any had.
 */
bool answers_look(struct answers *);

#endif
