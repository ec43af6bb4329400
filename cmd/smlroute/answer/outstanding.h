#ifndef SML_OUTSTANDING_H
#define SML_OUTSTANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer/answer.h"
#include "answer/coprocess.h"
#include "answer/response.h"
#include "cli/stream/held.h"

/* The records that wait for their answers, in the order of the input. */
struct outstanding_request {
	uint64_t number; /* among all requests; place: among those that wait */
	uint64_t place;
	struct held held;
	struct request request;	  /* the loop's data */
	bool answered;		  /* response is final, even if there is no answer */
	struct response response; /* in bytes */
	struct buf bytes;
	struct err error; /* of the arm itself; an empty text: none */
	uint64_t next;	  /* place of the next request that waits for the same co-process */
};

struct outstanding {
	struct outstanding_request *slot; /* by place, modulo OUTSTANDING_SLOTS */
	uint64_t first, next; /* places of the oldest request, and of the next to be added */
	size_t bytes;	      /* bytes of all lines */
};

/*
 * At this number of records or bytes, or if memory is short, a record must be answered before
 * another record is taken.
 */
enum { OUTSTANDING_MOST = COPROCESS_REQUESTS - 1, OUTSTANDING_SLOTS = COPROCESS_REQUESTS };
enum { OUTSTANDING_BYTES = 64 * 1024 * 1024 };

/* Allocates the slots.  Returns -1 if memory is short. */
int outstanding_open(struct outstanding *);
void outstanding_close(struct outstanding *); /* does nothing if all is zero */

static inline struct outstanding_request *
outstanding_at(const struct outstanding *p, uint64_t place)
{
	return &p->slot[place % OUTSTANDING_SLOTS];
}

static inline size_t
outstanding_count(const struct outstanding *p)
{
	return (size_t)(p->next - p->first);
}

bool outstanding_full(const struct outstanding *);

/*
 * outstanding_new returns an empty slot; call it only if not full.  The slot counts only
 * after outstanding_add.
 */
struct outstanding_request *outstanding_new(struct outstanding *);
void outstanding_add(struct outstanding *);

/*
 * outstanding_done returns the oldest request if it is answered, else NULL; _drop removes it.
 */
struct outstanding_request *outstanding_done(const struct outstanding *);
void outstanding_drop(struct outstanding *);

#endif
