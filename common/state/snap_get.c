/* Reads a struct's members from a line of a snapshot. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/base64.h"
#include "state/snap.h"

static int
get_bool(struct value v, bool *yes, struct err *err)
{
	if (v.kind != V_TRUE && v.kind != V_FALSE)
		return err_set(err, v.p, "true or false is needed, not %s", kind_name(v.kind));
	*yes = v.kind == V_TRUE;
	return 0;
}

/* Reads a number made only of digits, as write_u64 writes it. */
static int
get_u64(struct value v, uint64_t *x, struct err *err)
{
	uint64_t sum = 0, digit;

	if (v.kind != V_NUMBER)
		return err_set(err, v.p, "an integer is needed, not %s", kind_name(v.kind));
	for (uint32_t i = 0; i < v.len; i++) {
		digit = (uint64_t)(unsigned char)v.p[i] - '0';
		if (digit > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, digit, &sum))
			return err_set(err, v.p, "an integer from 0 to 2^64-1 is needed");
	}
	*x = sum;
	return 0;
}

static int
get_f64(struct value v, double *x, struct err *err)
{
	if (v.kind == V_NULL)
		*x = (double)NAN;
	else if (value_is(v, "inf", 3))
		*x = (double)INFINITY;
	else if (value_is(v, "-inf", 4))
		*x = -(double)INFINITY;
	else
		return value_f64(v, x, err);
	return 0;
}

/* Hands over the new elements; frees the old ones. */
static void
set_array(void *noun, const struct member *m, void *elements, uint64_t count)
{
	void *at = (char *)noun + m->at, *old;

	memcpy(&old, at, sizeof old);
	free(old);
	memcpy(at, &elements, sizeof elements);
	memcpy((char *)noun + m->count_at, &count, sizeof count);
}

/* Returns the most items that an array of scalars can have: one after each comma. */
static size_t
most_items(struct value array)
{
	const char *end = array.p + array.len;
	size_t n = 1;

	for (const char *p = array.p; (p = memchr(p, ',', (size_t)(end - p))) != NULL; p++)
		n++;
	return n;
}

static int
get_numbers(struct value v, const struct member *m, void *noun, struct err *err)
{
	struct value name, item = { 0 };
	uint64_t n = 0;
	union {
		void *any;
		int64_t *i64;
		double *f64;
	} to;
	int status;

	if (v.kind != V_ARRAY)
		return err_set(err, v.p, "an array is needed, not %s", kind_name(v.kind));
	to.any = malloc(most_items(v) * 8);
	if (to.any == NULL)
		return err_memory(err);
	while (value_next(v, &name, &item)) {
		if (m->kind == M_I64S)
			status = value_i64(item, to.i64 + n, err);
		else
			status = get_f64(item, to.f64 + n, err);
		if (status == -1) {
			free(to.any);
			return -1;
		}
		n++;
	}
	if (n == 0) {
		free(to.any);
		to.any = NULL;
	}
	set_array(noun, m, to.any, n);
	return 0;
}

static int
get_bytes(struct value v, const struct member *m, void *noun, struct err *err)
{
	struct buf text = { 0 };
	struct value coded;
	char *exact;

	errno = 0;
	if (v.kind == V_OBJECT) {
		coded = value_member(v, "base64");
		if (coded.kind != V_STRING ||
		    base64_read(&text, coded.p + 1, coded.len - 2) == -1) {
			if (errno == ENOMEM)
				goto memory;
			err_set(err, v.p, "a string or {\"base64\":…} is needed");
			goto fail;
		}
	} else if (value_text(v, &text, err) == -1) {
		goto fail;
	}
	if (buf_putc(&text, '\0') == -1)
		goto memory;
	exact = realloc(text.p, text.len);
	set_array(noun, m, exact == NULL ? text.p : exact, text.len - 1);
	return 0;
memory:
	err_memory(err);
fail:
	buf_free(&text);
	return -1;
}

static int
get_json(struct value v, const struct member *m, void *noun, struct err *err)
{
	char *json;

	if (v.kind == V_NULL) {
		set_array(noun, m, NULL, 0);
		return 0;
	}
	json = malloc((size_t)v.len + 1);
	if (json == NULL)
		return err_memory(err);
	memcpy(json, v.p, v.len);
	json[v.len] = '\0';
	set_array(noun, m, json, v.len);
	return 0;
}

static int
get_member(struct value v, const struct member *m, void *noun, struct err *err)
{
	void *at = (char *)noun + m->at;

	switch (m->kind) {
	case M_BOOL:
		return get_bool(v, at, err);
	case M_I64:
		return value_i64(v, at, err);
	case M_U64:
		return get_u64(v, at, err);
	case M_F64:
		return get_f64(v, at, err);
	case M_I64S:
	case M_F64S:
		return get_numbers(v, m, noun, err);
	case M_BYTES:
		return get_bytes(v, m, noun, err);
	case M_JSON:
		return get_json(v, m, noun, err);
	}
	return -1;
}

/* Finds the row of a name: nearly always the row after the last one found. */
static const struct member *
find(const struct member *table, const struct member *next, struct value name)
{
	if (next->name != NULL && value_is(name, next->name, strlen(next->name)))
		return next;
	for (; table->name != NULL; table++) {
		if (value_is(name, table->name, strlen(table->name)))
			return table;
	}
	return NULL;
}

int
snap_get(struct value object, const struct member *table, void *noun, struct err *err)
{
	const struct member *m, *next = table;
	struct value name, item = { 0 };
	uint64_t seen = 0;
	struct err why;

	while (value_next(object, &name, &item)) {
		m = find(table, next, name);
		if (m == NULL)
			continue;
		if (get_member(item, m, noun, &why) == -1)
			return err_set(err, why.at, "member \"%s\": %s", m->name, why.text);
		seen |= UINT64_C(1) << (m - table);
		next = m + 1;
	}
	for (m = table; m->name != NULL; m++) {
		if ((seen >> (m - table) & 1) == 0)
			return err_set(err, object.p, "member \"%s\" is missing", m->name);
	}
	return 0;
}
