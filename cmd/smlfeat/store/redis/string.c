/*
 * The string layout, the usual one elsewhere: a JSON object for each entity, written by SETEX
 * and read by MGET.  It stores no times (each is 0): an entity has one expiry, and the last
 * write wins.
 */
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "store/redis/redis.h"
#include "store/redis/redis_command.h"

/* The most GETs in one MGET. */
enum { BATCH = 64 };

/* The deepest nesting that --max-depth allows. */
enum { MAX_DEPTH = 10000 };

static int
string_open(struct redis *r, struct err *err)
{
	const struct feature_names *names = &r->options->names;

	r->batch_end = &r->batch;
	r->fields = fields_new();
	if (r->fields == NULL)
		return err_memory(err);
	for (size_t i = 0; i < names->count; i++)
		if (fields_add_name(r->fields, names->name[i].name, names->name[i].len, err) ==
		    -1)
			return -1;
	if (record_open(&r->record, r->fields, MAX_DEPTH, err) == -1) {
		fields_free(r->fields);
		r->fields = NULL;
		return -1;
	}
	return 0;
}

/* Makes one MGET of the GETs that wait. */
static int
string_flush(struct redis *r)
{
	struct buf *b = outbox_begin(&r->connection.box);
	struct store_request *q;

	if (r->batched == 0)
		return 0;
	if (command_begin(b, 1 + r->batched) == -1 || command_word(b, "MGET", 4) == -1)
		goto fail;
	for (q = r->batch; q != NULL; q = q->next)
		if (redis_put_key(r, b, q->id, q->id_len) == -1)
			goto fail;
	if (outbox_commit(&r->connection.box, CALL_GET, r->batch, r->batched,
		clock_monotonic()) == -1)
		return -1;
	r->batch = NULL;
	r->batch_end = &r->batch;
	r->batched = 0;
	return 0;
fail:
	outbox_abandon(&r->connection.box);
	return -1;
}

/* Writes the object of an entity, without deleted features. */
static int
write_object(struct buf *b, const struct entity *e)
{
	size_t before = b->len;

	for (size_t i = 0; i < e->count; i++) {
		const struct feature *f = &e->feature[i];

		if (f->value == NULL)
			continue;
		if (buf_putc(b, b->len == before ? '{' : ',') == -1 ||
		    buf_put_json(b, f->name, f->name_len) == -1 || buf_putc(b, ':') == -1 ||
		    buf_put(b, f->value, f->value_len) == -1)
			return -1;
	}
	return b->len == before ? buf_puts(b, "{}") : buf_putc(b, '}');
}

/* Writes SETEX if the time to live is in whole seconds, as is usual, else PSETEX. */
static int
submit_put(struct redis *r, struct store_request *q)
{
	int64_t ttl = redis_server_ttl(r, &q->entity);
	bool whole = ttl % 1000 == 0;
	const char *verb = ttl == -1 ? "SET" : whole ? "SETEX" : "PSETEX";
	struct buf *b;
	char text[NUM_MAX];

	if (string_flush(r) == -1)
		return -1;
	b = outbox_begin(&r->connection.box);
	r->stamps.len = 0;
	if (q->entity.deleted != INSTANT_NONE && q->entity.count == 0) {
		if (command_begin(b, 2) == -1 || command_word(b, "DEL", 3) == -1 ||
		    redis_put_key(r, b, q->id, q->id_len) == -1)
			return -1;
	} else if (write_object(&r->stamps, &q->entity) == -1 ||
	    command_begin(b, ttl == -1 ? 3 : 4) == -1 ||
	    command_word(b, verb, strlen(verb)) == -1 ||
	    redis_put_key(r, b, q->id, q->id_len) == -1 ||
	    (ttl != -1 &&
		command_word(b, text, num_write_i64(text, whole ? ttl / 1000 : ttl)) == -1) ||
	    command_word(b, r->stamps.p, r->stamps.len) == -1) {
		return -1;
	}
	return outbox_commit(&r->connection.box, CALL_PUT, q, 1, clock_monotonic()) == -1 ?
	    -1 :
	    1;
}

static int
string_submit(struct redis *r, struct store_request *q)
{
	if (q->verb == STORE_PUT)
		return submit_put(r, q);
	*r->batch_end = q;
	r->batch_end = &q->next;
	r->batched++;
	/* If memory is short the request stays in the batch, and flush tries again. */
	if (r->batched >= BATCH || r->batched >= concurrency_limit(&r->connection.concurrency))
		(void)string_flush(r);
	return 1;
}

/* Returns a value of the record, in the text that it was parsed from. */
static void
borrow(const struct redis *r, const char *text, struct value v, struct feature *f)
{
	if (value_none(v))
		return;
	f->value = text + (v.p - r->record.copy.p);
	f->value_len = v.len;
}

/* Reads the features asked for from the object in text. */
static int
pick_names(struct redis *r, const char *text, struct entity *e, struct err *err)
{
	const struct feature_names *names = &r->options->names;

	for (size_t i = 0; i < names->count; i++) {
		struct feature f = { .expires = ENTITY_NEVER };

		if (text != NULL)
			borrow(r, text, record_at(&r->record, (int)i), &f);
		if (f.value != NULL) {
			f.name = names->name[i].name;
			f.name_len = names->name[i].len;
		}
		if (entity_append(e, &f, err) == -1)
			return -1;
	}
	return 0;
}

/*
 * Reads all features; puts their names, with escapes resolved, after the text, which has room
 * for them.
 */
static int
pick_all(struct redis *r, struct buf *text, size_t at, struct entity *e, struct err *err)
{
	struct value name, item = { 0 };

	while (value_next(r->record.object, &name, &item)) {
		struct feature f = { .expires = ENTITY_NEVER };
		size_t before = text->len;

		if (value_text(name, text, err) == -1)
			return -1;
		f.name = text->p + before;
		f.name_len = (uint32_t)(text->len - before);
		borrow(r, text->p + at, item, &f);
		if (f.value != NULL && entity_append(e, &f, err) == -1)
			return -1;
	}
	return entity_settle(e, err);
}

/* Reads the object in n bytes of text from at on. */
static int
read_object(struct redis *r, struct buf *text, size_t at, size_t n, struct entity *e,
    struct err *err)
{
	if (n == 0)
		return err_set(err, NULL, "it holds no JSON object, but an empty text");
	/*
	 * Make room for the names that pick_all adds: they are not longer than their
	 * spellings.
	 */
	if (buf_reserve(text, n) == -1)
		return err_memory(err);
	if (memchr(text->p + at, '\n', n) != NULL || memchr(text->p + at, '\r', n) != NULL)
		return err_set(err, NULL, "its object is not on one line");
	if (record_parse_text(&r->record, r->fields, text->p + at, n, err) == -1)
		return err_prefix(err, "it holds no JSON object: ");
	return r->options->names.count > 0 ? pick_names(r, text->p + at, e, err) :
					     pick_all(r, text, at, e, err);
}

static int
string_answer(struct redis *r, struct store_request *q, struct reply *reply, size_t i,
    struct err *err)
{
	const struct reply_item *item = &reply->item[i + 1];

	if (q->verb == STORE_PUT) {
		q->merged.written = q->entity.count + (q->entity.deleted != INSTANT_NONE);
		return 0;
	}
	if (reply->item[0].kind != REPLY_ARRAY || reply->count <= i + 1)
		return err_set(err, NULL, "the server's answer has another number of keys");
	entity_clear(&q->entity);
	if (item->kind != REPLY_TEXT)
		return pick_names(r, NULL, &q->entity, err);
	q->copy.len = 0;
	if (buf_put(&q->copy, reply_text(reply, i + 1), item->len) == -1)
		return err_memory(err);
	return read_object(r, &q->copy, 0, item->len, &q->entity, err);
}

/* Reads the reply to GET, for a scan. */
static int
string_read(struct redis *r, struct reply *reply, struct entity *e, struct err *err)
{
	entity_clear(e);
	if (reply->item[0].kind != REPLY_TEXT)
		return 0;
	return read_object(r, &reply->bytes, reply->item[0].at, reply->item[0].len, e, err);
}

const struct redis_layout redis_string = {
	.open = string_open,
	.submit = string_submit,
	.answer = string_answer,
	.read = string_read,
	.flush = string_flush,
	.all = "GET",
};
