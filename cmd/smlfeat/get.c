/* smlfeat get: appends to each record the features of its key. */
#include <stdlib.h>
#include <string.h>

#include "cli/stream/append.h"
#include "names.h"
#include "reading.h"
#include "serve.h"

static const struct opt get_options[] = {
	{ 'f', "fields", "NAME,...", OPT_TEXT, OPTION(common.fields), 0,
	    "features to append (default: all, in one object, features)", 0, 0 },
	{ 0, "default", "NAME=JSON", OPT_LIST, OPTION(defaults), 0,
	    "value of a feature that is not there", 0, 0 },
	{ 0, "max-age", "DUR", OPT_DURATION, OPTION(max_age), 0,
	    "a feature older than this is stale; 0: none is", 0, 0 },
	{ 0, "status", "NAME", OPT_TEXT, OPTION(status), 0,
	    "append whether the features were found", 0, 0 },
	STORE_OPTIONS,
	DEPTH_OPTIONS,
	{ 0, "cache", "N", OPT_COUNT, OPTION(store.cache), 0,
	    "keep this many entities in memory; 0: none", 0, 1e9 },
	{ 0, "cache-for", "DUR", OPT_DURATION, OPTION(store.cache_for), 0,
	    "keep them this long", 0, 0 },
	{ 0, "on-failure", "wait|stop|default", OPT_CHOICE, OPTION(store.on_failure), 0,
	    "what to do while Redis is away", 0, 0 },
	NO_OPTIONS,
};

/* The words of --status, in the order in which they are tried. */
enum status_word { UNAVAILABLE, MISS, EXPIRED, PARTIAL, STALE, HIT, STATUSES };
static const char *const status_words[] = { "unavailable", "miss", "expired", "partial",
	"stale", "hit" };

struct get {
	struct serve serve;
	struct reading reading;
	struct names names; /* of -f; no names: all features */
	struct edit *edit;
	int *member;		 /* of each name; or the one object with all features */
	int status;		 /* a member, or -1 */
	struct fields *defaults; /* declares them; */
	struct record no_record; /* the defaults, as its values */
	int *default_slot;	 /* of each name, or -1 */
	struct buf object;	 /* all features */
	uint64_t counts[STATUSES];
	struct stat_row rows[STATUSES + 1];
};

/* How many of the features asked for were found. */
struct found {
	size_t there, expired, stale;
};

static enum status_word
word_of(const struct get *g, const struct pending_record *asked, const struct found *found)
{
	if (asked->request.state == STORE_AWAY)
		return UNAVAILABLE;
	if (found->there == 0)
		return found->expired > 0 ? EXPIRED : MISS;
	if (g->names.list.count > 0 && found->there < g->names.list.count)
		return PARTIAL;
	return found->stale > 0 ? STALE : HIT;
}

/* Returns whether the feature has a value at the record's time. */
static bool
look_at(const struct get *g, const struct pending_record *asked, const struct feature *f,
    struct found *found)
{
	int64_t max_age = g->serve.options->max_age, oldest;

	if (f->name == NULL || f->value == NULL)
		return false;
	if (feature_expired(f, asked->now)) {
		found->expired++;
		return false;
	}
	found->there++;
	if (max_age > 0 && !__builtin_sub_overflow(asked->now, max_age, &oldest))
		found->stale += f->time < oldest;
	return true;
}

/* Sets the members that were named. */
static void
set_named(struct get *g, const struct pending_record *asked, struct found *found)
{
	bool away = asked->request.state == STORE_AWAY;

	for (size_t i = 0; i < g->names.list.count; i++) {
		const struct feature *f = away ? NULL : &asked->request.entity.feature[i];

		if (f != NULL && look_at(g, asked, f, found))
			edit_raw(g->edit, g->member[i],
			    (struct value){ f->value, f->value_len, V_OBJECT });
		else if (g->default_slot[i] != -1)
			edit_raw(g->edit, g->member[i],
			    record_at(&g->no_record, g->default_slot[i]));
		else
			edit_null(g->edit, g->member[i]);
	}
}

/* Sets the one member that holds all features. */
static int
set_all(struct get *g, const struct pending_record *asked, struct found *found,
    struct err *err)
{
	const struct entity *e = &asked->request.entity;
	size_t count = asked->request.state == STORE_AWAY ? 0 : e->count;

	g->object.len = 0;
	if (buf_putc(&g->object, '{') == -1)
		return err_memory(err);
	for (size_t i = 0; i < count; i++) {
		const struct feature *f = &e->feature[i];

		if (!look_at(g, asked, f, found))
			continue;
		if ((g->object.len > 1 && buf_putc(&g->object, ',') == -1) ||
		    buf_put_json(&g->object, f->name, f->name_len) == -1 ||
		    buf_putc(&g->object, ':') == -1 ||
		    buf_put(&g->object, f->value, f->value_len) == -1)
			return err_memory(err);
	}
	if (buf_putc(&g->object, '}') == -1)
		return err_memory(err);
	edit_raw(g->edit, g->member[0],
	    (struct value){ g->object.p, (uint32_t)g->object.len, V_OBJECT });
	return 0;
}

static int
ask(struct serve *s, const struct record *record, struct pending_record *asked,
    struct err *err)
{
	struct get *g = (struct get *)s;

	asked->request.verb = STORE_GET;
	if (edit_check(g->edit, record, err) == -1 ||
	    reading_begin(&g->reading, s->stream, record, asked, err) == -1)
		return -1;
	return 1;
}

static int
answer(struct serve *s, const struct record *record, struct value line,
    struct pending_record *asked, struct err *err)
{
	struct get *g = (struct get *)s;
	struct found found = { 0 };
	enum status_word word;

	(void)line;
	if (edit_check(g->edit, record, err) == -1)
		return -1;
	if (g->names.list.count > 0)
		set_named(g, asked, &found);
	else if (set_all(g, asked, &found, err) == -1)
		return -1;
	word = word_of(g, asked, &found);
	if (g->status != -1)
		edit_string(g->edit, g->status, status_words[word],
		    strlen(status_words[word]));
	if (edit_write(g->edit, record, stream_out(s->stream), err) == -1)
		return -1;
	g->counts[word]++;
	return 0;
}

/* Parses the defaults as if they were the defaults of a record without fields. */
static void
read_defaults(struct get *g, const struct feat_options *o)
{
	const struct common *c = &o->common;
	static const char nothing[] = "{}";
	struct err err;
	const char *rest;
	char *name;
	int i;

	for (size_t n = 0; n < o->defaults.count; n++) {
		if (names_split(o->defaults.text[n], &name, &rest, &err) == -1)
			opt_refuse(c, &err);
		i = names_find(&g->names, name, strlen(name));
		if (i == -1)
			opt_usage(c, "--default %s: -f does not name \"%s\"",
			    o->defaults.text[n], name);
		if (g->default_slot[i] != -1)
			opt_usage(c, "--default %s: \"%s\" has one already",
			    o->defaults.text[n], name);
		free(name);
		if (record_default(g->defaults, o->defaults.text[n], &err) == -1)
			opt_refuse(c, &err);
		g->default_slot[i] = fields_add(g->defaults, o->defaults.text[n], &rest, &err);
	}
	if (record_open(&g->no_record, g->defaults, 1000, &err) == -1 ||
	    record_parse_text(&g->no_record, g->defaults, nothing, sizeof nothing - 1, &err) ==
		-1)
		opt_refuse(c, &err);
}

static void
count_rows(struct get *g)
{
	static const struct {
		const char *name, *help;
	} row[] = {
		{ "unavailable", "Records answered while the store was away." },
		{ "misses", "Records of which no feature was there." },
		{ "expired", "Records of which all features had expired." },
		{ "partial", "Records of which some features were there." },
		{ "stale", "Records with a feature older than --max-age." },
		{ "hits", "Records with all features." },
	};

	for (size_t i = 0; i < STATUSES; i++)
		g->rows[i] = (struct stat_row){ row[i].name, STAT_COUNT, &g->counts[i],
			row[i].help, NULL };
}

static void
get_open(struct get *g, struct feat_options *o)
{
	const struct common *c = &o->common;
	size_t count;
	struct err err;

	count_rows(g);
	serve_open(&g->serve);
	g->defaults = fields_new();
	if (c->fields != NULL && names_read(&g->names, c->fields, &err) == -1)
		opt_refuse(c, &err);
	count = g->names.list.count;
	g->member = calloc(count + 1, sizeof *g->member);
	g->default_slot = calloc(count + 1, sizeof *g->default_slot);
	if (g->defaults == NULL || g->member == NULL || g->default_slot == NULL)
		diag_die(c->diag, EXIT_FAILED, "out of memory");
	reading_open(&g->reading, g->serve.fields, o);
	for (size_t i = 0; i < count; i++)
		g->default_slot[i] = -1;
	read_defaults(g, o);
	g->edit = append_open(c, NULL);
	for (size_t i = 0; i < count; i++)
		g->member[i] =
		    append_name(c, g->edit, g->serve.fields, g->names.list.name[i].name);
	if (count == 0)
		g->member[0] = append_name(c, g->edit, g->serve.fields, "features");
	g->status = -1;
	if (o->status != NULL)
		g->status = append_name(c, g->edit, g->serve.fields, o->status);
	append_named(c, g->edit);
}

static int
get_run(struct feat_options *o)
{
	struct get g = { .serve = { .options = o,
			     .ask = ask,
			     .answer = answer,
			     .parses = true,
			     .unrepeatable =
				 "the store may answer otherwise when it is asked again" } };
	int status;

	get_open(&g, o);
	o->store.awaits = true;
	o->store.names = g.names.list;
	g.serve.answers_away = o->store.on_failure == FAILURE_DEFAULT;
	g.serve.rows = g.rows;
	status = serve_run(&g.serve);
	edit_free(g.edit);
	record_close(&g.no_record);
	fields_free(g.defaults);
	free(g.member);
	free(g.default_slot);
	names_free(&g.names);
	buf_free(&g.object);
	reading_close(&g.reading);
	return status;
}

const struct feat_command get_command = {
	.cli = {
		.tool = "smlfeat",
		.command = "get",
		.what = "append the features of its key to each record",
		.operands = "[file ...]",
		.options = get_options,
		.common = COMMON_KEY | COMMON_TIME | COMMON_APPEND | COMMON_INPUT |
		    COMMON_REJECTS | COMMON_NOW | COMMON_TIMEOUT,
		.needed = COMMON_KEY,
	},
	.run = get_run,
};
