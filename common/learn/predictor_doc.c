/* Writes and reads the document of a model. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "learn/predictor.h"
#include "state/member_json.h"

/* Raise this when the meaning of a document changes. */
enum { FORMAT = 1 };

/* Copies the members of a struct into an object, or back. */
typedef int (*move_members)(const struct member *, void *noun, json_t *);

/*
 * Returns the object for the members of a learner's part: the given object, or an object
 * inside it, which is created when writing.  Returns NULL if it is missing or memory is short.
 */
static json_t *
place_of(const struct learner_part *part, json_t *object, move_members move)
{
	if (!part->nested)
		return object;
	if (move == member_put_json && json_object_get(object, part->section) == NULL)
		json_object_set_new(object, part->section, json_object());
	return json_object_get(object, part->section);
}

/*
 * Writes or reads the numbers of a feature: for each kind of number in a part of the learner,
 * n numbers from index at on.  If the feature is an array, they are arrays too.
 */
static int
move_part(const struct learner_part *part, void *noun, uint64_t at, uint64_t n, bool array,
    json_t *feature, move_members move)
{
	struct slice {
		double *x;
		uint64_t n;
	} slice = { NULL, n };
	struct member m[] = { { NULL, array ? M_F64S : M_F64, 0, offsetof(struct slice, n) },
		{ NULL, 0, 0, 0 } };
	json_t *object;

	if (part->numbers->one == NULL)
		return 0;
	object = place_of(part, feature, move);
	for (const struct feature_number *i = part->numbers; i->one != NULL; i++) {
		m->name = array ? i->many : i->one;
		slice.x = *(double **)(void *)((char *)noun + i->at) + at;
		if (move(m, array ? (void *)&slice : slice.x, object) == -1)
			return -1;
	}
	return 0;
}

static int
move_numbers(struct learner *l, uint64_t at, uint64_t n, bool array, json_t *feature,
    move_members move)
{
	struct learner_part part;
	void *noun;

	for (int i = 0; learner_part(l, i, &part, &noun); i++)
		if (move_part(&part, noun, at, n, array, feature, move) == -1)
			return -1;
	return 0;
}

/* Writes or reads the members that belong to no feature. */
static int
move_totals(struct learner *l, json_t *doc, move_members move)
{
	struct learner_part part;
	void *noun;

	for (int i = 0; learner_part(l, i, &part, &noun); i++)
		if (!part.implied &&
		    move(part.members, noun, place_of(&part, doc, move)) == -1)
			return -1;
	return 0;
}

/*
 * Returns the number that shows, by its presence in a document, whether a feature is known,
 * and whether it is an array.  For a learner without numbers that is "number" or "elements",
 * the count of elements.
 */
static struct feature_number
shape_of(struct learner *l)
{
	static const struct feature_number bare = { "number", "elements", 0, 0 };
	struct learner_part first;
	void *noun;

	(void)learner_part(l, 0, &first, &noun);
	return first.numbers->one != NULL ? *first.numbers : bare;
}

static int
put_shape(struct predictor *p, uint64_t i, json_t *feature)
{
	struct feature_number name = shape_of(&p->learner);
	int64_t elements = p->features.elements[i];

	if (json_object_get(feature, name.one) != NULL ||
	    json_object_get(feature, name.many) != NULL)
		return 0;
	return json_object_set_new(feature, elements >= 0 ? name.many : name.one,
	    json_integer(elements >= 0 ? elements : 1));
}

static json_t *
feature_json(struct predictor *p, uint64_t i, uint64_t at)
{
	int64_t elements = p->features.elements[i];
	json_t *feature = json_object();

	if (json_object_set_new(feature, "path", json_string(p->features.path[i])) == 0 &&
	    (elements == FEATURE_UNKNOWN ||
		(move_numbers(&p->learner, at, features_width(&p->features, i), elements >= 0,
		     feature, member_put_json) == 0 &&
		    put_shape(p, i, feature) == 0)))
		return feature;
	json_decref(feature);
	return NULL;
}

static json_t *
features_json(struct predictor *p)
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

	predictor_undo(p);
	if (json_object_set_new(doc, "smllearn", json_integer(FORMAT)) == 0 &&
	    json_object_set_new(doc, "options", recipe_json(&p->recipe)) == 0 &&
	    move_totals(&p->learner, doc, member_put_json) == 0 &&
	    json_object_set_new(doc, "features", features_json(p)) == 0 &&
	    (p->recipe.rule.task != TASK_CLASSIFY ||
		json_object_set_new(doc, "labels", labels_json(&p->labels)) == 0))
		return doc;
	json_decref(doc);
	return NULL;
}

static int
read_feature(struct predictor *p, uint64_t i, json_t *feature)
{
	struct learner *l = &p->learner;
	struct feature_number name = shape_of(l);
	const json_t *many = json_object_get(feature, name.many);
	const json_t *one = json_object_get(feature, name.one);
	const char *path = json_string_value(json_object_get(feature, "path"));
	bool array = one == NULL || json_is_array(many);
	uint64_t at = learner_width(l), n = array ? json_array_size(many) : 1;

	if (path == NULL || strcmp(path, p->features.path[i]) != 0)
		return -1;
	/* A feature that no record has had yet does not have that number. */
	if (one == NULL && many == NULL)
		return 0;
	if (json_is_integer(many) && json_integer_value(many) >= 0 &&
	    json_integer_value(many) <= UINT32_MAX)
		n = (uint64_t)json_integer_value(many);
	else if (array && !json_is_array(many))
		return -1;
	if (learner_reserve(l, at + n) == -1)
		return -1;
	learner_widen(l, at, n);
	p->features.elements[i] = array ? (int64_t)n : FEATURE_NUMBER;
	return move_numbers(l, at, n, array, feature, member_get_json);
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

static int
read_label(struct labels *l, int i, const json_t *label)
{
	const char *text = json_string_value(label);
	size_t length = json_string_length(label);

	if (json_is_null(label))
		return 0;
	if (text == NULL)
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

/* Reads everything but the options. */
static int
read_parts(struct predictor *p, json_t *doc, struct err *err)
{
	if (read_features(p, json_object_get(doc, "features")) == -1)
		return err_set(err, NULL, "its features are damaged");
	if (move_totals(&p->learner, doc, member_get_json) == -1)
		return err_set(err, NULL, "its steps or its intercept are damaged");
	p->learner.scaler.rows = learner_steps(&p->learner);
	if (p->recipe.rule.task == TASK_CLASSIFY &&
	    read_labels(&p->labels, json_object_get(doc, "labels")) == -1)
		return err_set(err, NULL, "its labels are damaged");
	return predictor_loaded(p, err);
}

int
predictor_read_json(struct predictor *p, json_t *doc, struct err *err)
{
	if (check_format(doc, err) == -1 ||
	    recipe_compare(&p->recipe, json_object_get(doc, "options"), err) == -1)
		return -1;
	return read_parts(p, doc, err);
}

int
predictor_load(struct predictor *p, struct fields *fields, json_t *doc, struct err *err)
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
