/* Walks all entities under the prefix, by SCAN, a page at a time; sweeps, and drops. */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "store/redis/redis.h"
#include "store/redis/redis_command.h"
#include "store/redis/redis_error.h"

/* How many keys a SCAN asks for; the server looks at this many in one command. */
static const char page_size[] = "256";
enum { PAGE = 256 };

/* A page has three items before its keys: the array, the cursor, the array of keys. */
enum { PAGE_CURSOR = 1, PAGE_KEYS = 3 };

void
redis_scan_end(struct redis *r)
{
	for (; r->page != NULL && r->page_next < r->page_asked; r->page_next++) {
		struct ask *ask = &r->window[r->page_next % REDIS_WINDOW];

		if (!ask->done)
			outbox_disown(&r->connection.box, ask);
		redis_ask_end(r, ask);
	}
	reply_release(&r->connection.pool, r->page);
	reply_release(&r->connection.pool, r->shown);
	r->page = r->shown = NULL;
	r->sweeping = false;
}

/* Writes the prefix as a pattern that matches only itself. */
static int
put_pattern(const struct redis *r, struct buf *b)
{
	struct buf pattern = { 0 };
	int result = 0;

	for (const char *p = r->options->prefix; *p != '\0' && result == 0; p++) {
		if (strchr("*?[]\\^-", *p) != NULL)
			result = buf_putc(&pattern, '\\');
		if (result == 0)
			result = buf_putc(&pattern, *p);
	}
	if (result == 0)
		result = buf_putc(&pattern, '*');
	if (result == 0)
		result = command_word(b, pattern.p, pattern.len);
	buf_free(&pattern);
	return result;
}

/* Asks for the next page: the keys from a cursor on. */
static int
turn_page(struct redis *r, const char *cursor, size_t n, struct err *err)
{
	struct buf *b = outbox_begin(&r->connection.box);
	struct ask ask;

	if (command_begin(b, 6) == -1 || command_word(b, "SCAN", 4) == -1 ||
	    command_word(b, cursor, n) == -1 || command_word(b, "MATCH", 5) == -1 ||
	    put_pattern(r, b) == -1 || command_word(b, "COUNT", 5) == -1 ||
	    command_word(b, page_size, sizeof(page_size) - 1) == -1) {
		outbox_abandon(&r->connection.box);
		return err_memory(err);
	}
	if (redis_ask_now(r, &ask, err) == -1)
		return -1;
	/* A restarted server has another order of keys, in which old cursors mean nothing. */
	if (r->page != NULL && r->page_connects != r->connection.connects) {
		redis_ask_end(r, &ask);
		return err_unreachable(err,
		    "%s: the connection was lost, and a walk through the keys "
		    "cannot continue in the middle: begin again",
		    r->connection.name);
	}
	reply_release(&r->connection.pool, r->page);
	r->page = ask.reply;
	r->page_connects = r->connection.connects;
	r->page_next = r->page_asked = PAGE_KEYS;
	if (r->page->count >= PAGE_KEYS && r->page->item[PAGE_CURSOR].kind == REPLY_TEXT)
		return 0;
	return err_set(err, NULL, "%s: the answer to SCAN is not valid", r->connection.name);
}

/* Moves to the next page.  Returns 0 if this page was the last. */
static int
turn_on(struct redis *r, struct err *err)
{
	char cursor[NUM_MAX];
	size_t n = r->page->item[PAGE_CURSOR].len;

	memcpy(cursor, reply_text(r->page, PAGE_CURSOR), n < sizeof(cursor) ? n : 0);
	if (n >= sizeof(cursor) || (n == 1 && *cursor == '0'))
		return 0;
	return turn_page(r, cursor, n, err) == -1 ? -1 : 1;
}

static int
begin_walk(struct redis *r, struct err *err)
{
	redis_scan_end(r);
	return turn_page(r, "0", 1, err);
}

int
redis_scan(struct backend *b, struct err *err)
{
	return begin_walk(redis_of(b), err);
}

/* Finds the id of a key on the page.  Returns false for the key that belongs to no entity. */
static bool
page_id(const struct redis *r, size_t i, const char **id, size_t *n)
{
	*id = reply_text(r->page, i) + r->prefix_len;
	*n = r->page->item[i].len - r->prefix_len;
	return r->page->item[i].len > r->prefix_len;
}

/* Asks for as many keys of the page as the window has room for. */
static int
look_ahead(struct redis *r, int (*put)(struct redis *, struct buf *, const char *, size_t),
    struct err *err)
{
	const char *id;
	struct buf *b;
	size_t n;

	while (r->page_asked < r->page->count && r->page_asked - r->page_next < REDIS_WINDOW) {
		struct ask *ask = &r->window[r->page_asked % REDIS_WINDOW];

		*ask = (struct ask){ .done = true };
		if (page_id(r, r->page_asked++, &id, &n)) {
			b = outbox_begin(&r->connection.box);
			if (put(r, b, id, n) == -1) {
				outbox_abandon(&r->connection.box);
				return err_memory(err);
			}
			if (redis_ask(r, ask, err) == -1)
				return -1;
		}
	}
	return 0;
}

/* Names the current key, which has a fault, or cannot be read now. */
static int
fail_key(const struct redis *r, struct err *err)
{
	size_t i = r->page_next - 1, n = r->page->item[i].len;

	return err_prefix(err, "%s: key \"%.*s\": ", r->connection.name,
	    n > 100 ? 100 : (int)n, reply_text(r->page, i));
}

/*
 * Asks about the next key of the walk, with a command that put writes.  Returns 1 with *reply
 * and the id in the entry, or what store_next does.
 */
static int
step(struct redis *r, int (*put)(struct redis *, struct buf *, const char *, size_t),
    struct store_entry *entry, struct reply **reply, struct err *err)
{
	enum redis_error error;
	struct ask *ask;
	int more;

	if (r->page_next == r->page->count) {
		more = turn_on(r, err);
		return more == 1 ? STORE_AGAIN : more;
	}
	if (look_ahead(r, put, err) == -1)
		return -1;
	ask = &r->window[r->page_next % REDIS_WINDOW];
	if (!page_id(r, r->page_next++, &entry->id, &entry->id_len))
		return STORE_AGAIN;
	if (redis_ask_wait(r, ask, err) == -1)
		return -1;
	*reply = ask->reply;
	ask->reply = NULL;
	if ((*reply)->item[0].kind != REPLY_ERROR)
		return 1;
	error = redis_error_read(reply_text(*reply, 0), (*reply)->item[0].len, err);
	reply_release(&r->connection.pool, *reply);
	*reply = NULL;
	(void)fail_key(r, err);
	return error == REDIS_ERROR_RECORD ? STORE_FOREIGN : -1;
}

static int
put_read(struct redis *r, struct buf *b, const char *id, size_t n)
{
	return command_begin(b, 2) == -1 ||
		command_word(b, r->layout->all, strlen(r->layout->all)) == -1 ?
	    -1 :
	    redis_put_key(r, b, id, n);
}

int
redis_next(struct backend *base, struct store_entry *entry, struct err *err)
{
	struct redis *r = redis_of(base);
	int more;

	reply_release(&r->connection.pool, r->shown);
	r->shown = NULL;
	more = step(r, put_read, entry, &r->shown, err);
	if (more != 1)
		return more;
	if (!text_is_utf8(entry->id, entry->id_len)) {
		err_set(err, NULL, "it is no UTF-8");
		(void)fail_key(r, err);
		return STORE_FOREIGN;
	}
	if (r->layout->read(r, r->shown, &entry->entity, err) == -1) {
		(void)fail_key(r, err);
		return err->memory ? -1 : STORE_FOREIGN;
	}
	return entity_empty(&entry->entity) ? STORE_AGAIN : 1;
}

static int
put_sweep(struct redis *r, struct buf *b, const char *id, size_t n)
{
	char now[NUM_MAX];

	if (redis_put_script(r, b, r->script[SCRIPT_SWEEP], id, n, 1) == -1)
		return -1;
	return command_word(b, now, num_write_i64(now, r->sweep_now));
}

/* Sweeps a page at a time, or up to a key that cannot be swept. */
int
redis_sweep(struct backend *base, int64_t now, struct store_swept *swept,
    struct store_entry *entry, struct err *err)
{
	struct redis *r = redis_of(base);
	struct reply *reply;
	int more = 1;

	if (!r->layout->sweeps)
		return 0; /* the server does it */
	if (!r->sweeping && begin_walk(r, err) == -1)
		return -1;
	r->sweeping = true;
	r->sweep_now = now;
	for (size_t i = 0; i < PAGE; i++) {
		more = step(r, put_sweep, entry, &reply, err);
		if (more != 1)
			break;
		if (reply->count == 3 && reply->item[1].integer > 0) {
			swept->features += (uint64_t)reply->item[1].integer;
			swept->entities += reply->item[2].integer == 0;
		}
		reply_release(&r->connection.pool, reply);
	}
	if (more == 0 || more == -1)
		redis_scan_end(r);
	return more == STORE_AGAIN ? 1 : more;
}

/* The most ids in one UNLINK. */
enum { DROPPED = 128 };

int
redis_drop(struct backend *b, const struct store_ids *ids, struct err *err)
{
	struct redis *r = redis_of(b);
	const char *id = ids->text.p;
	size_t some;
	int failed;

	redis_scan_end(r);
	for (size_t i = 0; i < ids->count; i += some) {
		struct buf *words = outbox_begin(&r->connection.box);
		struct ask ask;

		some = ids->count - i < DROPPED ? ids->count - i : DROPPED;
		failed = command_begin(words, 1 + some) == -1 ||
		    command_word(words, "UNLINK", 6) == -1;
		for (size_t k = i; k < i + some; id += ids->len[k++])
			failed |= redis_put_key(r, words, id, ids->len[k]) == -1;
		if (failed) {
			outbox_abandon(&r->connection.box);
			return err_memory(err);
		}
		if (redis_ask_now(r, &ask, err) == -1)
			return -1;
		redis_ask_end(r, &ask);
	}
	return 0;
}

/* Asks a command of two words about the key without an id. */
static int
ask_text(struct redis *r, const char *verb, const char *word, struct ask *ask, struct err *err)
{
	struct buf *b = outbox_begin(&r->connection.box);

	if (command_begin(b, 2) == -1 || command_word(b, verb, strlen(verb)) == -1 ||
	    command_word(b, word, strlen(word)) == -1) {
		outbox_abandon(&r->connection.box);
		err_memory(err);
		return -1;
	}
	return redis_ask_now(r, ask, err);
}

int
redis_latest(struct backend *b, int64_t *latest, struct err *err)
{
	struct redis *r = redis_of(b);
	struct ask ask;
	const char *text, *end;
	int result = 0;

	*latest = INSTANT_NONE;
	if (!r->layout->sweeps)
		return 0;
	if (ask_text(r, "GET", r->options->prefix, &ask, err) == -1)
		return -1;
	text = reply_text(ask.reply, 0);
	end = text + ask.reply->item[0].len;
	if (ask.reply->item[0].kind == REPLY_TEXT &&
	    (stamp_read_ns(&text, end, latest) == -1 || text != end))
		result = err_set(err, NULL,
		    "%s: key \"%s\" does not hold a time, and belongs to no entity: remove it "
		    "by "
		    "redis-cli del, or choose another --prefix",
		    r->connection.name, r->options->prefix);
	redis_ask_end(r, &ask);
	return result;
}

int
redis_raise_latest(struct backend *b, int64_t latest, struct err *err)
{
	struct redis *r = redis_of(b);

	if (latest > r->latest)
		r->latest = latest;
	return redis_sync(b, err);
}

/* Reads used_memory_dataset of INFO; 0 if this user may not ask. */
int
redis_bytes(struct backend *b, uint64_t *bytes, struct err *err)
{
	static const char wanted[] = "\nused_memory_dataset:";
	struct redis *r = redis_of(b);
	struct ask ask;
	const char *at, *end;
	int64_t n;

	*bytes = 0;
	if (ask_text(r, "INFO", "memory", &ask, err) == -1)
		return err->unreachable ? -1 : 0;
	at = reply_text(ask.reply, 0);
	end = at + ask.reply->item[0].len;
	at = memmem(at, ask.reply->item[0].len, wanted, sizeof(wanted) - 1);
	if (at != NULL) {
		at += sizeof(wanted) - 1;
		if (stamp_read_ns(&at, end, &n) == 0 && n > 0)
			*bytes = (uint64_t)n;
	}
	redis_ask_end(r, &ask);
	return 0;
}
