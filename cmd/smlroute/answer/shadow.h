#ifndef SML_SHADOW_H
#define SML_SHADOW_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer/responder.h"
#include "cli/stream/side_file.h"
#include "json/edit.h"

/*
 * Models that see requests and never change an answer.  A model file and a constant respond
 * after the arm has responded.  A co-process is asked when the request comes, unless it is too
 * busy; no record waits for it.
 */
struct shadow_count {
	uint64_t requests; /* all that were meant for the shadow */
	uint64_t replies, errors;
	uint64_t dropped;  /* it was down, or too busy */
	uint64_t compared; /* requests whose reply was compared with that of the arm itself */
	uint64_t differed;
	uint64_t numbers; /* comparisons of two numbers */
	/* sums over these of shadow minus arm, and of its absolute value */
	double difference, absolute;
};

/* A request to a co-process, until both replies (the arm's and the shadow's) are there. */
struct pair {
	uint64_t number; /* of the request */
	/* of the arm, of the shadow: the response has come, or will not come */
	bool met, replied;
	bool lost;
	bool sound, compared; /* the shadow has responded; the arm itself has responded */
	struct buf id, arm, arm_bytes, bytes;
	struct response arm_response, response;
};

struct shadow {
	struct responder responder;
	struct shadow_count count;
	struct pair *pair;    /* by place, modulo SHADOW_REQUESTS; NULL: no co-process */
	uint64_t first, next; /* places */
	uint64_t met;	      /* the first place without a response of the arm */
	uint64_t replied;     /* the first place without a response of the shadow */
};

enum { SHADOW_REQUESTS = COPROCESS_REQUESTS, SHADOW_UNSENT = 1024 * 1024 };

struct shadows {
	struct shadow *shadow;
	size_t count;
	struct response_reader *reader; /* borrowed */
	struct buf object;
	struct edit *edit;		/* of the lines of --shadow-out */
	int id, arm, prediction, shown; /* its members */
	struct side_file side;
	struct shadow_count total; /* of all shadows that there have been */
	struct buf report;
};

/* An arm's response to a request. */
struct arm_response {
	const char *arm;
	struct value id;
	const struct response *response;
	bool sound; /* the arm itself has responded */
};

/* These do for a shadow what responder_open and responder_close do. */
int shadow_open(struct shadow *, const char *name, const char *text,
    const struct responder_context *, struct err *);
void shadow_close(struct shadow *);

/* Opens --shadow-out if path is not NULL.  shadows_close does nothing if all is zero. */
int shadows_open(struct shadows *, const char *path, const char *attempt,
    struct response_reader *, struct err *);
int shadows_close(struct shadows *, struct err *);

/* Sends a request to the co-processes; numbers must ascend. */
void shadows_ask(struct shadows *, uint64_t number, const struct record *);

/*
 * Has the shadows that are not co-processes respond, after the arm has responded.  *object:
 * the responses as they are shown in the record; V_MISSING with --shadow-out.
 */
int shadows_meet(struct shadows *, uint64_t number, const struct record *,
    const struct arm_response *, struct value *object, struct err *);

/* Does what coprocess_move does, for the co-processes of all shadows. */
int shadows_move(struct shadows *, struct err *);

/*
 * Does what coprocess_watch does, for the co-processes of all shadows: at most two
 * descriptors each.
 */
unsigned int shadows_watch(const struct shadows *, struct pollfd *, int64_t *until);

/* Returns whether co-processes have requests without a response yet. */
bool shadows_busy(const struct shadows *);

/* Counts an ending shadow's unanswered requests as dropped. */
void shadows_drop(struct shadows *, struct shadow *);

/*
 * Drops the requests that have no response, closes --shadow-out, and writes the counts for
 * --stats as JSON: {"NAME":{…},…}.
 */
int shadows_finish(struct shadows *, struct err *);

#endif
