/*
 * Keys of two values, one a line.  Strings are ordered as jansson reads them, numbers as
 * strtod reads them, and neither key is the beginning of the other.
 */
#include <jansson.h>

#include "keyed/key.h"

#include "fuzz.h"
#include "grammar.h"

static int
sign(int order)
{
	return (order > 0) - (order < 0);
}

/* Memory, then length. */
static int
compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? sign(order) : (a_len > b_len) - (a_len < b_len);
}

static void
check_strings(struct value a, struct value b)
{
	size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_t *p = json_loadb(a.p, a.len, flags, NULL),
	       *q = json_loadb(b.p, b.len, flags, NULL);
	struct buf x = { 0 }, y = { 0 };

	if (json_is_string(p) && json_is_string(q)) {
		need(key_make(&a, 1, &x, NULL) == 0 && key_make(&b, 1, &y, NULL) == 0);
		need(compare_bytes(x.p, x.len, y.p, y.len) ==
		    compare_bytes(json_string_value(p), json_string_length(p),
			json_string_value(q), json_string_length(q)));
	}
	json_decref(p);
	json_decref(q);
	buf_free(&x);
	buf_free(&y);
}

/* jansson would accept space around a string. */
static bool
is_quoted(struct value v)
{
	return v.len >= 2 && v.p[0] == '"' && v.p[v.len - 1] == '"';
}

static void
check_numbers(struct value a, struct value b)
{
	double p = strtod(a.p, NULL), q = strtod(b.p, NULL);
	struct buf x = { 0 }, y = { 0 };
	int order;

	if (key_make(&a, 1, &x, NULL) == 0 && key_make(&b, 1, &y, NULL) == 0) {
		order = compare_bytes(x.p, x.len, y.p, y.len);
		need(p == q || order == (p > q) - (p < q));
		need(order == 0 || memcmp(x.p, y.p, x.len < y.len ? x.len : y.len) != 0);
	}
	buf_free(&x);
	buf_free(&y);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *second;
	struct value a, b;

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	second = memchr(text, '\n', size);
	if (second == NULL)
		goto out;
	*second++ = '\0';
	a = (struct value){ text, (uint32_t)(second - 1 - text), V_STRING };
	b = (struct value){ second, (uint32_t)(text + size - second), V_STRING };
	if (is_number(a.p) && is_number(b.p) && strlen(a.p) == a.len && strlen(b.p) == b.len) {
		a.kind = b.kind = V_NUMBER;
		check_numbers(a, b);
	} else if (is_quoted(a) && is_quoted(b)) {
		check_strings(a, b);
	}
out:
	free(text);
	return 0;
}
