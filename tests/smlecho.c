/*
 * smlecho: the smallest tool.  Copies records, and appends to each its number among those of
 * its key, and twice the value of a number.  Copy it to cmd/ to begin a new one.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/stream/append.h"
#include "cli/stream/stream.h"
#include "keyed/key.h"
#include "keyed/table.h"

struct options {
	struct common common; /* what all tools share comes first */
	const char *twice;
};

static const struct opt opts[] = { { 0, "twice", "FIELD", OPT_TEXT,
				       offsetof(struct options, twice), OPT_COMPARED,
				       "append twice this number", 0, 0 },
	{ 0 } };

static const struct cli cli = { .tool = "smlecho",
	.what = "count records by key",
	.operands = "[file ...]",
	.options = opts,
	.common = COMMON_INPUT | COMMON_REJECTS | COMMON_KEY | COMMON_STATE | COMMON_OUTPUT |
	    COMMON_APPEND | COMMON_DEFAULT,
	.needed = COMMON_KEY };

enum { FORMAT = 1 }; /* of the snapshots */

/* The state of a key, and how a snapshot holds it. */
struct seen {
	char *key; /* as it was first spelt */
	uint64_t key_len, count;
};

static const struct member seen_members[] = { { "key", M_JSON, offsetof(struct seen, key),
						  offsetof(struct seen, key_len) },
	{ "count", M_U64, offsetof(struct seen, count), 0 }, { NULL, M_BOOL, 0, 0 } };

struct echo {
	struct edit *edit;
	struct table *table; /* of struct seen */
	struct buf canonical;
	int key, number, nth, twice; /* slots of fields, numbers of members */
};

/* Returns the slot of a key, made if there is none. */
static struct seen *
find(struct echo *e, struct value key, struct err *err)
{
	struct seen *seen;
	bool fresh;

	if (key_make(&key, 1, &e->canonical, err) == -1)
		return NULL;
	seen = table_put(e->table, e->canonical.p, e->canonical.len, &fresh);
	if (seen != NULL && fresh) {
		seen->key = strndup(key.p, key.len);
		seen->key_len = key.len;
	}
	if (seen != NULL && seen->key != NULL)
		return seen;
	err_memory(err);
	return NULL;
}

/* Everything that can be wrong with a record is checked before anything is counted. */
static int
echo(struct echo *e, struct record *record, struct out *out, struct err *err)
{
	double number = 0;
	struct seen *seen;

	if (edit_check(e->edit, record, err) == -1 ||
	    (e->number != -1 && value_f64(record_at(record, e->number), &number, err) == -1) ||
	    (seen = find(e, record_at(record, e->key), err)) == NULL)
		return -1;
	edit_i64(e->edit, e->nth, (int64_t)++seen->count);
	if (e->number != -1)
		edit_f64(e->edit, e->twice, 2 * number);
	return edit_write(e->edit, record, out, err);
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct fields *fields = fields_new();
	struct echo e = { .table = table_new(sizeof(struct seen), UINT32_MAX), .number = -1 };
	enum stream_event event;
	struct seen *seen = NULL;
	struct stream *s;
	struct err err;

	opt_parse(&cli, &o, argc, argv);
	e.edit = append_open(&o.common, NULL);
	if (fields == NULL || e.table == NULL)
		diag_die(o.common.diag, EXIT_FAILED, "out of memory");
	if ((e.key = fields_add(fields, o.common.key, NULL, &err)) == -1 ||
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
			seen = find(&e, value_member(stream_object(s), "key"), &err);
			if (seen == NULL ||
			    snap_get(stream_object(s), seen_members, seen, &err) == -1)
				stream_fail(s, &err);
			break;
		case STREAM_RECORD:
			if (echo(&e, stream_record(s), stream_out(s), &err) == -1)
				stream_reject(s, &err);
			break;
		case STREAM_SAVE:
			for (seen = NULL; (seen = table_next(e.table, seen)) != NULL;)
				snap_put(stream_snap(s), "key", seen_members, seen);
			break;
		default: /* a watermark line, the end: nothing is open here */
			break;
		}
	append_tell(&o.common, e.edit);
	return s == NULL ? EXIT_FAILED : stream_close(s);
}
