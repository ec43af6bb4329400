/* Finds the sink of each result. */
#include <stdlib.h>
#include <string.h>

#include "sink/sink_router.h"

enum { DEPTH = 1000 };

static int
add_fields(struct sink_router *r, struct err *err)
{
	for (size_t i = 0; i < r->names->rules; i++) {
		r->slot[i] = fields_add(r->fields, r->names->rule[i].field, NULL, err);
		if (r->slot[i] == -1)
			return -1;
	}
	if (r->key == NULL)
		return 0;
	r->key_slot = fields_add(r->fields, r->key, NULL, err);
	return r->key_slot == -1 ? -1 : 0;
}

int
sink_router_open(struct sink_router *r, const struct sink_names *names, const char *key,
    struct err *err)
{
	*r = (struct sink_router){ .names = names, .key = key };
	if (names->rules == 0 && key == NULL)
		return 0;
	r->fields = fields_new();
	r->slot = calloc(names->rules + 1, sizeof *r->slot);
	if (r->fields == NULL || r->slot == NULL)
		return err_memory(err);
	if (add_fields(r, err) == -1)
		return -1;
	return record_open(&r->record, r->fields, DEPTH, err);
}

void
sink_router_close(struct sink_router *r)
{
	if (r->fields != NULL)
		record_close(&r->record);
	fields_free(r->fields);
	free(r->slot);
	buf_free(&r->text);
	*r = (struct sink_router){ 0 };
}

static bool
matches(struct value v, const char *text)
{
	size_t n = strlen(text);

	if (v.kind == V_STRING)
		return value_is(v, text, n);
	return !value_none(v) && v.len == n && memcmp(v.p, text, n) == 0;
}

int
sink_router_read(struct sink_router *r, const char *p, size_t n, size_t *sink, struct err *err)
{
	*sink = 0;
	if (r->fields == NULL)
		return 0;
	r->is_record = record_parse_text(&r->record, r->fields, p, n, &r->why) == 0;
	if (!r->is_record && r->why.memory)
		return err_memory(err);
	for (size_t i = 0; i < r->names->rules && r->is_record; i++)
		if (matches(record_at(&r->record, r->slot[i]), r->names->rule[i].value)) {
			*sink = r->names->rule[i].sink;
			return 0;
		}
	return 0;
}

int
sink_router_key(struct sink_router *r, struct bytes *key, struct err *err)
{
	struct value v;

	*key = (struct bytes){ 0 };
	if (r->key == NULL)
		return 0;
	if (!r->is_record) {
		*err = r->why;
		return -1;
	}
	v = record_at(&r->record, r->key_slot);
	if (value_none(v))
		return 0;
	*key = (struct bytes){ v.p, v.len };
	if (v.kind != V_STRING)
		return 0;
	r->text.len = 0;
	if (buf_reserve(&r->text, v.len) == -1)
		return err_memory(err);
	if (value_text(v, &r->text, err) == -1)
		return -1;
	*key = (struct bytes){ r->text.p, r->text.len };
	return 0;
}
