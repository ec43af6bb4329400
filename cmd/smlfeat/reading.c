/* Reads which entity a record is about, and the time of its event. */
#include <stdlib.h>
#include <string.h>

#include "entity/id.h"
#include "reading.h"

enum { KEYS_MOST = 64 };

/* Reads the name after the slash of a JSON Pointer: ~1 is a slash, ~0 a tilde. */
static void
resolve(char *name)
{
	char *to = name;

	for (const char *p = name + 1; *p != '\0'; p++) {
		*to = *p;
		if (*p == '~')
			*to = *++p == '1' ? '/' : '~';
		to++;
	}
	*to = '\0';
}

/* Notes which member of the record itself may hold a field of the key, or the time. */
static int
note_own(struct reading *r, int slot, struct err *err)
{
	char *name = strdup(fields_path(r->fields, slot));
	int member;

	if (name == NULL)
		return err_memory(err);
	if (*name == '/')
		resolve(name);
	member = fields_add_name(r->fields, name, strlen(name), err);
	r->own[r->owns++] = (struct own_member){ name, slot, member };
	return member == -1 ? -1 : 0;
}

void
reading_open(struct reading *r, struct fields *fields, struct feat_options *o)
{
	const struct common *c = &o->common;
	struct err err;

	/*
	 * Layout string stores no times, so a record that is read again replaces the value in
	 * any case.
	 */
	if (o->store.writes && o->store.layout != LAYOUT_STRING && c->folder != NULL &&
	    c->time == NULL && c->now == NULL)
		opt_usage(c,
		    "%s needs -t under smlrun: by the clock, records that are read again "
		    "would be newer",
		    c->cli->command);
	*r = (struct reading){ .fields = fields,
		.time = -1,
		.times = &o->common.times,
		.options = o,
		.clock = INSTANT_NONE };
	r->key = calloc(KEYS_MOST, sizeof *r->key);
	r->values = calloc(KEYS_MOST, sizeof *r->values);
	r->own = calloc(KEYS_MOST + 1, sizeof *r->own);
	if (r->key == NULL || r->values == NULL || r->own == NULL)
		diag_die(o->common.diag, EXIT_FAILED, "out of memory");
	r->keys = fields_list(fields, o->common.key, r->key, KEYS_MOST, &err);
	if (r->keys == -1)
		opt_refuse(&o->common, &err);
	if (o->common.time != NULL) {
		r->time = fields_add(fields, o->common.time, NULL, &err);
		if (r->time == -1 || note_own(r, r->time, &err) == -1)
			opt_refuse(&o->common, &err);
	}
	for (int i = 0; i < r->keys; i++)
		if (note_own(r, r->key[i], &err) == -1)
			opt_refuse(&o->common, &err);
}

void
reading_close(struct reading *r)
{
	for (int i = 0; i < r->owns; i++)
		free(r->own[i].name);
	free(r->own);
	free(r->key);
	free(r->values);
}

static int
read_id(struct reading *r, const struct record *record, struct buf *buf, struct err *err)
{
	int i;

	for (i = 0; i < r->keys; i++) {
		r->values[i] = record_at(record, r->key[i]);
		if (value_none(r->values[i]))
			return record_lacks(record->object, "key",
			    fields_path(r->fields, r->key[i]), r->values[i], err);
	}
	if (id_make(r->values, r->keys, buf, err) == 0)
		return 0;
	for (i = 0; i < r->keys - 1; i++)
		if (err->at >= r->values[i].p && err->at < r->values[i].p + r->values[i].len)
			break;
	return err_prefix(err, "%s: ", fields_path(r->fields, r->key[i]));
}

static int
read_time(struct reading *r, struct stream *stream, const struct record *record, int64_t *ns,
    struct err *err)
{
	if (r->time == -1) {
		*ns = options_now(r->options);
		if (*ns < r->clock)
			*ns = r->clock;
		r->clock = *ns;
		return 0;
	}
	if (record_time(record, r->time, fields_path(r->fields, r->time), r->times, ns, err) ==
	    -1)
		return -1;
	if (stream_time(stream, *ns, err) == -1) {
		err->at = record_at(record, r->time).p;
		return -1;
	}
	return 0;
}

int
reading_begin(struct reading *r, struct stream *stream, const struct record *record,
    struct pending_record *asked, struct err *err)
{
	if (read_id(r, record, &asked->id, err) == -1 ||
	    read_time(r, stream, record, &asked->now, err) == -1)
		return -1;
	asked->request.id = asked->id.p;
	asked->request.id_len = asked->id.len;
	return 0;
}

bool
reading_uses(const struct reading *r, const struct record *record, const char *name, size_t n)
{
	for (int i = 0; i < r->owns; i++) {
		const struct own_member *own = &r->own[i];

		/* The field a.b is the member "a.b" only if a has no member b. */
		if (strlen(own->name) == n && memcmp(own->name, name, n) == 0 &&
		    record_at(record, own->slot).p == record_at(record, own->member).p)
			return true;
	}
	return false;
}
