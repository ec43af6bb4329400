/* Reads what a window needs of a record: its key, its time, the values of its fields. */
#include "run/event.h"

#include <errno.h>
#include <stdlib.h>

#include "keyed/key.h"
#include "numbers/number.h"
#include "run/run.h"

int
event_open(struct event *event, const struct run *run)
{
	*event = (struct event){
		.cells = calloc(run->columns.count + 1, sizeof *event->cells),
		.key_values = calloc((size_t)run->keys.count + 1, sizeof *event->key_values),
		.cell_keys = calloc(run->columns.count + 1, sizeof *event->cell_keys),
	};
	return event->cells == NULL || event->key_values == NULL || event->cell_keys == NULL ?
	    -1 :
	    0;
}

void
event_close(struct event *event, const struct run *run)
{
	size_t i;

	for (i = 0; event->cell_keys != NULL && i < run->columns.count; i++)
		buf_free(&event->cell_keys[i]);
	for (i = 0; event->cells != NULL && i < run->columns.count; i++)
		number_drop(event->cells[i].number);
	free(event->cell_keys);
	free(event->cells);
	free(event->key_values);
	buf_free(&event->key);
	buf_free(&event->spelt_array);
	*event = (struct event){ 0 };
}

/* Sets event->spelt to the key as it is spelt; several fields become an array. */
static int
spell(struct event *event, const struct run *run, struct err *err)
{
	struct buf *buf = &event->spelt_array;

	event->spelt = (struct value){ 0 };
	if (run->keys.count == 0)
		return 0;
	if (run->keys.count == 1) {
		event->spelt = event->key_values[0];
		return 0;
	}
	if (key_spell(event->key_values, run->keys.count, buf, err) == -1)
		return -1;
	event->spelt = (struct value){ buf->p, (uint32_t)buf->len, V_ARRAY };
	return 0;
}

static int
read_key(struct event *event, const struct run *run, const struct record *record,
    struct err *err)
{
	int i, slot;

	for (i = 0; i < run->keys.count; i++) {
		slot = run->keys.at[i].slot;
		event->key_values[i] = record_at(record, slot);
		if (value_none(event->key_values[i]))
			return record_lacks(record->object, "key",
			    fields_path(run->fields, slot), event->key_values[i], err);
	}
	if (key_make(event->key_values, run->keys.count, &event->key, err) == -1) {
		for (i = 0; i < run->keys.count - 1; i++)
			if (err->at >= event->key_values[i].p &&
			    err->at < event->key_values[i].p + event->key_values[i].len)
				break;
		return err_prefix(err, "%s: ", fields_path(run->fields, run->keys.at[i].slot));
	}
	return spell(event, run, err);
}

static int
read_time(struct event *event, const struct run *run, const struct record *record,
    struct err *err)
{
	int slot = run->time_slot;

	if (slot == -1)
		return 0;
	event->time_is_number = record_at(record, slot).kind == V_NUMBER;
	return record_time(record, slot, fields_path(run->fields, slot), run->times,
	    &event->time, err);
}

static inline int
read_number(struct value value, const struct column *column, double *number, struct err *err)
{
	double nearest;

	*number = value.kind == V_TRUE;
	if (!column->numeric || value.kind == V_TRUE || value.kind == V_FALSE)
		return 0;
	if (value_f64(value, &nearest, err) == -1)
		return -1;
	return number_make(number, nearest, value.p, value.len, column->picks) == -1 ?
	    err_memory(err) :
	    0;
}

static inline int
read_cell(struct cell *cell, const struct column *column, struct value value, struct buf *key,
    struct err *err)
{
	number_drop(cell->number);
	cell->number = 0;
	cell->there = !value_none(value);
	if (!cell->there)
		return 0;
	cell->value = value.p;
	cell->value_size = value.len;
	if (read_number(value, column, &cell->number, err) == -1)
		return -1;
	if (column->key_word == 0)
		return 0;
	if (key_make(&value, 1, key, err) == -1)
		return -1;
	cell->key = key->p;
	cell->key_size = key->len;
	return 0;
}

int
event_number(struct value value, const struct column *column, double *number, struct err *err)
{
	return read_number(value, column, number, err);
}

int
event_cell(struct cell *cell, const struct column *column, struct value value, struct buf *key,
    struct err *err)
{
	return read_cell(cell, column, value, key, err);
}

int
event_take(struct event *event, const struct run *run, const struct record *record,
    struct err *err)
{
	const struct column *column;
	size_t i;

	if (read_key(event, run, record, err) == -1 ||
	    read_time(event, run, record, err) == -1)
		return -1;
	for (i = 0; i < run->columns.count; i++) {
		column = &run->columns.at[i];
		if (read_cell(&event->cells[i], column, record_at(record, column->slot),
			&event->cell_keys[i], err) == -1)
			return err_prefix(err, "%s: ", fields_path(run->fields, column->slot));
	}
	return 0;
}
