/* What both layouts share. */
#include "store/redis/redis.h"
#include "store/redis/redis_command.h"

int
redis_put_key(const struct redis *r, struct buf *b, const char *id, size_t n)
{
	return command_join(b, r->options->prefix, r->prefix_len, id, n);
}

int
redis_put_script(const struct redis *r, struct buf *b, const char *script, const char *id,
    size_t n, size_t words)
{
	if (command_begin(b, 4 + words) == -1 || command_word(b, "EVALSHA", 7) == -1 ||
	    command_word(b, script, SCRIPT_SHA1) == -1 || command_word(b, "1", 1) == -1)
		return -1;
	return redis_put_key(r, b, id, n);
}

int64_t
redis_server_ttl(const struct redis *r, const struct entity *e)
{
	int64_t ttl = r->options->server_ttl, longest = 0;

	if (ttl == -1 && !r->options->timed) {
		if (e->deleted != INSTANT_NONE)
			longest = e->deleted_expires == ENTITY_NEVER ?
			    INT64_MAX :
			    e->deleted_expires - e->deleted;
		for (size_t i = 0; i < e->count; i++) {
			const struct feature *f = &e->feature[i];

			ttl = f->expires == ENTITY_NEVER ? INT64_MAX : f->expires - f->time;
			longest = ttl > longest ? ttl : longest;
		}
		ttl = longest == INT64_MAX ? 0 : longest;
	}
	return ttl > 0 ? (ttl - 1) / 1000000 + 1 : -1;
}

void
redis_judge(struct store_request *q, enum store_state state)
{
	if (q->number >> REDIS_VERDICT == STORE_PENDING)
		q->number |= (uint64_t)state << REDIS_VERDICT;
}

int
redis_spoil(struct store_request *q, int calls)
{
	err_memory(&q->err);
	q->number = 0;
	redis_judge(q, STORE_FAILED);
	return calls;
}
