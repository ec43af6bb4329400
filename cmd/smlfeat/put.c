/* smlfeat put: stores features by key as they come, and passes the records through. */
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "reading.h"
#include "serve.h"

static const struct opt put_options[] = {
	{ 'f', "fields", "LIST", OPT_TEXT, OPTION(common.fields), 0,
	    "fields to store (default: all members but key and time)", 0, 0 },
	TTL_OPTIONS,
	{ 0, "ttl-for", "NAME=DUR", OPT_LIST, OPTION(ttl_for), 0,
	    "expire this feature this long after its event; 0: never", 0, 0 },
	STORE_OPTIONS,
	WRITE_OPTIONS,
	{ 0, "server-ttl", "DUR", OPT_TEXT, OPTION(server_ttl), 0,
	    "have Redis drop the key after this time; 0: never (default: --ttl, 0 with -t)", 0,
	    0 },
	NO_OPTIONS,
};

/* The --ttl-for of a feature. */
struct lifetime {
	char *name;
	int64_t ttl; /* ns; 0: for ever */
};

struct put {
	struct serve serve;
	struct reading reading;
	struct names names; /* of -f; no names: all members */
	int *slot;	    /* of each */
	struct lifetime *lifetime;
	size_t lifetimes;
	struct buf name; /* a name with its escapes resolved */
	int64_t now;	 /* decides which features have expired when they are put */
	uint64_t written, older, expired;
};

enum { FIELDS_MOST = 4096 };

static int64_t
ttl_of(const struct put *p, const char *name, size_t n)
{
	for (size_t i = 0; i < p->lifetimes; i++)
		if (strlen(p->lifetime[i].name) == n &&
		    memcmp(p->lifetime[i].name, name, n) == 0)
			return p->lifetime[i].ttl;
	return p->serve.options->ttl;
}

/* Adds a feature to the request; copies its value, borrows its name. */
static int
add(struct put *p, struct pending_record *asked, const char *name, size_t n, struct value v,
    struct err *err)
{
	struct feature f = { .name = name, .name_len = (uint32_t)n, .time = asked->now };

	f.expires = entity_until(asked->now, ttl_of(p, name, n));
	if (v.kind != V_NULL) {
		f.value = buf_keep(&asked->text, v.p, v.len);
		f.value_len = v.len;
	}
	asked->expired += feature_expired(&f, p->now);
	return entity_append(&asked->request.entity, &f, err);
}

static int
add_fields(struct put *p, const struct record *record, struct pending_record *asked,
    struct err *err)
{
	for (size_t i = 0; i < p->names.list.count; i++) {
		struct value v = record_at(record, p->slot[i]);

		if (v.kind != V_MISSING &&
		    add(p, asked, p->names.list.name[i].name, p->names.list.name[i].len, v,
			err) == -1)
			return -1;
	}
	return 0;
}

static int
add_members(struct put *p, const struct record *record, struct pending_record *asked,
    struct err *err)
{
	struct value name, item = { 0 };
	const char *kept;

	while (value_next(record->object, &name, &item)) {
		p->name.len = 0;
		if (value_text(name, &p->name, err) == -1)
			return -1;
		if (reading_uses(&p->reading, record, p->name.p, p->name.len))
			continue;
		kept = buf_keep(&asked->text, p->name.p, p->name.len);
		if (add(p, asked, kept, p->name.len, item, err) == -1)
			return -1;
	}
	return 0;
}

static int
ask(struct serve *s, const struct record *record, struct pending_record *asked,
    struct err *err)
{
	struct put *p = (struct put *)s;
	struct store_request *r = &asked->request;

	r->verb = STORE_PUT;
	if (reading_begin(&p->reading, s->stream, record, asked, err) == -1)
		return -1;
	/* Values and names are no longer than the record that they come from. */
	asked->text.len = 0;
	if (buf_reserve(&asked->text, record->object.len) == -1)
		return err_memory(err);
	if (p->now < asked->now)
		p->now = asked->now;
	asked->expired = 0;
	if ((p->slot != NULL ? add_fields(p, record, asked, err) :
			       add_members(p, record, asked, err)) == -1)
		return -1;
	return entity_settle(&r->entity, err) == -1 ? -1 : 1;
}

static int
answer(struct serve *s, const struct record *record, struct value line,
    struct pending_record *asked, struct err *err)
{
	struct put *p = (struct put *)s;

	(void)record;
	(void)err;
	p->written += asked->request.merged.written;
	p->older += asked->request.merged.older;
	p->expired += asked->expired;
	serve_pass(s, line);
	return 0;
}

static void
read_lifetimes(struct put *p, const struct feat_options *o)
{
	const struct texts *given = &o->ttl_for;
	struct lifetime *l;
	const char *rest;
	struct err err;

	p->lifetime = calloc(given->count + 1, sizeof *p->lifetime);
	if (p->lifetime == NULL)
		diag_die(o->common.diag, EXIT_FAILED, "out of memory");
	for (; p->lifetimes < given->count; p->lifetimes++) {
		l = &p->lifetime[p->lifetimes];
		if (names_split(given->text[p->lifetimes], &l->name, &rest, &err) == -1)
			opt_refuse(&o->common, &err);
		if (p->slot != NULL && names_find(&p->names, l->name, strlen(l->name)) == -1)
			opt_usage(&o->common, "--ttl-for %s: -f does not name \"%s\"",
			    given->text[p->lifetimes], l->name);
		for (size_t i = 0; i < p->lifetimes; i++)
			if (strcmp(p->lifetime[i].name, l->name) == 0)
				opt_usage(&o->common, "--ttl-for %s: \"%s\" has one already",
				    given->text[p->lifetimes], l->name);
		if (strcmp(rest, "0") != 0 && duration_read(rest, NULL, &l->ttl, &err) == -1)
			opt_usage(&o->common, "--ttl-for %s: %s", given->text[p->lifetimes],
			    err.text);
	}
}

static void
put_open(struct put *p, struct feat_options *o)
{
	const struct common *c = &o->common;
	struct err err;

	serve_open(&p->serve);
	p->slot = c->fields == NULL ? NULL : calloc(FIELDS_MOST, sizeof *p->slot);
	if (c->fields != NULL && p->slot == NULL)
		diag_die(c->diag, EXIT_FAILED, "out of memory");
	if (c->fields != NULL &&
	    (fields_list(p->serve.fields, c->fields, p->slot, FIELDS_MOST, &err) == -1 ||
		names_read(&p->names, c->fields, &err) == -1))
		opt_refuse(c, &err);
	reading_open(&p->reading, p->serve.fields, o);
	read_lifetimes(p, o);
	p->now = o->now;
}

static int
put_run(struct feat_options *o)
{
	struct put p = { .serve = { .options = o, .ask = ask, .answer = answer } };
	const struct stat_row rows[] = {
		{ "written", STAT_COUNT, &p.written, "Features stored, deletions included.",
		    NULL },
		{ "older", STAT_COUNT, &p.older,
		    "Features left out because a newer event was stored.", NULL },
		{ "expired", STAT_COUNT, &p.expired,
		    "Features that had expired already when they were put.", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	int status;

	o->store.writes = o->store.creates = true;
	put_open(&p, o);
	p.serve.rows = rows;
	status = serve_run(&p.serve);
	for (size_t i = 0; i < p.lifetimes; i++)
		free(p.lifetime[i].name);
	free(p.lifetime);
	free(p.slot);
	names_free(&p.names);
	buf_free(&p.name);
	reading_close(&p.reading);
	return status;
}

const struct feat_command put_command = {
	.cli = {
		.tool = "smlfeat",
		.command = "put",
		.what = "store features by key as they come, and pass the records on",
		.operands = "[file ...]",
		.options = put_options,
		.common = COMMON_KEY | COMMON_TIME | COMMON_QUIET | COMMON_INPUT |
		    COMMON_REJECTS | COMMON_NOW | COMMON_TIMEOUT | COMMON_BARRIER |
		    COMMON_AHEAD,
		.needed = COMMON_KEY,
	},
	.run = put_run,
};
