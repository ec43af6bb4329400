/* The document that a model is saved as. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "learn/predictor.h"

/* Raised when what is written changes its meaning. */
enum { FORMAT = 1 };

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
feature_json(const struct predictor *p, uint64_t i, uint64_t at)
{
	const struct learner *l = &p->learner;
	uint64_t n = features_width(&p->features, i);
	bool array = p->features.elements[i] >= 0;
	json_t *feature = json_object();

	if (json_object_set_new(feature, "path", json_string(p->features.path[i])) == -1)
		goto out;
	if (p->features.elements[i] == FEATURE_UNKNOWN)
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
features_json(const struct predictor *p)
{
	json_t *array = json_array();
	uint64_t at = 0;

	for (uint64_t i = 0; i < p->features.count; i++) {
		if (json_array_append_new(array, feature_json(p, i, at)) == -1) {
			json_decref(array);
			return NULL;
		}
		at += features_width(&p->features, i);
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

json_t *
predictor_json(struct predictor *p)
{
	json_t *doc = json_object();
	const struct sgd *sgd = &p->learner.sgd;

	predictor_undo(p);
	if (json_object_set_new(doc, "smllearn", json_integer(FORMAT)) == 0 &&
	    json_object_set_new(doc, "options", recipe_json(&p->recipe)) == 0 &&
	    json_object_set_new(doc, "steps", json_integer((json_int_t)sgd->steps)) == 0 &&
	    json_object_set_new(doc, "intercept", json_real(sgd->intercept)) == 0 &&
	    json_object_set_new(doc, "features", features_json(p)) == 0 &&
	    (p->recipe.task != TASK_CLASSIFY ||
		json_object_set_new(doc, "labels", labels_json(&p->labels)) == 0))
		return doc;
	json_decref(doc);
	return NULL;
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
read_feature(struct predictor *p, uint64_t i, const json_t *feature)
{
	struct learner *l = &p->learner;
	const json_t *weights = json_object_get(feature, "weights");
	const char *path = json_string_value(json_object_get(feature, "path"));
	bool array = json_is_array(weights);
	uint64_t at = l->sgd.width, n = array ? json_array_size(weights) : 1;

	if (path == NULL || strcmp(path, p->features.path[i]) != 0)
		return -1;
	/* A feature that no record had yet has no weight. */
	if (!array && json_object_get(feature, "weight") == NULL)
		return weights == NULL ? 0 : -1;
	if (learner_reserve(l, at + n) == -1)
		return -1;
	learner_widen(l, at, n);
	p->features.elements[i] = array ? (int64_t)n : FEATURE_NUMBER;
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
read_features(struct predictor *p, const json_t *features)
{
	if (json_array_size(features) != p->features.count)
		return -1;
	for (uint64_t i = 0; i < p->features.count; i++)
		if (read_feature(p, i, json_array_get(features, i)) == -1)
			return -1;
	return 0;
}

/*
 * A label is kept as the JSON text of a string, a number, true or false, and is
 * written so: without the space that a JSON reader allows around it.
 */
static bool
is_label(const char *text, size_t length)
{
	json_t *meaning = json_loadb(text, length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	bool scalar =
	    json_is_string(meaning) || json_is_number(meaning) || json_is_boolean(meaning);

	json_decref(meaning);
	return scalar && !isspace((unsigned char)text[0]) &&
	    !isspace((unsigned char)text[length - 1]);
}

static int
read_label(struct labels *l, int i, const json_t *label)
{
	const char *text = json_string_value(label);
	size_t length = json_string_length(label);

	if (json_is_null(label))
		return 0;
	if (text == NULL || !is_label(text, length))
		return -1;
	l->spelling[i] = strdup(text);
	if (l->spelling[i] == NULL)
		return -1;
	l->length[i] = length;
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

/* All but the options. */
static int
read_parts(struct predictor *p, const json_t *doc, struct err *err)
{
	struct sgd *sgd = &p->learner.sgd;
	const json_t *steps = json_object_get(doc, "steps");

	if (read_features(p, json_object_get(doc, "features")) == -1)
		return err_set(err, NULL, "its features are damaged");
	if (!json_is_integer(steps) || json_integer_value(steps) < 0 ||
	    read_number(json_object_get(doc, "intercept"), &sgd->intercept) == -1)
		return err_set(err, NULL, "its steps or its intercept are damaged");
	sgd->steps = (uint64_t)json_integer_value(steps);
	p->learner.scaler.rows = sgd->steps;
	if (p->recipe.task == TASK_CLASSIFY &&
	    read_labels(&p->labels, json_object_get(doc, "labels")) == -1)
		return err_set(err, NULL, "its labels are damaged");
	return predictor_loaded(p, err);
}

int
predictor_read_json(struct predictor *p, const json_t *doc, struct err *err)
{
	if (check_format(doc, err) == -1 ||
	    recipe_compare(&p->recipe, json_object_get(doc, "options"), err) == -1)
		return -1;
	return read_parts(p, doc, err);
}

int
predictor_load(struct predictor *p, struct fields *fields, const json_t *doc, struct err *err)
{
	struct recipe recipe;
	int result;

	*p = (struct predictor){ .widened = false };
	if (check_format(doc, err) == -1 ||
	    recipe_read(&recipe, json_object_get(doc, "options"), err) == -1)
		return -1;
	result = predictor_open(p, &recipe, fields, err);
	if (result == 0)
		result = read_parts(p, doc, err);
	p->recipe.target = p->recipe.features = NULL;
	return result;
}
