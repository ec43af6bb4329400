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
	int kind;	     /* the kind of call; defined by the store */
	size_t len;	     /* how many bytes it has */
	unsigned int weight; /* how many requests it answers */
	int64_t asked;	     /* monotonic ns */
	int64_t sent;	     /* when it was sent, in the same clock; 0: not yet */
};

/* All zeroes is empty. */
struct outbox {
	struct buf bytes;  /* of the calls, from head on */
	size_t head, sent; /* the bytes up to sent have been sent */
	size_t mark;	   /* where the command that is being made begins */
	struct ring call;  /* of struct call */
	size_t calls, sent_calls;
	size_t weight, sent_weight; /* sums over these calls */
};

/*
 * These queue a command.  outbox_begin returns the buffer to which the caller appends the
 * command; then outbox_commit queues it, or outbox_abandon removes it.  outbox_commit returns
 * -1 with errno ENOMEM if memory is short; nothing is then queued.
 */
struct buf *outbox_begin(struct outbox *);
int outbox_commit(struct outbox *, int kind, void *owner, unsigned int weight, int64_t now);
void outbox_abandon(struct outbox *);

/* Returns the first call; there must be one. */
const struct call *outbox_first(const struct outbox *);

/*
 * Removes the first call and copies it to *call, unless that is NULL.  Returns false if the
 * outbox is empty.
 */
bool outbox_pop(struct outbox *, struct call *);

/* The first marks all calls as sent; the second marks all as not sent. */
void outbox_send(struct outbox *, int64_t now);
void outbox_unsend(struct outbox *);

/*
 * Sets the owner of all calls of this owner to NULL, because nobody waits for them any more.
 */
void outbox_disown(struct outbox *, const void *owner);

void outbox_free(struct outbox *);

#endif
