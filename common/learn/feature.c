/* The features of a model: makes a row of numbers from the fields of a record. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "learn/feature.h"
#include "learn/vector.h"

const struct member features_members[] = {
	{ "elements", M_I64S, offsetof(struct features, elements),
	    offsetof(struct features, count) },
	{ NULL, 0, 0, 0 },
};

static uint64_t
list_length(const char *list)
{
	uint64_t n = 1;

	for (; *list != '\0'; list++)
		if (*list == ',')
			n++;
	return n;
}

int
features_open(struct features *f, struct fields *fields, const char *list, struct err *err)
{
	uint64_t most = list_length(list);
	int n;

	*f = (struct features){ .count = 0 };
	if (most > INT32_MAX)
		return err_set(err, NULL, "the list of features is too long");
	f->slot = calloc(most, sizeof *f->slot);
	f->path = calloc(most, sizeof *f->path);
	f->elements = calloc(most, sizeof *f->elements);
	f->fresh = calloc(most, sizeof *f->fresh);
	if (f->slot == NULL || f->path == NULL || f->elements == NULL || f->fresh == NULL)
		return err_memory(err);
	n = fields_list(fields, list, f->slot, (int)most, err);
	if (n == -1)
		return -1;
	f->count = (uint64_t)n;
	for (int i = 0; i < n; i++)
		f->path[i] = fields_path(fields, f->slot[i]);
	features_clear(f);
	return 0;
}

void
features_close(struct features *f)
{
	free(f->slot);
	free(f->path);
	free(f->elements);
	free(f->fresh);
	free(f->x);
	*f = (struct features){ .count = 0 };
}

void
features_clear(struct features *f)
{
	for (uint64_t i = 0; i < f->count; i++) {
		f->elements[i] = FEATURE_UNKNOWN;
		f->fresh[i] = false;
	}
}

int
features_loaded(struct features *f, uint64_t count)
{
	if (f->count != count)
		return -1;
	for (uint64_t i = 0; i < count; i++) {
		if (f->elements[i] < FEATURE_UNKNOWN || f->elements[i] > UINT32_MAX)
			return -1;
		if (f->elements[i] == 0)
			f->elements[i] = FEATURE_UNKNOWN;
		f->fresh[i] = false;
	}
	return 0;
}

uint64_t
features_width(const struct features *f, uint64_t i)
{
	switch (f->elements[i]) {
	case FEATURE_UNKNOWN:
		return 0;
	case FEATURE_NUMBER:
		return 1;
	default:
		return (uint64_t)f->elements[i];
	}
}

/* Makes room for n more numbers. */
static int
reserve(struct features *f, uint64_t n, struct err *err)
{
	uint64_t room = (f->width + n) * 2;

	if (f->width + n <= f->room)
		return 0;
	if (vector_reserve(&f->x, room) == -1)
		return err_memory(err);
	f->room = room;
	return 0;
}

static int
put_zeroes(struct features *f, uint64_t n, struct err *err)
{
	if (reserve(f, n, err) == -1)
		return -1;
	for (; n > 0; n--)
		f->x[f->width++] = 0.0;
	return 0;
}

/* Handles a missing feature.  Returns 1, 0 if the record may be skipped, or -1. */
static int
put_missing(struct features *f, uint64_t i, uint64_t n, struct value v, enum missing missing,
    struct err *err)
{
	switch (missing) {
	case MISSING_SKIP:
		return 0;
	case MISSING_ZERO:
		return put_zeroes(f, n, err) == 0 ? 1 : -1;
	case MISSING_REJECT:
		break;
	}
	record_lacks(f->record, "feature", f->path[i], v, err);
	return err_add(err, " (see smllearn's --missing)");
}

static int
put_number(struct features *f, uint64_t i, struct value v, enum missing missing,
    struct err *err)
{
	if (reserve(f, 1, err) == -1)
		return -1;
	switch (v.kind) {
	case V_MISSING:
	case V_NULL:
		return put_missing(f, i, 1, v, missing, err);
	case V_FALSE:
	case V_TRUE:
		f->x[f->width++] = v.kind == V_TRUE;
		return 1;
	case V_NUMBER:
		if (value_f64(v, &f->x[f->width], err) == -1)
			return -1;
		f->width++;
		return 1;
	case V_STRING:
	case V_ARRAY:
	case V_OBJECT:
		break;
	}
	return err_set(err, v.p, "%s in the feature \"%s\" is no number", kind_name(v.kind),
	    f->path[i]);
}

static int
put_array(struct features *f, uint64_t i, struct value array, enum missing missing,
    struct err *err)
{
	struct value name, item = { NULL, 0, V_MISSING };
	int64_t elements = 0;
	int all = 1, one;

	while (value_next(array, &name, &item)) {
		one = put_number(f, i, item, missing, err);
		if (one == -1)
			return -1;
		all = all && one;
		elements++;
	}
	if (f->elements[i] == FEATURE_UNKNOWN) {
		/* An empty array does not say how many elements others will have. */
		if (elements == 0)
			return all;
		f->elements[i] = elements;
		f->fresh[i] = true;
	}
	if (f->elements[i] == FEATURE_NUMBER)
		return err_set(err, array.p,
		    "the feature \"%s\" is an array; before, it was a number", f->path[i]);
	if (f->elements[i] != elements)
		return err_set(err, array.p,
		    "the feature \"%s\" has %lld elements; before, it had %lld", f->path[i],
		    (long long)elements, (long long)f->elements[i]);
	return all;
}

static int
put_feature(struct features *f, uint64_t i, struct value v, enum missing missing,
    struct err *err)
{
	if (value_none(v))
		return put_missing(f, i, features_width(f, i), v, missing, err);
	if (v.kind == V_ARRAY)
		return put_array(f, i, v, missing, err);
	if (f->elements[i] == FEATURE_UNKNOWN) {
		f->elements[i] = FEATURE_NUMBER;
		f->fresh[i] = true;
	}
	if (f->elements[i] != FEATURE_NUMBER)
		return err_set(err, v.p, "the feature \"%s\" is %s; before, it was an array",
		    f->path[i], kind_name(v.kind));
	return put_number(f, i, v, missing, err);
}

int
features_read(struct features *f, const struct record *r, enum missing missing,
    struct err *err)
{
	int all = 1, one;

	f->width = 0;
	f->record = r->object;
	for (uint64_t i = 0; i < f->count; i++) {
		one = put_feature(f, i, record_at(r, f->slot[i]), missing, err);
		if (one == -1)
			return -1;
		all = all && one;
	}
	return all;
}

void
features_settle(struct features *f)
{
	memset(f->fresh, 0, f->count * sizeof *f->fresh);
}

void
features_forget(struct features *f)
{
	for (uint64_t i = 0; i < f->count; i++)
		if (f->fresh[i]) {
			f->elements[i] = FEATURE_UNKNOWN;
			f->fresh[i] = false;
		}
}

bool
features_any_fresh(const struct features *f)
{
	for (uint64_t i = 0; i < f->count; i++)
		if (f->fresh[i])
			return true;
	return false;
}
