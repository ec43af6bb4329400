/*
 * Fields of any spelling.  Each input is tried twice.  First it is a list of fields.  Then it
 * is names, one a line, each nested in the one before: their path and their JSON Pointer must
 * be the same field, and find the value.
 */
#include "base/buf.h"
#include "base/text.h"
#include "json/record.h"

#include "fuzz.h"

enum { MAX = 16 };

/*
 * Tries a list: if a field in it is spelt as fields_path spells it, it is the same field
 * again.
 */
static void
check_list(const char *list)
{
	struct fields *fields = fields_new();
	struct err err = { 0 };
	int slots[MAX], n = fields_list(fields, list, slots, MAX, &err);

	need(n == -1 ? err.text[0] != '\0' : n > 0 && n <= MAX && n == fields_count(fields));
	for (int i = 0; i < n; i++)
		need(slots[i] == i && fields_path(fields, i) != NULL);
	fields_free(fields);
}

/* Adds a name to a path, with a \ before each character that would mean something else. */
static void
spell(struct buf *path, const char *name, size_t n)
{
	need(path->len == 0 || buf_putc(path, '.') == 0);
	for (size_t i = 0; i < n; i++) {
		if (strchr(".,=()\\/ \t", name[i]) != NULL)
			need(buf_putc(path, '\\') == 0);
		need(buf_putc(path, name[i]) == 0);
	}
}

static void
spell_pointer(struct buf *pointer, const char *name, size_t n)
{
	need(buf_putc(pointer, '/') == 0);
	for (size_t i = 0; i < n; i++) {
		if (name[i] == '~')
			need(buf_puts(pointer, "~0") == 0);
		else if (name[i] == '/')
			need(buf_puts(pointer, "~1") == 0);
		else if (strchr(",=()\\ \t", name[i]) != NULL)
			need(buf_putc(pointer, '\\') == 0 && buf_putc(pointer, name[i]) == 0);
		else
			need(buf_putc(pointer, name[i]) == 0);
	}
}

static void
check_value(const char *path, const char *pointer, bool is_path, const struct buf *json)
{
	struct fields *fields = fields_new();
	struct record r;
	int slot = fields_add(fields, pointer, NULL, NULL);

	need(slot == 0);
	if (is_path)
		need(fields_add(fields, path, NULL, NULL) == slot);
	need(record_open(&r, fields, 10000, NULL) == 0);
	need(record_parse_text(&r, fields, json->p, json->len, NULL) == 0);
	need(record_at(&r, slot).kind == V_NUMBER && *record_at(&r, slot).p == '7');
	record_close(&r);
	fields_free(fields);
}

/* One name below the other. */
static void
check_names(const char *names)
{
	struct buf path = { 0 }, pointer = { 0 }, json = { 0 };
	bool is_path = true; /* a path has no empty names */
	int depth = 0;
	size_t n;

	for (; depth < MAX; depth++, names += n + 1) {
		n = strcspn(names, "\n");
		is_path = is_path && n > 0;
		spell(&path, names, n);
		spell_pointer(&pointer, names, n);
		need(buf_putc(&json, '{') == 0 && buf_put_json(&json, names, n) == 0 &&
		    buf_putc(&json, ':') == 0);
		if (names[n] == '\0')
			break;
	}
	need(buf_putc(&json, '7') == 0);
	for (int i = 0; i <= depth && i < MAX; i++)
		need(buf_putc(&json, '}') == 0);
	need(buf_putc(&path, '\0') == 0 && buf_putc(&pointer, '\0') == 0);
	check_value(path.p, pointer.p, is_path, &json);
	buf_free(&path);
	buf_free(&pointer);
	buf_free(&json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	need(text != NULL);
	check_list(text);
	if (text_is_utf8(text, strlen(text)))
		check_names(text);
	free(text);
	return 0;
}
