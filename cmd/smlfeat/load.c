/* smlfeat load: stores the entities of a dump. */
#include "line.h"
#include "serve.h"

static const struct opt load_options[] = {
	STORE_OPTIONS,
	WRITE_OPTIONS,
	{ 0, "server-ttl", "DUR", OPT_TEXT, OPTION(server_ttl), 0,
	    "have Redis drop the key after this time; 0: never (default: 0)", 0, 0 },
	NO_OPTIONS,
};

struct load {
	struct serve serve;
	struct line_fields line;
	int64_t latest; /* the latest event time that the dump says, or INSTANT_NONE */
	uint64_t written, older;
};

static int
ask(struct serve *s, const struct record *record, struct pending_record *asked,
    struct err *err)
{
	struct load *l = (struct load *)s;
	struct store_request *r = &asked->request;
	int64_t latest;
	int result;

	r->verb = STORE_PUT;
	result =
	    line_read(&l->line, record, &asked->id, &r->entity, &asked->text, &latest, err);
	if (result == -1)
		return -1;
	if (latest > l->latest)
		l->latest = latest;
	r->id = asked->id.p;
	r->id_len = asked->id.len;
	return result;
}

static int
answer(struct serve *s, const struct record *record, struct value line,
    struct pending_record *asked, struct err *err)
{
	struct load *l = (struct load *)s;

	(void)record;
	(void)line;
	(void)err;
	l->written += asked->request.merged.written;
	l->older += asked->request.merged.older;
	return 0;
}

static int
raise_latest(struct serve *s, struct err *err)
{
	struct load *l = (struct load *)s;

	return l->latest == INSTANT_NONE ? 0 : store_raise_latest(s->store, l->latest, err);
}

static int
load_run(struct feat_options *o)
{
	struct load l = { .serve = { .options = o,
			      .ask = ask,
			      .answer = answer,
			      .before_sync = raise_latest },
		.latest = INSTANT_NONE };
	const struct stat_row rows[] = {
		{ "written", STAT_COUNT, &l.written, "Features stored, deletions included.",
		    NULL },
		{ "older", STAT_COUNT, &l.older,
		    "Features left out because a newer event was stored.", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	struct err err;

	/* A dump may hold any times, so the server must not expire keys by its own clock. */
	if (o->server_ttl == NULL)
		o->store.server_ttl = 0;

	l.serve.rows = rows;
	serve_open(&l.serve);
	if (line_declare(&l.line, l.serve.fields, &err) == -1)
		opt_refuse(&o->common, &err);
	o->store.writes = o->store.creates = true;
	return serve_run(&l.serve);
}

const struct feat_command load_command = {
	.cli = {
		.tool = "smlfeat",
		.command = "load",
		.what = "store what a dump holds",
		.operands = "[file ...]",
		.options = load_options,
		.common = COMMON_INPUT | COMMON_REJECTS | COMMON_TIMEOUT | COMMON_BARRIER |
		    COMMON_SINK,
	},
	.run = load_run,
};
