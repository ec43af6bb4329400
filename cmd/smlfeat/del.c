/* smlfeat del: deletes entities, or some of their features, by key. */
#include "names.h"
#include "reading.h"
#include "serve.h"

static const struct opt del_options[] = {
	{ 'f', "fields", "NAME,...", OPT_TEXT, OPTION(common.fields), 0,
	    "features to delete (default: the whole entity)", 0, 0 },
	TTL_OPTIONS,
	{ 0, "foreign", NULL, OPT_FLAG, OPTION(store.foreign), 0,
	    "remove also what smlfeat did not write, or what is damaged", 0, 0 },
	STORE_OPTIONS,
	WRITE_OPTIONS,
	NO_OPTIONS,
};

struct del {
	struct serve serve;
	struct reading reading;
	struct names names; /* of -f; no names: delete everything */
	uint64_t written, older;
};

static int
ask(struct serve *s, const struct record *record, struct pending_record *asked,
    struct err *err)
{
	struct del *d = (struct del *)s;
	struct store_request *r = &asked->request;
	struct feature gone = { 0 };

	r->verb = STORE_PUT;
	if (reading_begin(&d->reading, s->stream, record, asked, err) == -1)
		return -1;
	gone.time = asked->now;
	gone.expires = entity_until(asked->now, s->options->ttl);
	if (d->names.list.count == 0) {
		r->entity.deleted = gone.time;
		r->entity.deleted_expires = gone.expires;
	}
	for (size_t i = 0; i < d->names.list.count; i++) {
		gone.name = d->names.list.name[i].name;
		gone.name_len = d->names.list.name[i].len;
		if (entity_append(&r->entity, &gone, err) == -1)
			return -1;
	}
	return entity_settle(&r->entity, err) == -1 ? -1 : 1;
}

static int
answer(struct serve *s, const struct record *record, struct value line,
    struct pending_record *asked, struct err *err)
{
	struct del *d = (struct del *)s;

	(void)record;
	(void)err;
	d->written += asked->request.merged.written;
	d->older += asked->request.merged.older;
	serve_pass(s, line);
	return 0;
}

static int
del_run(struct feat_options *o)
{
	struct del d = { .serve = { .options = o, .ask = ask, .answer = answer } };
	const struct stat_row rows[] = {
		{ "written", STAT_COUNT, &d.written, "Deletions stored.", NULL },
		{ "older", STAT_COUNT, &d.older,
		    "Deletions left out because a newer event was stored.", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	struct err err;
	int status;

	d.serve.rows = rows;
	serve_open(&d.serve);
	if (o->common.fields != NULL && o->store.foreign)
		opt_usage(&o->common, "--foreign removes whole keys, not the features of -f");
	/* This would delete the other features, too. */
	if (o->common.fields != NULL && o->store.layout == LAYOUT_STRING)
		opt_usage(&o->common,
		    "--layout string keeps all features in one value: del takes no -f with "
		    "it");
	if (o->common.fields != NULL && names_read(&d.names, o->common.fields, &err) == -1)
		opt_refuse(&o->common, &err);
	o->store.writes = o->store.creates = true;
	reading_open(&d.reading, d.serve.fields, o);
	status = serve_run(&d.serve);
	names_free(&d.names);
	reading_close(&d.reading);
	return status;
}

const struct feat_command del_command = {
	.cli = {
		.tool = "smlfeat",
		.command = "del",
		.what = "delete what is stored of each key, and pass the records on",
		.operands = "[file ...]",
		.options = del_options,
		.common = COMMON_KEY | COMMON_TIME | COMMON_QUIET | COMMON_INPUT |
		    COMMON_REJECTS | COMMON_NOW | COMMON_TIMEOUT | COMMON_BARRIER |
		    COMMON_AHEAD,
		.needed = COMMON_KEY,
	},
	.run = del_run,
};
