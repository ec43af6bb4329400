#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "model.h"

/* Raised when what is written changes its meaning. */
enum { FORMAT = 1 };

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

static json_t *
numbers(const double *x, uint64_t n)
{
	json_t *array = json_array();

	for (uint64_t i = 0; i < n; i++)
		if (json_array_append_new(array, json_real(x[i])) == -1) {
			json_decref(array);
			return NULL;
		}
	return array;
}

/* The numbers that belong to one feature, one alone or an array of them. */
static int
put_numbers(json_t *feature, bool array, const char *one, const char *many, const double *x,
    uint64_t n)
{
	if (array)
		return json_object_set_new(feature, many, numbers(x, n));
	return json_object_set_new(feature, one, json_real(*x));
}

static json_t *
feature_json(const struct model *m, uint64_t i, uint64_t at)
{
	const struct learner *l = &m->learner;
	uint64_t n = features_width(&m->features, i);
	bool array = m->features.elements[i] >= 0;
	json_t *feature = json_object();

	if (json_object_set_new(feature, "path", json_string(m->features.path[i])) == -1)
		goto out;
	if (m->features.elements[i] == FEATURE_UNKNOWN)
		return feature;
	if (put_numbers(feature, array, "weight", "weights", l->sgd.weight + at, n) == -1)
		goto out;
	if (!l->scales)
		return feature;
	if (put_numbers(feature, array, "mean", "means", l->scaler.mean + at, n) == -1 ||
	    put_numbers(feature, array, "variance", "variances", l->scaler.variance + at, n) ==
		-1)
		goto out;
	return feature;
out:
	json_decref(feature);
	return NULL;
}

static json_t *
features_json(const struct model *m)
{
	json_t *array = json_array();
	uint64_t at = 0;

	for (uint64_t i = 0; i < m->features.count; i++) {
		if (json_array_append_new(array, feature_json(m, i, at)) == -1) {
			json_decref(array);
			return NULL;
		}
		at += features_width(&m->features, i);
	}
	return array;
}

static json_t *
labels_json(const struct labels *l)
{
	json_t *array = json_array(), *label;

	for (int i = 0; i < 2; i++) {
		label = l->length[i] > 0 ? json_stringn(l->spelling[i], l->length[i]) :
					   json_null();
		if (json_array_append_new(array, label) == -1) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
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

int
model_save(struct model *m, const char *path, struct err *err)
{
	json_t *doc = json_object();
	const struct sgd *sgd = &m->learner.sgd;
	int result = -1;

	model_undo(m);
	if (json_object_set_new(doc, "smllearn", json_integer(FORMAT)) == -1 ||
	    json_object_set_new(doc, "options", recipe_json(&m->recipe)) == -1 ||
	    json_object_set_new(doc, "steps", count(sgd->steps)) == -1 ||
	    json_object_set_new(doc, "intercept", json_real(sgd->intercept)) == -1 ||
	    json_object_set_new(doc, "features", features_json(m)) == -1 ||
	    (m->recipe.task == TASK_CLASSIFY &&
		json_object_set_new(doc, "labels", labels_json(&m->labels)) == -1) ||
	    json_object_set_new(doc, "scores", scores_json(m)) == -1)
		err_memory(err);
	else
		result = doc_save(path, doc, err);
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

/* Fills x[n] from one number, or from an array of n. */
static int
read_numbers(const json_t *feature, bool array, const char *one, const char *many, double *x,
    uint64_t n)
{
	const json_t *v = json_object_get(feature, many);

	if (!array)
		return read_number(json_object_get(feature, one), x);
	if (json_array_size(v) != n)
		return -1;
	for (uint64_t i = 0; i < n; i++)
		if (read_number(json_array_get(v, i), x + i) == -1)
			return -1;
	return 0;
}

static int
read_feature(struct model *m, uint64_t i, const json_t *feature)
{
	struct learner *l = &m->learner;
	const json_t *weights = json_object_get(feature, "weights");
	const char *path = json_string_value(json_object_get(feature, "path"));
	bool array = json_is_array(weights);
	uint64_t at = l->sgd.width, n = array ? json_array_size(weights) : 1;

	if (path == NULL || strcmp(path, m->features.path[i]) != 0)
		return -1;
	/* A feature that no record had yet has no weight. */
	if (!array && json_object_get(feature, "weight") == NULL)
		return 0;
	if (learner_reserve(l, at + n) == -1)
		return -1;
	learner_widen(l, at, n);
	m->features.elements[i] = array ? (int64_t)n : FEATURE_NUMBER;
	if (read_numbers(feature, array, "weight", "weights", l->sgd.weight + at, n) == -1)
		return -1;
	if (!l->scales)
		return 0;
	if (read_numbers(feature, array, "mean", "means", l->scaler.mean + at, n) == -1)
		return -1;
	return read_numbers(feature, array, "variance", "variances", l->scaler.variance + at,
	    n);
}

static int
read_features(struct model *m, const json_t *features)
{
	if (json_array_size(features) != m->features.count)
		return -1;
	for (uint64_t i = 0; i < m->features.count; i++)
		if (read_feature(m, i, json_array_get(features, i)) == -1)
			return -1;
	return 0;
}

/* A label stands as the JSON text of a string, a number, true or false. */
static int
read_label(struct labels *l, int i, const json_t *label)
{
	json_t *meaning;
	bool scalar;

	if (json_is_null(label))
		return 0;
	if (!json_is_string(label))
		return -1;
	meaning = json_loads(json_string_value(label), JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	scalar =
	    json_is_string(meaning) || json_is_number(meaning) || json_is_boolean(meaning);
	json_decref(meaning);
	if (!scalar)
		return -1;
	l->spelling[i] = strdup(json_string_value(label));
	if (l->spelling[i] == NULL)
		return -1;
	l->length[i] = json_string_length(label);
	return 0;
}

static int
read_labels(struct labels *l, const json_t *labels)
{
	if (json_array_size(labels) != 2)
		return -1;
	if (read_label(l, 0, json_array_get(labels, 0)) == -1)
		return -1;
	return read_label(l, 1, json_array_get(labels, 1));
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
check_format(const json_t *doc, struct err *err)
{
	const json_t *format = json_object_get(doc, "smllearn");

	if (!json_is_integer(format))
		return err_set(err, NULL, "it is no model of smllearn");
	if (json_integer_value(format) != FORMAT)
		return err_set(err, NULL,
		    "its format is %lld, and this smllearn knows only %d",
		    (long long)json_integer_value(format), FORMAT);
	return 0;
}

static int
read_model(struct model *m, const json_t *doc, struct err *err)
{
	struct sgd *sgd = &m->learner.sgd;

	if (check_format(doc, err) == -1 ||
	    recipe_compare(&m->recipe, json_object_get(doc, "options"), err) == -1)
		return -1;
	if (read_features(m, json_object_get(doc, "features")) == -1)
		return err_set(err, NULL, "its features are damaged");
	if (read_count(json_object_get(doc, "steps"), &sgd->steps) == -1 ||
	    read_number(json_object_get(doc, "intercept"), &sgd->intercept) == -1)
		return err_set(err, NULL, "its steps or its intercept are damaged");
	m->learner.scaler.rows = sgd->steps;
	if (m->recipe.task == TASK_CLASSIFY &&
	    read_labels(&m->labels, json_object_get(doc, "labels")) == -1)
		return err_set(err, NULL, "its labels are damaged");
	if (read_scores(m, json_object_get(doc, "scores")) == -1)
		return err_set(err, NULL, "its scores are damaged");
	return model_loaded(m, err);
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
