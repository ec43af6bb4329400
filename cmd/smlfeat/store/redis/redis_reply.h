#ifndef SML_STORE_REDIS_REPLY_H
#define SML_STORE_REDIS_REPLY_H

#include <hiredis/hiredis.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * A server's answer to one command, in one block that is reused (hiredis itself would allocate
 * each value).  All values are in one row: an array comes first, its elements follow.
 */
enum reply_kind {
	REPLY_NIL,
	REPLY_TEXT,
	REPLY_INTEGER,
	REPLY_ARRAY, /* integer: how many elements follow */
	REPLY_ERROR  /* text */
};

struct reply_item {
	enum reply_kind kind;
	size_t at, len; /* of a text, in bytes: where it is, and its length */
	int64_t integer;
};

struct reply {
	struct buf bytes;
	struct reply_item *item;
	size_t count, cap;
	struct reply *next; /* in the pool */
};

static inline const char *
reply_text(const struct reply *r, size_t i)
{
	return r->bytes.p == NULL ? "" : r->bytes.p + r->item[i].at;
}

/*
 * Replies that are not in use, and the reply that is being read.  A reply that takes more
 * memory than REPLY_MOST cannot be an entity (at most 64 MiB): it belongs to a key that
 * smlfeat did not write, or comes from a hostile server.
 */
enum { REPLY_MOST = 256 << 20 };
struct reply_pool {
	bool too_large; /* the reply that was being read */
	redisReplyObjectFunctions make;
	struct reply *spare, *reading;
};

/* Makes hiredis' reader take replies from this pool, which must not move. */
void reply_begin(struct reply_pool *, redisReader *);

/* Reads the next whole reply.  Returns 1, 0 if there is none yet, -1 if it is bad or too large. */
int reply_next(struct reply_pool *, redisReader *, struct reply **);

/* Returns whether the reply that is being read would take too much memory. */
bool reply_is_too_large(const struct reply_pool *, const redisReader *);

/* Gives a reply back to the pool; accepts NULL. */
void reply_release(struct reply_pool *, struct reply *);
void reply_pool_free(struct reply_pool *);

#endif
