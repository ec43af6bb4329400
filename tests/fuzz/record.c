/*
 * Records of any bytes, against jansson: what it accepts we accept, and make the same of it; what it
 * refuses we refuse.  Known differences: jansson has no integers beyond 64 bits and no reals
 * beyond a double, no lone surrogates, no U+0000 in names and another limit of depth; and we take no
 * array for a record.
 *
 * Then the same bytes are cut into lines by the reader, which indexes a block at a time.
 * Each line must be parsed as it is when it is parsed alone, and skimmed to the same.
 */
#include <sys/mman.h>

#include <unistd.h>

#include <jansson.h>

#include "json/reader.h"
#include "json/record.h"

#include "fuzz.h"

enum { MAX_DEPTH = 500, MAX_LINE = 1000 };

static const char *const paths[] = { "a", "a.b", "a.0", "a.0.b", "b.1", "b.1.a", "/", "//" };
enum { PATHS = sizeof paths / sizeof *paths };

/* --- a value as jansson sees it --------------------------------------------- */

static bool same(struct value, const json_t *);

static bool
same_string(struct value v, const char *p, size_t n)
{
	struct buf text = { 0 };
	bool is = value_text(v, &text, NULL) == 0 && text.len == n &&
	    (n == 0 || memcmp(text.p, p, n) == 0) && value_is(v, p, n);

	buf_free(&text);
	return is;
}

static bool
same_number(struct value v, const json_t *json)
{
	int64_t i;
	double x;

	if (json_is_integer(json))
		return value_i64(v, &i, NULL) == 0 && i == json_integer_value(json);
	return value_f64(v, &x, NULL) == 0 && x == json_real_value(json);
}

static bool
same_array(struct value v, const json_t *json)
{
	struct value name, item = { 0 };
	size_t n = 0;

	for (; value_next(v, &name, &item); n++) {
		if (n >= json_array_size(json) || !same(item, json_array_get(json, n)))
			return false;
	}
	return n == json_array_size(json);
}

/* Returns whether each of our names is there, and each of theirs has the value that counts. */
static bool
same_object(struct value v, const json_t *json)
{
	struct value name, item = { 0 };
	struct buf text = { 0 };
	bool is = true;

	while (is && value_next(v, &name, &item)) {
		text.len = 0;
		need(value_text(name, &text, NULL) == 0 && buf_putc(&text, '\0') == 0);
		is = json_object_get(json, text.p) != NULL &&
		    same(value_member(v, text.p), json_object_get(json, text.p));
	}
	buf_free(&text);
	return is;
}

static bool
same(struct value v, const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return v.kind == V_OBJECT && same_object(v, json);
	case JSON_ARRAY:
		return v.kind == V_ARRAY && same_array(v, json);
	case JSON_STRING:
		return v.kind == V_STRING &&
		    same_string(v, json_string_value(json), json_string_length(json));
	case JSON_TRUE:
		return v.kind == V_TRUE;
	case JSON_FALSE:
		return v.kind == V_FALSE;
	case JSON_NULL:
		return v.kind == V_NULL;
	default:
		return v.kind == V_NUMBER && same_number(v, json);
	}
}

/* Returns whether jansson may refuse this although it is JSON. */
static bool
known(const json_error_t *error)
{
	enum json_error_code code = json_error_code(error);

	return code == json_error_numeric_overflow || code == json_error_null_byte_in_key ||
	    code == json_error_stack_overflow ||
	    strncmp(error->text, "invalid Unicode '\\u", 19) == 0;
}

static void
check_jansson(const struct record *r, bool accepted, const char *why, const char *text,
    size_t n)
{
	json_error_t error;
	json_t *json = json_loadb(text, n, JSON_ALLOW_NUL, &error);

	if (memchr(text, '\0', n) != NULL)
		need(!accepted); /* jansson overlooks some */
	else if (json == NULL)
		need(!accepted || known(&error));
	else if (!accepted)
		need(json_is_array(json) || strstr(why, "--max-depth") != NULL);
	else
		need(same(r->object, json));
	json_decref(json);
}

/* --- the slots, and the same by walking -------------------------------------- */

static struct value
walk(struct value v, const char *path)
{
	char name[8], *rest = strcpy(name, path), *step;
	struct value ignored, item;

	if (path[0] == '/')
		return path[1] == '/' ? value_member(value_member(v, ""), "") :
					value_member(v, "");
	while ((step = strsep(&rest, ".")) != NULL) {
		if (v.kind == V_ARRAY && step[0] >= '0' && step[0] <= '9') {
			item = (struct value){ 0 };
			for (int i = 0; i <= step[0] - '0'; i++) {
				if (!value_next(v, &ignored, &item))
					return (struct value){ 0 };
			}
			v = item;
		} else {
			v = value_member(v, step);
		}
	}
	return v;
}

static void
check_slots(const struct record *r)
{
	for (int i = 0; i < PATHS; i++) {
		struct value slot = record_at(r, i), walked = walk(r->object, paths[i]);

		need(slot.kind == walked.kind);
		need(slot.kind == V_MISSING || (slot.p == walked.p && slot.len == walked.len));
	}
}

/* --- lines from the reader --------------------------------------------------- */

static void
check_same(const struct record *r, const struct record *alone)
{
	need(r->object.len == alone->object.len);
	for (int i = 0; i < PATHS; i++) {
		struct value v = record_at(r, i), w = record_at(alone, i);

		need(v.kind == w.kind && v.len == w.len);
		need(v.kind == V_MISSING || memcmp(v.p, w.p, v.len) == 0);
	}
}

static void
check_line(struct record *r, struct record *alone, const struct fields *f, struct line *line)
{
	struct err err, other;
	int result = record_parse(r, f, line, &err);

	need(line->size <= MAX_LINE && memchr(line->at, '\n', line->size) == NULL);
	need(record_parse_text(alone, f, line->at, line->size, &other) == result);
	if (result == -1) {
		/*
		 * A line with a bad byte keeps its block from being indexed; then it alone is
		 * blamed.
		 */
		need(line->index == NULL || strcmp(err.text, other.text) == 0);
		need(err.at == NULL || err.at - line->at == other.at - alone->copy.p);
		(void)record_skim(r, f, line, &err);
		return;
	}
	check_same(r, alone);
	need(record_skim(r, f, line, &err) == 0);
	check_same(r, alone);
}

static void
check_lines(struct record *r, struct record *alone, const struct fields *f, int fd)
{
	/* kept, because it is too large to be made for each input */
	static struct reader *reader;
	struct line line = { 0 };
	const char *piece;
	bool last;
	size_t n;

	if (reader == NULL)
		reader = reader_new(MAX_LINE, NULL);
	need(reader != NULL);
	reader_start(reader, fd, 0, 1);
	for (;;) {
		switch (reader_next(reader, &line)) {
		case READER_LINE:
			check_line(r, alone, f, &line);
			break;
		case READER_MORE:
			need(reader_fill(reader) != -1);
			break;
		case READER_LONG:
			line = (struct line){ 0 };
			for (last = false; !last;) {
				if (reader_piece(reader, &piece, &n, &last) == READER_MORE)
					need(reader_fill(reader) != -1);
			}
			break;
		case READER_END:
			return;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct fields *fields = fields_new();
	struct record record, alone;
	const char *text = (const char *)data;
	struct err err = { 0 };
	bool accepted;

	for (int i = 0; i < PATHS; i++)
		need(fields_add(fields, paths[i], NULL, NULL) == i);
	need(record_open(&record, fields, MAX_DEPTH, NULL) == 0);
	need(record_open(&alone, fields, MAX_DEPTH, NULL) == 0);
	accepted = record_parse_text(&record, fields, text, size, &err) == 0;
	check_jansson(&record, accepted, err.text, text, size);
	if (accepted)
		check_slots(&record);
	if (fd == -1)
		fd = memfd_create("lines", 0);
	need(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size &&
	    lseek(fd, 0, SEEK_SET) == 0);
	check_lines(&record, &alone, fields, fd);
	record_close(&record);
	record_close(&alone);
	fields_free(fields);
	return 0;
}
