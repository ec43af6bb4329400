/* Small JSON documents. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "base/replace.h"
#include "base/text.h"
#include "json/doc.h"

json_t *
doc_read(const char *text, size_t n, struct err *err)
{
	json_error_t error = { 0 };
	json_t *doc = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

	/* jansson has no text for one error: out of memory. */
	if (doc == NULL && error.text[0] == '\0')
		(void)err_memory(err);
	else if (doc == NULL)
		err_set(err, NULL, "%d:%d: %s", error.line, error.column, error.text);
	return doc;
}

json_t *
doc_load(const char *path, struct err *err)
{
	struct buf text = { 0 };
	json_t *doc = NULL;
	struct err why;

	if (file_read(path, &text, err) == 0) {
		doc = doc_read(text.p, text.len, &why);
		if (doc == NULL && why.memory) {
			(void)err_memory(err);
			errno = ENOMEM;
		} else if (doc == NULL) {
			err_set(err, NULL, "%s:%s", path, why.text);
			errno = EINVAL;
		}
	}
	buf_free(&text);
	return doc;
}

static void
write_integer(struct out *o, json_int_t x)
{
	out_advance(o, num_write_i64(out_room(o, NUM_MAX), x));
}

/* Writes a double, always with a point or an exponent, so that it is read back as a double. */
static void
write_real(struct out *o, double x)
{
	char *p = out_room(o, NUM_MAX + 3);
	size_t n = 0;

	if (x == 0 && signbit(x))
		p[n++] = '-';
	n += num_write_f64(p + n, x);
	if (memchr(p, '.', n) == NULL && memchr(p, 'e', n) == NULL) {
		p[n++] = '.';
		p[n++] = '0';
	}
	out_advance(o, n);
}

static bool
flat(const json_t *array)
{
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		if (json_is_array(item) || json_is_object(item))
			return false;
	}
	return true;
}

/* The depth of a value; ONE_LINE: no line breaks, no indents. */
enum { ONE_LINE = -1 };

static void write_value(struct out *, json_t *, int depth);

static int
deeper(int depth)
{
	return depth == ONE_LINE ? ONE_LINE : depth + 1;
}

static void
write_line(struct out *o, int depth)
{
	if (depth == ONE_LINE)
		return;
	out_write(o, "\n", 1);
	for (; depth > 0; depth--)
		out_write(o, "\t", 1);
}

static void
write_array(struct out *o, const json_t *array, int depth)
{
	bool one_line = flat(array);
	json_t *item;
	size_t i;

	out_puts(o, "[");
	json_array_foreach(array, i, item) {
		if (i > 0)
			out_puts(o, one_line && depth != ONE_LINE ? ", " : ",");
		if (!one_line)
			write_line(o, deeper(depth));
		write_value(o, item, deeper(depth));
	}
	if (!one_line)
		write_line(o, depth);
	out_puts(o, "]");
}

static void
write_object(struct out *o, json_t *object, int depth)
{
	const char *name;
	json_t *item;
	size_t n = 0;

	out_puts(o, "{");
	json_object_foreach(object, name, item) {
		if (n++ > 0)
			out_puts(o, ",");
		write_line(o, deeper(depth));
		text_write_json(o, name, strlen(name));
		out_puts(o, depth == ONE_LINE ? ":" : ": ");
		write_value(o, item, deeper(depth));
	}
	if (n > 0)
		write_line(o, depth);
	out_puts(o, "}");
}

static void
write_value(struct out *o, json_t *v, int depth)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		write_object(o, v, depth);
		break;
	case JSON_ARRAY:
		write_array(o, v, depth);
		break;
	case JSON_STRING:
		text_write_json(o, json_string_value(v), json_string_length(v));
		break;
	case JSON_INTEGER:
		write_integer(o, json_integer_value(v));
		break;
	case JSON_REAL:
		write_real(o, json_real_value(v));
		break;
	case JSON_TRUE:
		out_puts(o, "true");
		break;
	case JSON_FALSE:
		out_puts(o, "false");
		break;
	case JSON_NULL:
		out_puts(o, "null");
		break;
	}
}

int
doc_begin(struct replace *r, const char *path, mode_t mode, json_t *doc, struct err *err)
{
	if (replace_begin(r, path, mode, err) == -1)
		return -1;
	write_value(&r->out, doc, 0);
	out_write(&r->out, "\n", 1);
	return 0;
}

void
doc_write(struct out *o, json_t *doc)
{
	write_value(o, doc, ONE_LINE);
}
