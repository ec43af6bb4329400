/* Reads replies of a Redis server, each into one block of memory that is reused. */
#include "store/redis/redis_reply.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* A larger buffer is not kept for the next reply. */
enum { KEEP = 1 << 16 };

static struct reply *
spare_reply(struct reply_pool *pool)
{
	struct reply *r = pool->spare;

	if (r == NULL)
		return calloc(1, sizeof(*r));
	pool->spare = r->next;
	r->next = NULL;
	return r;
}

static size_t
memory_of(const struct reply *r)
{
	return r == NULL ? 0 : r->bytes.len + r->count * sizeof(*r->item);
}

/* Adds an item to the task's reply. Returns NULL if memory is short, for hiredis. */
static void *
add(const redisReadTask *task, struct reply_item item, const char *text, size_t n)
{
	struct reply_pool *pool = task->privdata;
	struct reply *r;

	if (pool->reading == NULL)
		pool->reading = spare_reply(pool);
	r = pool->reading;
	if (r == NULL)
		return NULL;
	pool->too_large = memory_of(r) + n > REPLY_MOST;
	if (pool->too_large || grow(&r->item, &r->cap, r->count + 1, sizeof(*r->item)) == -1)
		return NULL;
	item.at = r->bytes.len;
	item.len = n;
	if (n > 0 && buf_put(&r->bytes, text, n) == -1)
		return NULL;
	r->item[r->count++] = item;
	return r;
}

static void *
add_text(const redisReadTask *task, char *text, size_t n)
{
	struct reply_item item = { .kind = task->type == REDIS_REPLY_ERROR ? REPLY_ERROR :
									     REPLY_TEXT };

	return add(task, item, text, n);
}

static void *
add_array(const redisReadTask *task, int elements)
{
	return add(task, (struct reply_item){ .kind = REPLY_ARRAY, .integer = elements }, NULL,
	    0);
}

static void *
add_integer(const redisReadTask *task, long long integer)
{
	return add(task, (struct reply_item){ .kind = REPLY_INTEGER, .integer = integer },
	    NULL, 0);
}

static void *
add_nil(const redisReadTask *task)
{
	return add(task, (struct reply_item){ .kind = REPLY_NIL }, NULL, 0);
}

/*
 * Called when hiredis gives up an unfinished reply, which stays in pool->reading for the next
 * reply.
 */
static void
forget(void *reply)
{
	struct reply *r = reply;

	r->count = 0;
	r->bytes.len = 0;
}

void
reply_begin(struct reply_pool *pool, redisReader *reader)
{
	pool->make =
	    (redisReplyObjectFunctions){ add_text, add_array, add_integer, add_nil, forget };
	if (pool->reading != NULL)
		forget(pool->reading);
	reader->fn = &pool->make;
	reader->privdata = pool;
	reader->maxbuf = 0; /* keep the buffer */
}

int
reply_next(struct reply_pool *pool, redisReader *reader, struct reply **reply)
{
	void *made = NULL;

	if (redisReaderGetReply(reader, &made) != REDIS_OK)
		return -1;
	if (made == NULL)
		return 0;
	*reply = made;
	pool->reading = NULL;
	return 1;
}

bool
reply_is_too_large(const struct reply_pool *pool, const redisReader *reader)
{
	return memory_of(pool->reading) + (reader->len - reader->pos) > REPLY_MOST;
}

static void
reply_free(struct reply *r)
{
	if (r == NULL)
		return;
	buf_free(&r->bytes);
	free(r->item);
	free(r);
}

void
reply_release(struct reply_pool *pool, struct reply *r)
{
	if (r == NULL)
		return;
	if (r->bytes.cap > KEEP || r->cap > KEEP / sizeof(*r->item)) {
		reply_free(r);
		return;
	}
	forget(r);
	r->next = pool->spare;
	pool->spare = r;
}

void
reply_pool_free(struct reply_pool *pool)
{
	struct reply *next;

	for (struct reply *r = pool->spare; r != NULL; r = next) {
		next = r->next;
		reply_free(r);
	}
	reply_free(pool->reading);
	memset(pool, 0, sizeof(*pool));
}
