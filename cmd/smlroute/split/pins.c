/* Ids with a fixed arm. */
#include <errno.h>

#include "base/file.h"
#include "cli/stream/stream.h"
#include "keyed/table.h"
#include "split/split_id.h"
#include "split/pins.h"

int
pins_add(struct pins *pins, const void *id, size_t n, uint32_t arm, struct err *err)
{
	uint32_t *slot;
	bool fresh;

	if (pins->table == NULL)
		pins->table = table_new(sizeof *slot, UINT64_MAX);
	if (pins->table == NULL || (slot = table_put(pins->table, id, n, &fresh)) == NULL)
		return err_memory(err);
	if (!fresh && *slot != arm)
		return err_set(err, NULL, "the id is pinned to two arms");
	*slot = arm;
	return 0;
}

/* A file of pins that is being read. */
struct pin_file {
	struct pins *pins;
	const struct arms *arms;
	struct buf id, name;
	int id_slot, arm_slot;
};

static int
take(void *tool, struct record *record, struct err *err)
{
	struct pin_file *l = tool;
	struct value id = record_at(record, l->id_slot), arm = record_at(record, l->arm_slot);
	const char *bytes;
	int64_t number;
	size_t n;
	int there = split_id_read(id, &l->id, &bytes, &n, err);

	if (there == -1)
		return -1;
	if (there == 0 && id.kind == V_MISSING)
		return err_set(err, record->object.p, "a pin needs an id");
	/* --exposure writes null for a record without an id: skip it. */
	if (there == 0)
		return 0;
	l->name.len = 0;
	if (arm.kind != V_STRING)
		return err_set(err, record->object.p, "a pin needs the name of an arm");
	if (value_text(arm, &l->name, err) == -1 || buf_reserve(&l->name, 1) == -1)
		return err_memory(err);
	number = arms_need(l->arms, l->name.p, l->name.len, err);
	if (number == -1 || pins_add(l->pins, bytes, n, (uint32_t)number, err) == -1) {
		err->at = number == -1 ? arm.p : id.p;
		return -1;
	}
	return 0;
}

int
pins_load(struct pins *pins, const char *path, const struct common *common,
    const struct arms *arms, struct err *err)
{
	struct pin_file l = { .pins = pins, .arms = arms };
	struct fields *fields;
	int result = -1;

	if (file_check(path, err) == -1)
		return -1;
	fields = fields_new();
	if (fields == NULL) {
		(void)err_memory(err);
		goto out;
	}
	l.id_slot = fields_add(fields, "id", NULL, err);
	l.arm_slot = fields_add(fields, "arm", NULL, err);
	if (l.id_slot != -1 && l.arm_slot != -1)
		result = stream_read_file(path, common, fields, take, &l, err);
out:
	buf_free(&l.id);
	buf_free(&l.name);
	fields_free(fields);
	return result;
}

int64_t
pins_find(const struct pins *pins, const void *id, size_t n)
{
	const uint32_t *arm = pins->table == NULL ? NULL : table_get(pins->table, id, n);

	return arm == NULL ? -1 : (int64_t)*arm;
}

void
pins_free(struct pins *pins)
{
	if (pins->table != NULL)
		table_free(pins->table);
	*pins = (struct pins){ 0 };
}
