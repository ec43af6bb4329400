/* Writes and reads entities as lines of JSON. */
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "keyed/key.h"
#include "line.h"

static void
put_time(struct out *out, const char *before, int64_t time)
{
	char text[INSTANT_MAX];

	out_puts(out, before);
	out_write(out, text, instant_write(text, time));
	out_puts(out, "\"");
}

static void
put_feature(struct out *out, const struct feature *f)
{
	text_write_json(out, f->name, f->name_len);
	out_puts(out, ":{\"value\":");
	if (f->value != NULL)
		out_write(out, f->value, f->value_len);
	else
		out_puts(out, "null");
	put_time(out, ",\"time\":\"", f->time);
	if (f->expires != ENTITY_NEVER)
		put_time(out, ",\"expires\":\"", f->expires);
	out_puts(out, "}");
}

void
line_write(struct out *out, const struct store_entry *entry)
{
	const struct entity *e = &entry->entity;

	out_puts(out, "{\"key\":");
	text_write_bytes(out, entry->id, entry->id_len);
	if (e->deleted != INSTANT_NONE) {
		put_time(out, ",\"deleted\":\"", e->deleted);
		if (e->deleted_expires != ENTITY_NEVER)
			put_time(out, ",\"forgotten\":\"", e->deleted_expires);
	}
	out_puts(out, ",\"features\":{");
	for (size_t i = 0; i < e->count; i++) {
		if (i > 0)
			out_puts(out, ",");
		put_feature(out, &e->feature[i]);
	}
	out_puts(out, "}}\n");
}

void
line_write_latest(struct out *out, int64_t latest)
{
	put_time(out, "{\"latest\":\"", latest);
	out_puts(out, "}\n");
}

int
line_reject(struct output *output, const struct store_entry *entry, struct err *err)
{
	if (!output->rejects.open)
		return err_add(err, "; --rejects FILE goes on without it");
	side_file_write(&output->rejects, err->text, &(struct place){ 0 }, NULL, entry->id,
	    entry->id_len);
	return 0;
}

int
line_declare(struct line_fields *f, struct fields *fields, struct err *err)
{
	static const char *const names[] = { "key", "features", "deleted", "forgotten",
		"latest" };
	int *const slots[] = { &f->key, &f->features, &f->deleted, &f->forgotten, &f->latest };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		*slots[i] = fields_add_name(fields, names[i], strlen(names[i]), err);
		if (*slots[i] == -1)
			return -1;
	}
	return 0;
}

/* Reads a time, which must be RFC 3339; *time is unchanged if there is none. */
static int
get_time(struct value v, int64_t *time, struct err *err)
{
	struct time_field plain = { .unit = UNIT_NS };

	if (v.kind == V_MISSING)
		return 0;
	if (v.kind != V_STRING)
		return err_set(err, v.p, "a time is needed, not %s", kind_name(v.kind));
	return value_time(v, &plain, time, err);
}

/* Reads {"value":…,"time":…,"expires":…} into a feature; text has enough room. */
static int
get_feature(struct value object, struct feature *f, struct buf *text, struct err *err)
{
	struct value value = value_member(object, "value");

	f->time = INSTANT_NONE;
	f->expires = ENTITY_NEVER;
	if (object.kind != V_OBJECT || value.kind == V_MISSING)
		return err_set(err, object.p,
		    "a feature is {\"value\":…,\"time\":…}, as dump writes it");
	if (get_time(value_member(object, "time"), &f->time, err) == -1 ||
	    get_time(value_member(object, "expires"), &f->expires, err) == -1)
		return -1;
	if (f->time == INSTANT_NONE)
		return err_set(err, object.p, "the feature has no time");
	if (f->expires < f->time)
		return err_set(err, object.p, "the feature expires before its time");
	if (value.kind != V_NULL) {
		f->value = buf_keep(text, value.p, value.len);
		f->value_len = value.len;
	}
	return 0;
}

static int
get_features(struct value object, struct entity *e, struct buf *text, struct err *err)
{
	struct value name, item = { 0 };
	struct feature f;
	size_t start;

	if (object.kind != V_OBJECT)
		return err_set(err, object.p, "the features of an entity are an object");
	/* Names and values do not get longer, so text never moves, and f stays valid. */
	if (buf_reserve(text, object.len) == -1)
		return err_memory(err);
	while (value_next(object, &name, &item)) {
		f = (struct feature){ 0 };
		start = text->len;
		if (value_text(name, text, err) == -1)
			return -1;
		f.name = text->p + start;
		f.name_len = (uint32_t)(text->len - start);
		if (get_feature(item, &f, text, err) == -1 || entity_append(e, &f, err) == -1)
			return -1;
	}
	return entity_settle(e, err);
}

int
line_read(const struct line_fields *f, const struct record *record, struct buf *id,
    struct entity *e, struct buf *text, int64_t *latest, struct err *err)
{
	struct value key = record_at(record, f->key);

	id->len = text->len = 0;
	*latest = INSTANT_NONE;
	entity_clear(e);
	if (get_time(record_at(record, f->latest), latest, err) == -1)
		return -1;
	if (key.kind == V_MISSING && *latest != INSTANT_NONE)
		return 0;
	if (key.kind == V_STRING && key.len - 2 > KEY_LONGEST)
		return err_set(err, key.p, "a key of more than %d bytes", KEY_LONGEST);
	if (key.kind != V_STRING || key.len == 2)
		return err_set(err, key.kind == V_MISSING ? record->object.p : key.p,
		    "a line of a dump has the key of an entity, a text");
	if (value_text(key, id, err) == -1 ||
	    get_time(record_at(record, f->deleted), &e->deleted, err) == -1 ||
	    get_time(record_at(record, f->forgotten), &e->deleted_expires, err) == -1 ||
	    get_features(record_at(record, f->features), e, text, err) == -1)
		return -1;
	if (e->deleted == INSTANT_NONE && e->deleted_expires != ENTITY_NEVER)
		return err_set(err, record->object.p, "\"forgotten\" needs \"deleted\"");
	for (size_t i = 0; i < e->count; i++)
		if (e->feature[i].time < e->deleted)
			return err_set(err, record->object.p,
			    "a feature is older than the deletion of its entity");
	return 1;
}
