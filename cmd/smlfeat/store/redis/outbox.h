#ifndef SML_OUTBOX_H
#define SML_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ring.h"

/*
 * A queue of commands without an answer yet, with their bytes.  The first ones have been sent,
 * and can be sent again.
 */
struct call {
	void *owner;	     /* who waits for the answer */
	int kind;	     /* of call: the store's own */
	size_t len;	     /* of its bytes */
	unsigned int weight; /* how many requests it answers */
	int64_t asked;	     /* monotonic ns */
	int64_t sent;	     /* the same; 0: not yet */
};

/* All zeroes is empty. */
struct outbox {
	struct buf bytes;  /* of the calls, from head on */
	size_t head, sent; /* up to sent they are sent */
	size_t mark;	   /* where the command that is being made begins */
	struct ring call;  /* of struct call */
	size_t calls, sent_calls;
	size_t weight, sent_weight; /* sums over these calls */
};

/*
 * Queue a command: outbox_begin returns the buffer to append it to, then outbox_commit queues
 * it, or outbox_abandon takes it back.  outbox_commit returns -1 with errno ENOMEM, nothing
 * queued.
 */
struct buf *outbox_begin(struct outbox *);
int outbox_commit(struct outbox *, int kind, void *owner, unsigned int weight, int64_t now);
void outbox_abandon(struct outbox *);

/* Returns the first call; there must be one. */
const struct call *outbox_first(const struct outbox *);

/* Removes the first call and copies it to *call, unless that is NULL.  False if it is empty. */
bool outbox_pop(struct outbox *, struct call *);

/* Mark all calls as sent, or none. */
void outbox_send(struct outbox *, int64_t now);
void outbox_unsend(struct outbox *);

/* Sets the owner of this owner's calls to NULL: nobody waits for them any more. */
void outbox_disown(struct outbox *, const void *owner);

void outbox_free(struct outbox *);

#endif
