/* The hash layout: a hash for each entity, a field for each feature, written by scripts. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "store/redis/redis.h"
#include "store/redis/redis_command.h"

/* The most features in one call: Lua's unpack has a limit, and other clients wait. */
enum { AT_ONCE = 1000 };

/* Adds a script to the handshake, because a server that was restarted has none. */
static int
load_script(struct redis *r, const char *text, char sha1[SCRIPT_SHA1 + 1], struct err *err)
{
	const char *load[] = { "SCRIPT", "LOAD", text };

	script_sha1(text, sha1);
	return connection_handshake_add(&r->connection, load, 3, err);
}

static int
load_scripts(struct redis *r, struct err *err)
{
	r->stamps.len = 0;
	if (script_put(&r->stamps, NULL, 0) == -1)
		return err_memory(err);
	if (load_script(r, r->stamps.p, r->script[SCRIPT_PUT], err) == -1)
		return -1;
	for (int i = SCRIPT_PUT + 1; i < SCRIPT_COUNT; i++)
		if (load_script(r, script_text((enum script)i), r->script[i], err) == -1)
			return -1;
	return 0;
}

static int
hash_open(struct redis *r, struct err *err)
{
	const struct feature_names *names = &r->options->names;

	if (stamp_open(&r->reader, err) == -1 ||
	    (r->options->writes && load_scripts(r, err) == -1))
		return -1;
	if (names->count > 0 &&
	    (command_begin(&r->head, 2 + names->count) == -1 ||
		command_word(&r->head, "HMGET", 5) == -1))
		return err_memory(err);
	for (size_t i = 0; i < names->count; i++)
		if (command_word(&r->names, names->name[i].name, names->name[i].len) == -1)
			return err_memory(err);
	return 0;
}

static int
submit_get(struct redis *r, struct store_request *q)
{
	static const char *const all[] = { "HGETALL" };
	struct buf *b = outbox_begin(&r->connection.box);

	if (r->head.len == 0 ? command_begin(b, 2) == -1 || command_word(b, all[0], 7) == -1 :
			       buf_put(b, r->head.p, r->head.len) == -1)
		return -1;
	if (redis_put_key(r, b, q->id, q->id_len) == -1 ||
	    buf_put(b, r->names.p, r->names.len) == -1)
		return -1;
	return outbox_commit(&r->connection.box, CALL_GET, q, 1, clock_monotonic()) == -1 ?
	    -1 :
	    1;
}

static int
put_ttl(const struct redis *r, struct buf *b, const struct entity *e)
{
	int64_t ttl = redis_server_ttl(r, e);
	char text[NUM_MAX];

	return command_word(b, text, ttl == -1 ? 0 : num_write_i64(text, ttl));
}

/* Notes the highest event time, which a sweep uses if times come from the records. */
static void
note_time(struct redis *r, int64_t time)
{
	if (r->options->timed && time > r->latest)
		r->latest = time;
}

/*
 * Writes the time of n features if all have the same time and it has 19 digits; else writes
 * nothing.
 */
static size_t
common_time(char text[NUM_MAX], const struct feature *f, size_t n)
{
	size_t len = num_write_i64(text, f[0].time);

	for (size_t i = 1; i < n; i++)
		if (f[i].time != f[0].time)
			return 0;
	return len == 19 && *text != '-' ? len : 0;
}

/* Returns the script of a list of names, if it comes often enough to have one. */
static int
prepare(struct redis *r, struct prepared *p, const struct feature *f, size_t n)
{
	struct buf *b;
	struct err err;

	r->stamps.len = 0;
	if (script_put(&r->stamps, f, n) == -1 ||
	    load_script(r, r->stamps.p, p->sha1, &err) == -1)
		return -1;
	b = outbox_begin(&r->connection.box);
	if (command_begin(b, 3) == -1 || command_word(b, "SCRIPT", 6) == -1 ||
	    command_word(b, "LOAD", 4) == -1 ||
	    command_word(b, r->stamps.p, r->stamps.len - 1) == -1)
		return -1;
	return outbox_commit(&r->connection.box, CALL_ASK, NULL, 1, clock_monotonic());
}

/* Returns the script for n features.  *named: the script contains their names. */
static const char *
choose_script(struct redis *r, const struct feature *f, size_t n, bool *named)
{
	struct prepared *p = prepared_find(&r->prepared, f, n);

	*named = false;
	if (p == NULL || p->seen < PREPARED_AFTER)
		return r->script[SCRIPT_PUT];
	if (p->seen == PREPARED_AFTER && prepare(r, p, f, n) == -1) {
		outbox_abandon(&r->connection.box);
		return NULL;
	}
	*named = true;
	return p->sha1;
}

static int
submit_features(struct redis *r, struct store_request *q, const struct feature *f, size_t n)
{
	bool named;
	const char *script = choose_script(r, f, n, &named);
	struct buf *b = outbox_begin(&r->connection.box);
	char time[NUM_MAX];

	if (script == NULL ||
	    redis_put_script(r, b, script, q->id, q->id_len, 2 + (named ? n : 2 * n)) == -1 ||
	    command_word(b, time, common_time(time, f, n)) == -1 ||
	    put_ttl(r, b, &q->entity) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		r->stamps.len = 0;
		if (stamp_write(&r->stamps, &f[i]) == -1 ||
		    (!named && command_word(b, f[i].name, f[i].name_len) == -1) ||
		    command_word(b, r->stamps.p, r->stamps.len) == -1)
			return -1;
		note_time(r, f[i].time);
	}
	return outbox_commit(&r->connection.box, CALL_PUT, q, 1, clock_monotonic());
}

static int
submit_deletion(struct redis *r, struct store_request *q)
{
	struct buf *b = outbox_begin(&r->connection.box);
	struct feature mark = { .time = q->entity.deleted,
		.expires = q->entity.deleted_expires };

	r->stamps.len = 0;
	if (redis_put_script(r, b, r->script[SCRIPT_DELETE], q->id, q->id_len, 3) == -1 ||
	    put_ttl(r, b, &q->entity) == -1 || stamp_write(&r->stamps, &mark) == -1 ||
	    command_word(b, r->stamps.p, r->stamps.len) == -1 ||
	    command_word(b, "1", r->options->foreign) == -1)
		return -1;
	note_time(r, mark.time);
	return outbox_commit(&r->connection.box, CALL_PUT, q, 1, clock_monotonic());
}

/*
 * Each call is complete in itself: if the connection is lost between two calls, both are sent
 * again.
 */
static int
hash_submit(struct redis *r, struct store_request *q)
{
	const struct entity *e = &q->entity;
	int calls = 0;

	if (q->verb == STORE_GET)
		return submit_get(r, q);
	if (e->deleted != INSTANT_NONE && submit_deletion(r, q) == -1)
		return -1;
	calls += e->deleted != INSTANT_NONE;
	for (size_t i = 0; i < e->count; i += AT_ONCE) {
		size_t n = e->count - i < AT_ONCE ? e->count - i : AT_ONCE;

		if (submit_features(r, q, e->feature + i, n) == -1)
			return calls > 0 ? redis_spoil(q, calls) : -1;
		calls++;
	}
	return calls;
}

/* Counts the features that the unanswered calls of the request put. */
static int
answer_put(struct store_request *q, const struct reply *reply, struct err *err)
{
	uint64_t written;

	if (reply->item[0].kind != REPLY_INTEGER)
		return err_set(err, NULL, "the server's answer to the script is no number");
	written = (uint64_t)reply->item[0].integer;
	q->merged.written += written;
	/* Features that have no answer yet count as older until they get one. */
	q->merged.older =
	    q->entity.count + (q->entity.deleted != INSTANT_NONE) - q->merged.written;
	return 0;
}

/* Reads the features asked for, in their order. */
static int
answer_names(struct redis *r, struct store_request *q, const struct reply *reply,
    struct err *err)
{
	const struct feature_names *names = &r->options->names;

	entity_clear(&q->entity);
	if (reply->item[0].kind != REPLY_ARRAY || reply->count != 1 + names->count)
		return err_set(err, NULL,
		    "the server's answer has another number of features");
	for (size_t i = 0; i < names->count; i++) {
		struct feature f = { 0 };

		if (reply->item[i + 1].kind == REPLY_TEXT) {
			f.name = names->name[i].name;
			f.name_len = names->name[i].len;
			if (stamp_read(&r->reader, reply_text(reply, i + 1),
				reply->item[i + 1].len, &f, err) == -1)
				return err_prefix(err, "feature \"%.*s\": ",
				    f.name_len > 60 ? 60 : (int)f.name_len, f.name);
		}
		if (entity_append(&q->entity, &f, err) == -1)
			return -1;
	}
	return 0;
}

static int
hash_read(struct redis *r, struct reply *reply, struct entity *e, struct err *err)
{
	size_t kept = 0;

	entity_clear(e);
	if (reply->item[0].kind != REPLY_ARRAY || reply->count % 2 != 1)
		return err_set(err, NULL, "the server's answer is no hash");
	for (size_t i = 1; i < reply->count; i += 2) {
		struct feature f = { .name = reply_text(reply, i),
			.name_len = (uint32_t)reply->item[i].len };

		if (stamp_read(&r->reader, reply_text(reply, i + 1), reply->item[i + 1].len,
			&f, err) == -1)
			return err_prefix(err,
			    "feature \"%.*s\": ", f.name_len > 60 ? 60 : (int)f.name_len,
			    f.name);
		if (f.name_len == sizeof(SCRIPT_MARK) - 1 &&
		    memcmp(f.name, SCRIPT_MARK, f.name_len) == 0) {
			e->deleted = f.time;
			e->deleted_expires = f.expires;
			continue;
		}
		if (!text_is_utf8(f.name, f.name_len))
			return err_set(err, NULL, "a feature's name is no UTF-8");
		if (entity_append(e, &f, err) == -1)
			return -1;
	}
	if (entity_settle(e, err) == -1)
		return -1;
	/*
	 * Other programs may write to the server, too: remove what is older than the deletion.
	 */
	for (size_t i = 0; i < e->count; i++)
		if (e->feature[i].time >= e->deleted)
			e->feature[kept++] = e->feature[i];
	e->count = kept;
	return 0;
}

static int
hash_answer(struct redis *r, struct store_request *q, struct reply *reply, size_t i,
    struct err *err)
{
	(void)i;
	if (q->verb == STORE_PUT)
		return answer_put(q, reply, err);
	q->reply = reply;
	if (r->options->names.count > 0)
		return answer_names(r, q, reply, err);
	return hash_read(r, reply, &q->entity, err);
}

const struct redis_layout redis_hash = {
	.open = hash_open,
	.submit = hash_submit,
	.answer = hash_answer,
	.read = hash_read,
	.all = "HGETALL",
	.sweeps = true,
};
