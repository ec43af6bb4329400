#ifndef SML_SHADOW_H
#define SML_SHADOW_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer/responder.h"
#include "cli/stream/side.h"
#include "json/edit.h"

/*
 * Models that see requests and never change an answer.  A model file and a
 * constant respond after the arm has; a co-process is asked when the request
 * comes, unless it has too much to do already, and no record waits for it.
 */
struct shadow_count {
	uint64_t requests; /* that it was to see */
	uint64_t replies, errors;
	uint64_t dropped;  /* it was down, or had too much to do */
	uint64_t compared; /* with what the arm itself replied */
	uint64_t differed;
	uint64_t numbers;	     /* compared that were two numbers */
	double difference, absolute; /* sums of shadow less arm */
};

/* A request that a co-process was asked, until both replies are there. */
struct pair {
	uint64_t number;   /* of the request */
	bool met, replied; /* the arm's response is there, or lost; so is the shadow's */
	bool lost;
	bool sound, compared; /* the shadow did respond; the arm itself did */
	struct buf id, arm, arm_bytes, bytes;
	struct response arm_response, response;
};

struct shadow {
	struct responder responder;
	struct shadow_count count;
	struct pair *pair;    /* by place, modulo SHADOW_REQUESTS; NULL: no co-process */
	uint64_t first, next; /* places */
	uint64_t met,
	    replied; /* the first ones that the arm, or the shadow, has yet to respond to */
};

enum { SHADOW_REQUESTS = COPROCESS_REQUESTS, SHADOW_UNSENT = 1024 * 1024 };

struct shadows {
	struct shadow *shadow;
	size_t count;
	struct response_reader *reader; /* borrowed */
	struct buf object;
	struct edit *edit;		/* of the lines of --shadow-out */
	int id, arm, prediction, shown; /* its members */
	struct side side;
	struct shadow_count total; /* of all that ever were */
	struct buf report;
};

/* What an arm has replied. */
struct arm_response {
	const char *arm;
	struct value id;
	const struct response *response;
	bool sound; /* the arm itself did */
};

/* As responder_open and responder_close. */
int shadow_open(struct shadow *, const char *name, const char *text,
    const struct responder_context *, struct err *);
void shadow_close(struct shadow *);

/* path: of --shadow-out, or NULL.  shadows_close takes one of all zeroes. */
int shadows_open(struct shadows *, const char *path, struct response_reader *, struct err *);
int shadows_close(struct shadows *, struct err *);

/* A request comes, by a rising number: the co-processes are asked. */
void shadows_ask(struct shadows *, uint64_t number, const struct record *);

/*
 * Its arm has replied: the others respond now.  *object: what they say, as the
 * record shows it; V_MISSING under --shadow-out.
 */
int shadows_meet(struct shadows *, uint64_t number, const struct record *,
    const struct arm_response *, struct value *object, struct err *);

/* Moves what the co-processes can take and give. */
int shadows_move(struct shadows *, struct err *);

/* As coprocess_watch, for all of them: two descriptors each at most. */
unsigned int shadows_watch(const struct shadows *, struct pollfd *, int64_t *until);

/* Whether co-processes have requests that they did not respond to yet. */
bool shadows_busy(const struct shadows *);

/* One of them ends: what it did not respond to is dropped. */
void shadows_drop(struct shadows *, struct shadow *);

/*
 * The end: what has no response by now is dropped, --shadow-out is closed, and the
 * counts are put into words, {"NAME":{…},…}, for --stats.
 */
int shadows_finish(struct shadows *, struct err *);

#endif
