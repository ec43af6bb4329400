/* The MODEL of an arm or a shadow. */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer/responder.h"
#include "json/doc.h"

/* A limit, because a stream of models may bring more and more features. */
enum { FIELDS_MOST = 100000 };

static const struct response silence = { { NULL, 0, V_MISSING }, { NULL, 0, V_MISSING } };

/* Returns the text after a prefix, or NULL. */
static const char *
after_prefix(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

bool
responder_is_command(const char *text)
{
	return text != NULL && after_prefix(text, "exec:") != NULL;
}

static int
open_constant(struct responder *m, const char *text, const struct responder_context *context,
    struct err *err)
{
	struct response read, constant = silence;
	struct value *v = &constant.prediction;

	if (response_read(context->reader, text, strlen(text), &read, err) == -1)
		return err_prefix(err, "%s: const:%s is no JSON value: ", m->who, text);
	m->kind = RESPONDER_CONST;
	*v = record_at(&context->reader->record, context->reader->whole);
	if (memchr(v->p, '\n', v->len) == NULL && memchr(v->p, '\r', v->len) == NULL)
		return response_copy(&m->response, &constant, &m->bytes, err);
	/* A line break in the value would end the record that the value is put into. */
	if (value_compact(*v, &m->bytes) == -1)
		return err_memory(err);
	m->response.prediction = (struct value){ m->bytes.p, (uint32_t)m->bytes.len, v->kind };
	return 0;
}

static int
open_coprocess(struct responder *m, const char *command, bool needed,
    const struct responder_context *context, struct err *err)
{
	const struct coprocess_rule rule = { .diag = context->diag,
		.who = m->who,
		.command = command,
		.environment = context->environment,
		.needed = needed,
		.timeout = context->timeout,
		.longest = context->longest,
		.starts = context->starts };

	if (*command == '\0')
		return err_set(err, NULL, "%s: exec: needs a command", m->who);
	m->kind = RESPONDER_EXEC;
	m->coprocess = coprocess_new(&rule);
	return m->coprocess == NULL ? err_memory(err) : 0;
}

int
responder_open(struct responder *m, const char *what, const char *name, const char *text,
    const struct responder_context *context, struct err *err)
{
	const char *rest;

	*m = (struct responder){ .kind = RESPONDER_NONE };
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
	if ((rest = after_prefix(m->text, "const:")) != NULL)
		return open_constant(m, rest, context, err);
	if ((rest = after_prefix(m->text, "exec:")) != NULL)
		return open_coprocess(m, rest, strcmp(what, "arm") == 0, context, err);
	m->kind = RESPONDER_FILE;
	if (responder_reload(m, context, err) == 0)
		return 0;
	/* This is probably not a file name but another kind of model. */
	if (strchr(m->text, ':') != NULL && access(m->text, F_OK) == -1)
		return err_set(err, NULL,
		    "%s: there is no file %s; any other model begins with exec: or const:",
		    m->who, m->text);
	return -1;
}

void
responder_close(struct responder *m)
{
	free(m->who);
	free(m->name);
	free(m->text);
	buf_free(&m->bytes);
	coprocess_free(m->coprocess);
	predictor_close(&m->predictor);
	*m = (struct responder){ .kind = RESPONDER_NONE };
}

bool
responder_is(const struct responder *m, const char *name, const char *text)
{
	if (m->name == NULL || strcmp(m->name, name) != 0)
		return false;
	return m->text == NULL || text == NULL ? m->text == text : strcmp(m->text, text) == 0;
}

static struct value
spell(char number[NUM_MAX], double x)
{
	return (struct value){ number, (uint32_t)num_write_f64(number, x), V_NUMBER };
}

int
responder_respond(struct responder *m, const struct record *record,
    const struct response **response, struct err *err)
{
	struct predictor *p = &m->predictor;
	const struct guess *g = &p->guess;
	int all;

	*response = &m->response;
	if (!m->loaded)
		return 0;
	m->response = silence;
	all = predictor_read(p, record, err);
	if (all == -1)
		err_prefix(err, "%s: ", m->who);
	if (all != 1)
		return all;
	predictor_guess(p, LABEL_NONE);
	if (g->made && p->recipe.rule.task == TASK_CLASSIFY)
		m->response.prediction = g->spelling;
	else if (g->made)
		m->response.prediction = spell(m->number[0], g->score);
	if (g->probable)
		m->response.probability = spell(m->number[1], g->probability);
	return 0;
}

static struct file_stamp
stamp_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return (struct file_stamp){ .size = 0 };
	return (struct file_stamp){ st.st_dev, st.st_ino, st.st_size, st.st_mtim };
}

bool
responder_changed(const struct responder *m)
{
	struct file_stamp now;

	if (m->kind != RESPONDER_FILE)
		return false;
	now = stamp_of(m->text);
	return now.device != m->stamp.device || now.inode != m->stamp.inode ||
	    now.size != m->stamp.size || now.changed.tv_sec != m->stamp.changed.tv_sec ||
	    now.changed.tv_nsec != m->stamp.changed.tv_nsec;
}

int
responder_take(struct responder *m, const struct responder_context *context, json_t *doc,
    struct err *err)
{
	struct fields *trial = fields_new();
	int count = fields_count(context->fields);
	struct predictor fresh = { .widened = false };
	int result = trial == NULL ? err_memory(err) : 0;

	/* Check the paths before they become fields of the stream. */
	if (result == 0)
		result = predictor_load(&fresh, trial, doc, err);
	if (result == 0 && count > FIELDS_MOST - fields_count(trial))
		result = err_set(err, NULL, "more than %d fields would be read", FIELDS_MOST);
	predictor_close(&fresh);
	fields_free(trial);
	if (result == 0)
		result = predictor_load(&fresh, context->fields, doc, err);
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
responder_reload(struct responder *m, const struct responder_context *context, struct err *err)
{
	json_t *doc;
	int result;

	if (m->kind != RESPONDER_FILE)
		return 0;
	/*
	 * Take the stamp before the file is read, so that a change meanwhile is noticed the
	 * next time.
	 */
	m->stamp = stamp_of(m->text);
	doc = doc_load(m->text, err);
	if (doc == NULL)
		return err_prefix(err, "%s: ", m->who);
	result = responder_take(m, context, doc, err);
	if (result == -1)
		err_prefix(err, "%s: %s: ", m->who, m->text);
	json_decref(doc);
	return result;
}
