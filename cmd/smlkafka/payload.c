#include <string.h>

#include "control.h"
#include "payload.h"

enum { MAX_DEPTH = 1000 }; /* the other tools' default */

static const char wrapper[] = "{\"v\":";

int
payload_open(struct payload *p, struct err *err)
{
	*p = (struct payload){ .fields = fields_new() };
	if (p->fields == NULL)
		return err_memory(err);
	p->slot = fields_add_name(p->fields, "v", 1, err);
	if (p->slot == -1)
		return -1;
	return record_open(&p->record, p->fields, MAX_DEPTH, err);
}

void
payload_close(struct payload *p)
{
	record_close(&p->record);
	fields_free(p->fields);
	buf_free(&p->wrapped);
	*p = (struct payload){ 0 };
}

/* Parses text, of which the first so many bytes are ours and no fault's place. */
static int
parse(struct payload *p, const char *text, size_t n, size_t ours, size_t *byte,
    struct err *err)
{
	*byte = 0;
	if (record_parse_text(&p->record, p->fields, text, n, err) == 0)
		return 0;
	if (err->at != NULL && err->at >= p->record.copy + ours)
		*byte = (size_t)(err->at - p->record.copy) - ours + 1;
	err->at = NULL;
	return -1;
}

static int
check_control(const struct payload *p, bool models, struct err *err)
{
	struct value kind;

	if (!control_is(p->record.object))
		return 0;
	kind = value_member(p->record.object, "$sml");
	if (models && kind.kind == V_STRING && value_is(kind, "model", 5))
		return 0;
	return err_set(err, NULL, "a control line among the messages");
}

int
payload_check_object(struct payload *p, const char *text, size_t n, bool models, size_t *byte,
    struct err *err)
{
	*byte = 0;
	if (text == NULL)
		return err_set(err, NULL,
		    "a tombstone has no value: --format record or envelope shows it");
	if (n == 0)
		return err_set(err, NULL, "the value is empty, and a record is a JSON object");
	return parse(p, text, n, 0, byte, err) == -1 ? -1 : check_control(p, models, err);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int
payload_check_json(struct payload *p, const char *text, size_t n, size_t *byte,
    struct err *err)
{
	const size_t before = sizeof wrapper - 1;
	struct value v;

	*byte = 0;
	if (text == NULL)
		return 0;
	while (n > 0 && is_space(*text)) {
		text++;
		n--;
	}
	while (n > 0 && is_space(text[n - 1]))
		n--;
	if (n > 0 && *text == '{')
		return payload_check_object(p, text, n, false, byte, err);
	p->wrapped.len = 0;
	if (buf_put(&p->wrapped, wrapper, before) == -1 ||
	    buf_put(&p->wrapped, text, n) == -1 || buf_putc(&p->wrapped, '}') == -1)
		return err_memory(err);
	if (parse(p, p->wrapped.p, p->wrapped.len, before, byte, err) == -1)
		return -1;
	/* "1,"v":2" would be two members. */
	v = record_at(&p->record, p->slot);
	if (v.p != p->record.copy + before || v.len != n)
		return err_set(err, NULL, "the value is not JSON");
	if (v.kind == V_NULL)
		return err_set(err, NULL,
		    "the value is null, which in this format is a tombstone's");
	return 0;
}
