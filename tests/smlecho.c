/*
 * smlecho: the smallest tool.  Copies records and appends which of its key each
 * one is, and twice a number.  Copy it to cmd/ to begin a new tool.
 */
#include <stdlib.h>
#include <string.h>

#include "append.h"
#include "key.h"
#include "stream.h"
#include "table.h"

struct options {
	struct common common; /* what all tools share comes first */
	const char *twice;
};

static const struct opt opts[] = { { 0, "twice", "FIELD", OPT_TEXT,
				       offsetof(struct options, twice), OPT_SHAPES,
				       "append twice this number", 0, 0 },
	{ 0 } };
static const struct face face = { .tool = "smlecho",
	.what = "count records by key",
	.operands = "[file ...]",
	.options = opts,
	.needed = COMMON_KEY,
	.common = COMMON_KEY | COMMON_STATE | COMMON_APPEND | COMMON_DEFAULT };

enum { FORMAT = 1, KEY_MAX = 16 }; /* of the snapshots; fields in a key */

/* What is kept of a key, and how a snapshot shows it. */
struct seen {
	char *key; /* as it was first spelt, a JSON array */
	uint64_t key_len, count;
};

static const struct member seen_members[] = { { "key", M_JSON, offsetof(struct seen, key),
						  offsetof(struct seen, key_len) },
	{ "count", M_U64, offsetof(struct seen, count), 0 }, { NULL, M_BOOL, 0, 0 } };

struct echo {
	struct edit *edit;
	struct table *table; /* of struct seen */
	struct buf key, spelt;
	int key_field[KEY_MAX], key_fields, number, nth, twice;
};

/* The slot of a key, made where there is none. */
static struct seen *
find(struct echo *e, const struct value *key, int n, struct err *err)
{
	struct seen *seen;
	bool fresh;

	if (key_make(key, n, &e->key, err) == -1)
		return NULL;
	seen = table_put(e->table, e->key.p, e->key.len, &fresh);
	if (seen != NULL && fresh && key_spell(key, n, &e->spelt, err) == 0) {
		seen->key = strndup(e->spelt.p, e->spelt.len);
		seen->key_len = e->spelt.len;
	}
	if (seen == NULL || seen->key == NULL) {
		err_memory(err);
		return NULL;
	}
	return seen;
}

/* What can be wrong with a record is looked at before anything is counted. */
static int
echo(struct echo *e, struct stream *s, struct err *err)
{
	struct record *record = stream_record(s);
	struct value key[KEY_MAX];
	double number = 0;
	struct seen *seen;

	for (int i = 0; i < e->key_fields; i++)
		key[i] = record_at(record, e->key_field[i]);
	if (edit_check(e->edit, record, err) == -1 ||
	    (e->number != -1 && value_f64(record_at(record, e->number), &number, err) == -1) ||
	    (seen = find(e, key, e->key_fields, err)) == NULL)
		return -1;
	edit_i64(e->edit, e->nth, (int64_t)++seen->count);
	if (e->number != -1)
		edit_f64(e->edit, e->twice, 2 * number);
	return edit_write(e->edit, record, stream_out(s), err);
}

static int
load(struct echo *e, struct value object, struct err *err)
{
	struct value key[KEY_MAX];
	int n = key_values(value_member(object, "key"), key, KEY_MAX);
	struct seen *seen = find(e, key, n, err);

	return seen == NULL ? -1 : snap_get(object, seen_members, seen, err);
}

static void
echo_free(struct echo *e)
{
	for (struct seen *k = NULL; (k = table_next(e->table, k)) != NULL;)
		free(k->key);
	table_free(e->table);
	edit_free(e->edit);
	buf_free(&e->key);
	buf_free(&e->spelt);
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct fields *fields = fields_new();
	struct echo e = { .table = table_new(sizeof(struct seen), UINT32_MAX / 2),
		.number = -1 };
	enum stream_event event;
	struct stream *s;
	struct err err;
	int status;

	opt_parse(&face, &o, argc, argv);
	e.edit = append_open(&o.common, NULL);
	if (fields == NULL || e.table == NULL)
		diag_die(o.common.diag, EXIT_FAILED, "out of memory");
	e.key_fields = fields_list(fields, o.common.key, e.key_field, KEY_MAX, &err);
	if (e.key_fields == -1 ||
	    (o.twice != NULL && (e.number = fields_add(fields, o.twice, NULL, &err)) == -1))
		opt_refuse(&o.common, &err);
	e.nth = append_name(&o.common, e.edit, fields, "nth");
	if (o.twice != NULL)
		e.twice = append_name(&o.common, e.edit, fields, "twice");
	append_named(&o.common, e.edit);
	s = stream_open(&o, fields, FORMAT, NULL);
	while (s != NULL && (event = stream_next(s)) != STREAM_OVER)
		switch (event) {
		case STREAM_LOAD:
			if (load(&e, stream_object(s), &err) == -1)
				stream_fail(s, &err);
			break;
		case STREAM_RECORD:
			if (echo(&e, s, &err) == -1)
				stream_reject(s, &err);
			break;
		case STREAM_SAVE:
			for (struct seen *k = NULL; (k = table_next(e.table, k)) != NULL;)
				snap_put(stream_snap(s), "key", seen_members, k);
			break;
		default: /* time, the end: nothing is open here */
			break;
		}
	append_tell(&o.common, e.edit);
	status = s == NULL ? EXIT_FAILED : stream_close(s);
	echo_free(&e);
	fields_free(fields);
	opt_free(&face, &o);
	return status;
}
