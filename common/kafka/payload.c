/* Checks whether a message's value can become a record. */
#include <string.h>

#include "kafka/payload.h"

enum { MAX_DEPTH = 1000 }; /* the default of all programs */

static const char wrapper[] = "{\"v\":";

int
payload_open(struct payload *p, struct err *err)
{
	*p = (struct payload){ .none = fields_new(), .wrapping = fields_new() };
	if (p->none == NULL || p->wrapping == NULL)
		return err_memory(err);
	p->slot = fields_add_name(p->wrapping, "v", 1, err);
	if (p->slot == -1 || record_open(&p->record, p->none, MAX_DEPTH, err) == -1)
		return -1;
	return record_open(&p->wrapped, p->wrapping, MAX_DEPTH + 1, err);
}

void
payload_close(struct payload *p)
{
	record_close(&p->record);
	record_close(&p->wrapped);
	fields_free(p->none);
	fields_free(p->wrapping);
	buf_free(&p->text);
	*p = (struct payload){ 0 };
}

static int
check_control(struct value object, bool models, struct err *err)
{
	struct value kind;

	if (!value_is_control(object))
		return 0;
	kind = value_member(object, "$sml");
	if (models && kind.kind == V_STRING && value_is(kind, "model", 5))
		return 0;
	return err_set(err, object.p, "a control line among the messages");
}

int
payload_check_object(struct payload *p, char *value, size_t n, bool models, struct err *err)
{
	struct line line = { .at = value, .size = n };

	memset(value + n, '\n', PAYLOAD_SLACK);
	if (record_parse(&p->record, p->none, &line, err) == -1)
		return -1;
	return check_control(p->record.object, models, err);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Returns 0 if the wrapper has only the value put there: 1,"v":2 would be two members. */
static int
check_wrapped(const struct payload *p, size_t n, struct err *err)
{
	struct value v = record_at(&p->wrapped, p->slot);

	if (v.p != p->wrapped.copy.p + sizeof wrapper - 1 || v.len != n)
		return err_set(err, NULL, "the value is not JSON");
	if (v.kind == V_NULL)
		return err_set(err, NULL,
		    "the value is null, which in this format is a tombstone's");
	return v.kind == V_OBJECT ? check_control(v, false, err) : 0;
}

int
payload_check_json(struct payload *p, const char *value, size_t n, size_t *byte,
    struct err *err)
{
	const size_t before = sizeof wrapper - 1;
	const char *start = value;

	*byte = 0;
	while (n > 0 && is_space(*start)) {
		start++;
		n--;
	}
	while (n > 0 && is_space(start[n - 1]))
		n--;
	p->text.len = 0;
	if (buf_put(&p->text, wrapper, before) == -1 || buf_put(&p->text, start, n) == -1 ||
	    buf_putc(&p->text, '}') == -1)
		return err_memory(err);
	if (record_parse_text(&p->wrapped, p->wrapping, p->text.p, p->text.len, err) == 0 &&
	    check_wrapped(p, n, err) == 0)
		return 0;
	if (err->at != NULL && err->at >= p->wrapped.copy.p + before) {
		*byte = (size_t)(err->at - p->wrapped.copy.p) - before;
		/* A fault at the end of the wrapper is a fault at the end of the value. */
		*byte = (*byte < n ? *byte : n) + (size_t)(start - value) + 1;
	}
	err->at = NULL;
	return -1;
}
