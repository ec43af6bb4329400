/* A model in a file, with its scores. */
#include <errno.h>
#include <math.h>

#include "json/doc.h"
#include "model.h"

/* A number that may be none. */
static json_t *
number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *
count(uint64_t n)
{
	return json_integer((json_int_t)n);
}

/* A score's members: counts and doubles. */
static json_t *
score_json(const struct part *part)
{
	json_t *object = json_object(), *v;
	const char *at;

	for (const struct member *k = part->members; k->name != NULL; k++) {
		at = (const char *)part->noun + k->at;
		if (k->kind == M_U64)
			v = count(*(const uint64_t *)(const void *)at);
		else
			v = number(*(const double *)(const void *)at);
		if (json_object_set_new(object, k->name, v) == -1) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *
scores_json(struct model *m)
{
	json_t *object = json_object();
	struct part part;
	int next = 0;

	while (model_part(m, &next, &part))
		if (part.is_score &&
		    json_object_set_new(object, part.section, score_json(&part)) == -1) {
			json_decref(object);
			return NULL;
		}
	return object;
}

json_t *
model_json(struct model *m)
{
	json_t *doc = predictor_json(&m->predictor);

	if (doc != NULL && json_object_set_new(doc, "scores", scores_json(m)) == 0)
		return doc;
	json_decref(doc);
	return NULL;
}

int
model_write(struct model *m, const char *path, struct replace *file, struct err *err)
{
	json_t *doc = model_json(m);
	int result;

	if (doc == NULL)
		return err_memory(err);
	result = doc_begin(file, path, REPLACE_PRIVATE, doc, err);
	json_decref(doc);
	return result;
}

static int
read_count(const json_t *v, uint64_t *n)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return -1;
	*n = (uint64_t)json_integer_value(v);
	return 0;
}

static int
read_number(const json_t *v, double *x)
{
	if (!json_is_number(v))
		return -1;
	*x = json_number_value(v);
	return 0;
}

static int
read_score(const struct part *part, const json_t *score)
{
	const json_t *v;
	char *at;

	for (const struct member *k = part->members; k->name != NULL; k++) {
		at = (char *)part->noun + k->at;
		v = json_object_get(score, k->name);
		if (k->kind == M_U64) {
			if (read_count(v, (uint64_t *)(void *)at) == -1)
				return -1;
		} else if (json_is_null(v))
			*(double *)(void *)at = (double)NAN;
		else if (read_number(v, (double *)(void *)at) == -1)
			return -1;
	}
	return 0;
}

static int
read_scores(struct model *m, const json_t *scores)
{
	struct part part;
	int next = 0;

	while (model_part(m, &next, &part))
		if (part.is_score &&
		    read_score(&part, json_object_get(scores, part.section)) == -1)
			return -1;
	return 0;
}

static int
read_model(struct model *m, const json_t *doc, struct err *err)
{
	if (predictor_read_json(&m->predictor, doc, err) == -1)
		return -1;
	if (read_scores(m, json_object_get(doc, "scores")) == -1)
		return err_set(err, NULL, "its scores are damaged");
	return 0;
}

int
model_load(struct model *m, const char *path, struct err *err)
{
	struct err why;
	json_t *doc;
	int result = 1;

	doc = doc_load(path, err);
	if (doc == NULL)
		return errno == ENOENT ? 0 : -1;
	model_clear(m);
	if (read_model(m, doc, &why) == -1)
		result = err_set(err, NULL, "%s: %s", path, why.text);
	json_decref(doc);
	return result;
}
