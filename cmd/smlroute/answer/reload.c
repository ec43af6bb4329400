/* Changes models during a run. */
#include <string.h>
#include <time.h>

#include "answer/answer_parts.h"
#include "json/doc.h"

static const int64_t look_every = 100000000; /* ns */

/* Reports whether a model was loaded. */
static void
report(struct answers *a, int result, const struct err *err)
{
	if (result == 0) {
		a->count.loads++;
	} else {
		a->count.refused++;
		diag_warn(a->context.diag, NULL, "%s; the old model stays in use", err->text);
	}
}

/* Returns the next model, of arms and then of shadows; NULL at the end. */
static struct responder *
next_model(const struct answers *a, size_t *at)
{
	size_t i = (*at)++;

	if (i < a->arms)
		return &a->server[i].responder;
	return i - a->arms < a->shadows.count ? &a->shadows.shadow[i - a->arms].responder :
						NULL;
}

static bool
reload(struct answers *a, bool changed_only)
{
	struct responder *m;
	struct err err;
	size_t at = 0;
	bool any = false;

	while ((m = next_model(a, &at)) != NULL) {
		if (m->kind != RESPONDER_FILE || (changed_only && !responder_changed(m)))
			continue;
		any = true;
		report(a, responder_reload(m, &a->context, &err), &err);
	}
	return any;
}

void
answers_reload(struct answers *a)
{
	(void)reload(a, false);
}

bool
answers_look(struct answers *a)
{
	struct timespec t;
	int64_t now;

	if (!a->reloads)
		return false;
	/* The coarse clock's milliseconds are enough here, and reading it is cheap. */
	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	now = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
	if (now - a->looked < look_every)
		return false;
	a->looked = now;
	return reload(a, true);
}

/*
 * Takes a model from a model line.  The present model must be from a file, or there must be
 * none.
 */
static int
take_line(struct answers *a, struct responder *m, struct value document, struct err *err)
{
	json_t *doc;
	int result;

	if (m->kind != RESPONDER_FILE && m->kind != RESPONDER_NONE)
		return err_set(err, NULL,
		    "%s: a control line has a model for it, but it has %s", m->who, m->text);
	if (document.kind == V_MISSING)
		return err_set(err, NULL,
		    "%s: the model of the control line: it has no member \"model\"", m->who);
	doc = doc_read(document.p, document.len, err);
	result = doc == NULL ? -1 : responder_take(m, &a->context, doc, err);
	if (result == -1)
		err_prefix(err, "%s: the model of the control line: ", m->who);
	json_decref(doc);
	return result;
}

void
answers_control(struct answers *a, struct value line)
{
	struct value kind = value_member(line, "$sml"), name = value_member(line, "name");
	struct value document = value_member(line, "model");
	struct responder *m;
	struct err err;
	size_t at = 0;
	bool known = false;

	if (!a->from_stream || kind.kind != V_STRING || !value_is(kind, "model", 5) ||
	    name.kind != V_STRING)
		return;
	while ((m = next_model(a, &at)) != NULL)
		if (value_is(name, m->name, strlen(m->name))) {
			known = true;
			report(a, take_line(a, m, document, &err), &err);
		}
	if (!known && !a->stranger_reported)
		diag_warn(a->context.diag, NULL,
		    "a control line has a model for %.*s, but no arm or shadow has that name",
		    (int)name.len, name.p);
	a->stranger_reported = a->stranger_reported || !known;
}
