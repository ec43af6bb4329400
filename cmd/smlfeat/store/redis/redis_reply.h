#ifndef SML_STORE_REDIS_REPLY_H
#define SML_STORE_REDIS_REPLY_H

#include <hiredis/hiredis.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * What a server answers to one command, in one piece: hiredis' own replies are an allocation
 * for each value in them, these are used again and again.  Arrays stand flat before their
 * elements.
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
	size_t at, len; /* of a text, in bytes */
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
 * Replies that nobody needs now, and the one that is being read.  One that takes more memory than
 * REPLY_MOST is no answer to what is asked here (an entity has at most 64 MiB), but a foreign
 * key's, or a server's that means harm.
 */
enum { REPLY_MOST = 256 << 20 };
struct reply_pool {
	bool too_large; /* the one that was being read */
	redisReplyObjectFunctions make;
	struct reply *spare, *reading;
};

/* Has hiredis' reader make replies from this pool, which must stay where it is. */
void reply_begin(struct reply_pool *, redisReader *);

/* The next whole one: 1, 0 where there is none yet, -1 where the bytes are no reply, or too many. */
int reply_next(struct reply_pool *, redisReader *, struct reply **);

/* Would the one that is being read take too much memory, were it complete? */
bool reply_is_too_large(const struct reply_pool *, const redisReader *);

/* Gives one back; takes NULL. */
void reply_release(struct reply_pool *, struct reply *);
void reply_pool_free(struct reply_pool *);

#endif
