/* The MODEL of an arm or a shadow. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer/model.h"
#include "json/doc.h"

/* A stream of models, each with other features, must end somewhere. */
enum { FIELDS_MOST = 100000 };

static const struct reply silence = { { NULL, 0, V_MISSING }, { NULL, 0, V_MISSING } };

/* What stands behind "prefix:", or NULL. */
static const char *
behind(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

bool
model_is_command(const char *text)
{
	return text != NULL && behind(text, "exec:") != NULL;
}

static int
open_constant(struct model *m, const char *text, const struct model_ground *ground,
    struct err *err)
{
	struct reply read, constant = silence;
	struct err why;

	if (reply_read(ground->reader, text, strlen(text), &read, &why) == -1)
		return err_set(err, NULL, "%s: const:%s is no JSON value: %s", m->who, text,
		    why.text);
	constant.prediction = record_at(&ground->reader->record, ground->reader->whole);
	m->kind = MODEL_CONST;
	return reply_copy(&m->reply, &constant, &m->bytes, err);
}

static int
open_coprocess(struct model *m, const char *command, const struct model_ground *ground,
    struct err *err)
{
	const struct coprocess_rule rule = { ground->diag, m->who, command, ground->timeout,
		ground->longest, ground->starts };

	if (*command == '\0')
		return err_set(err, NULL, "%s: exec: needs a command", m->who);
	m->kind = MODEL_EXEC;
	m->coprocess = coprocess_new(&rule);
	return m->coprocess == NULL ? err_memory(err) : 0;
}

int
model_open(struct model *m, const char *what, const char *name, const char *text,
    const struct model_ground *ground, struct err *err)
{
	const char *rest;
	struct err why;

	*m = (struct model){ .kind = MODEL_NONE };
	if (asprintf(&m->who, "%s %s", what, name) == -1) {
		m->who = NULL;
		return err_memory(err);
	}
	m->name = strdup(name);
	m->text = text != NULL ? strdup(text) : NULL;
	if (m->name == NULL || (m->text == NULL) != (text == NULL))
		return err_memory(err);
	if (m->text == NULL)
		return 0;
	if ((rest = behind(m->text, "const:")) != NULL)
		return open_constant(m, rest, ground, err);
	if ((rest = behind(m->text, "exec:")) != NULL)
		return open_coprocess(m, rest, ground, err);
	m->kind = MODEL_FILE;
	if (model_reload(m, ground, &why) == 0)
		return 0;
	/* No file is called so: another kind of model was meant, most likely. */
	if (strchr(m->text, ':') != NULL && access(m->text, F_OK) == -1)
		return err_set(err, NULL,
		    "%s: there is no file %s, and a model begins with exec: or const: else",
		    m->who, m->text);
	*err = why;
	return -1;
}

void
model_end(struct model *m)
{
	coprocess_free(m->coprocess);
	m->coprocess = NULL;
}

void
model_close(struct model *m)
{
	free(m->who);
	free(m->name);
	free(m->text);
	buf_free(&m->bytes);
	model_end(m);
	predictor_close(&m->predictor);
	*m = (struct model){ .kind = MODEL_NONE };
}

bool
model_is(const struct model *m, const char *name, const char *text)
{
	if (m->name == NULL || strcmp(m->name, name) != 0)
		return false;
	return m->text == NULL || text == NULL ? m->text == text : strcmp(m->text, text) == 0;
}

static struct value
spell(char number[NUM_MAX], double x)
{
	return (struct value){ number, (uint32_t)num_f64(number, x), V_NUMBER };
}

int
model_reply(struct model *m, const struct record *record, const struct reply **reply,
    struct err *err)
{
	struct predictor *p = &m->predictor;
	const struct guess *g = &p->guess;
	struct err why;
	int all;

	*reply = &m->reply;
	if (!m->loaded)
		return 0;
	m->reply = silence;
	all = predictor_read(p, record, &why);
	if (all == -1) {
		*err = why;
		if (!why.memory)
			err_set(err, why.at, "%s: %s", m->who, why.text);
	}
	if (all != 1)
		return all;
	predictor_guess(p, LABEL_NONE);
	if (g->made && p->recipe.task == TASK_CLASSIFY)
		m->reply.prediction = g->spelling;
	else if (g->made)
		m->reply.prediction = spell(m->number[0], g->score);
	if (g->probable)
		m->reply.probability = spell(m->number[1], g->probability);
	return 0;
}

bool
model_changed(const struct model *m)
{
	struct stamp now;

	if (m->kind != MODEL_FILE)
		return false;
	stamp_take(&now, m->text);
	return !stamp_same(&now, &m->stamp);
}

int
model_take(struct model *m, const struct model_ground *ground, const json_t *doc,
    struct err *err)
{
	struct fields *trial = fields_new();
	int count = fields_count(ground->fields);
	struct predictor fresh = { .widened = false };
	int result = trial == NULL ? err_memory(err) : 0;

	/* Its paths are known to be sound before they become fields of the stream. */
	if (result == 0)
		result = predictor_load(&fresh, trial, doc, err);
	if (result == 0 && count > FIELDS_MOST - fields_count(trial))
		result = err_set(err, NULL, "more than %d fields would be read", FIELDS_MOST);
	predictor_close(&fresh);
	fields_free(trial);
	if (result == 0)
		result = predictor_load(&fresh, ground->fields, doc, err);
	if (result == -1) {
		predictor_close(&fresh);
		return -1;
	}
	predictor_close(&m->predictor);
	m->predictor = fresh;
	m->loaded = true;
	return 0;
}

int
model_reload(struct model *m, const struct model_ground *ground, struct err *err)
{
	struct err why;
	json_t *doc;
	int result;

	if (m->kind != MODEL_FILE)
		return 0;
	/* Before it is read: what changes meanwhile is noticed next time. */
	stamp_take(&m->stamp, m->text);
	doc = doc_load(m->text, &why);
	if (doc == NULL)
		return err_set(err, NULL, "%s: %s", m->who, why.text);
	result = model_take(m, ground, doc, &why);
	if (result == -1)
		err_set(err, NULL, "%s: %s: %s", m->who, m->text, why.text);
	json_decref(doc);
	return result;
}
