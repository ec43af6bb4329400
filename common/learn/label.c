/* The two labels of a classifier, and their order. */
#include <ctype.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "learn/label.h"

const struct member labels_members[] = {
	{ "label0", M_BYTES, offsetof(struct labels, spelling[0]),
	    offsetof(struct labels, length[0]) },
	{ "label1", M_BYTES, offsetof(struct labels, spelling[1]),
	    offsetof(struct labels, length[1]) },
	{ NULL, 0, 0, 0 },
};

void
labels_close(struct labels *l)
{
	for (int i = 0; i < 2; i++) {
		free(l->spelling[i]);
		buf_free(&l->text[i]);
	}
	buf_free(&l->scratch);
	*l = (struct labels){ .kind = LABEL_NONE };
}

enum label_kind
label_kind(struct value v)
{
	switch (v.kind) {
	case V_NUMBER:
		return LABEL_NUMBER;
	case V_FALSE:
	case V_TRUE:
		return LABEL_BOOL;
	case V_STRING:
		return LABEL_STRING;
	case V_MISSING:
	case V_NULL:
	case V_ARRAY:
	case V_OBJECT:
		break;
	}
	return LABEL_NONE;
}

/* Returns whether the label first came in exactly this spelling. */
static bool
spelt(const struct labels *l, int index, struct value v)
{
	return l->length[index] == v.len && memcmp(l->spelling[index], v.p, v.len) == 0;
}

/*
 * Returns a label to show in a message; a long one is left out, because it could be cut inside
 * a character.
 */
static struct value
shown(const char *p, uint64_t length)
{
	static const struct value too_long = { "(a long one)", 12, V_STRING };

	return length > 40 ? too_long : (struct value){ p, (uint32_t)length, V_STRING };
}

/* Finds a label that is a number or a boolean: both of them are known from the start. */
static int
find_known(struct value v, struct err *err)
{
	const char *at = v.p;
	double x;

	if (v.kind != V_NUMBER)
		return v.kind == V_TRUE;
	if (value_f64(v, &x, err) == -1)
		return -1;
	if (x == 0)
		return 0;
	if (x == 1)
		return 1;
	v = shown(v.p, v.len);
	return err_set(err, at, "the label %.*s: labels that are numbers are 0 and 1",
	    (int)v.len, v.p);
}

/* Reserves one byte more, so that an empty text has an address, too. */
static int
read_into(struct value v, struct buf *text, struct err *err)
{
	text->len = 0;
	if (buf_reserve(text, 1) == -1)
		return err_memory(err);
	return value_text(v, text, err);
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

static int
refuse_third(const struct labels *l, struct value v, struct err *err)
{
	struct value third = shown(v.p, v.len);
	struct value a = shown(l->spelling[0], l->length[0]);
	struct value b = shown(l->spelling[1], l->length[1]);

	return err_set(err, v.p,
	    "the label %.*s is a third one: the first two were %.*s and %.*s", (int)third.len,
	    third.p, (int)a.len, a.p, (int)b.len, b.p);
}

static int
find_string(struct labels *l, struct value v, struct err *err)
{
	if (read_into(v, &l->scratch, err) == -1)
		return -1;
	for (int i = 0; i < 2; i++)
		if (l->length[i] > 0 && same(&l->scratch, &l->text[i]))
			return i;
	/* The first string counts as the later label. */
	if (l->length[1] == 0)
		return 1;
	return l->length[0] == 0 ? 0 : refuse_third(l, v, err);
}

int
labels_find(struct labels *l, struct value v, struct err *err)
{
	static const char *const kinds[] = { "", "numbers", "booleans", "strings" };
	enum label_kind kind = label_kind(v);

	if (kind == LABEL_NONE)
		return err_set(err, v.p,
		    "%s is no label: those are numbers, booleans or strings",
		    kind_name(v.kind));
	if (l->kind != LABEL_NONE && l->kind != kind)
		return err_set(err, v.p, "the label is %s; the ones before were %s",
		    kind_name(v.kind), kinds[l->kind]);
	for (int i = 0; i < 2; i++)
		if (l->length[i] > 0 && spelt(l, i, v))
			return i;
	return kind == LABEL_STRING ? find_string(l, v, err) : find_known(v, err);
}

/* Compares strings by their bytes; a string comes before a longer one that begins with it. */
static bool
in_order(const struct buf *a, const struct buf *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->p, b->p, n);

	return order != 0 ? order < 0 : a->len < b->len;
}

static void
exchange(struct labels *l)
{
	struct buf text = l->text[0];
	char *spelling = l->spelling[0];
	uint64_t length = l->length[0];

	l->text[0] = l->text[1];
	l->text[1] = text;
	l->spelling[0] = l->spelling[1];
	l->spelling[1] = spelling;
	l->length[0] = l->length[1];
	l->length[1] = length;
}

int
labels_try(struct labels *l, struct value v, int index)
{
	char *spelling;

	l->fresh_length = 0;
	if (l->length[index] > 0)
		return 0;
	spelling = realloc(l->spelling[index], v.len);
	if (spelling == NULL)
		return -1;
	memcpy(spelling, v.p, v.len);
	l->spelling[index] = spelling;
	if (v.kind == V_STRING && read_into(v, &l->text[index], NULL) == -1)
		return -1;
	l->fresh_kind = label_kind(v);
	l->fresh_length = v.len;
	return 0;
}

bool
labels_keep(struct labels *l, int index)
{
	if (l->fresh_length == 0)
		return false;
	l->kind = l->fresh_kind;
	l->length[index] = l->fresh_length;
	l->fresh_length = 0;
	if (l->kind != LABEL_STRING || l->length[0] == 0 || in_order(&l->text[0], &l->text[1]))
		return false;
	exchange(l);
	return true;
}

struct value
labels_spelling(const struct labels *l, enum label_kind kind, int index)
{
	static const struct value numbers[] = {
		{ "0", 1, V_NUMBER },
		{ "1", 1, V_NUMBER },
	};
	static const struct value booleans[] = {
		{ "false", 5, V_FALSE },
		{ "true", 4, V_TRUE },
	};
	struct value v = { l->spelling[index], (uint32_t)l->length[index], V_STRING };

	if (v.len > 0)
		return v;
	if (kind == LABEL_NUMBER)
		return numbers[index];
	if (kind == LABEL_BOOL)
		return booleans[index];
	return (struct value){ NULL, 0, V_MISSING };
}

/*
 * Returns whether this is the JSON text of a string, a number, true or false, without the
 * white space that a JSON reader allows around it: labels are kept and written like that.
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

int
labels_loaded(struct labels *l)
{
	struct value v;

	l->kind = LABEL_NONE;
	for (int i = 0; i < 2; i++) {
		if (l->length[i] == 0)
			continue;
		if (!is_label(l->spelling[i], l->length[i]))
			return -1;
		v = value_at(l->spelling[i]);
		if (l->kind != LABEL_NONE && l->kind != label_kind(v))
			return -1;
		l->kind = label_kind(v);
		if (l->kind == LABEL_STRING && read_into(v, &l->text[i], NULL) == -1)
			return -1;
		if (l->kind != LABEL_STRING && find_known(v, NULL) != i)
			return -1;
	}
	if (l->kind != LABEL_STRING || l->length[0] == 0)
		return 0;
	return l->length[1] > 0 && in_order(&l->text[0], &l->text[1]) ? 0 : -1;
}
