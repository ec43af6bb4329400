#include "reading.h"

#include <stdlib.h>

#include "job.h"
#include "keyed/key.h"

int
reading_open(struct reading *reading, const struct job *job)
{
	*reading = (struct reading){
		.cells = calloc(job->columns.count + 1, sizeof *reading->cells),
		.key_values = calloc((size_t)job->keys.count + 1, sizeof *reading->key_values),
		.cell_keys = calloc(job->columns.count + 1, sizeof *reading->cell_keys),
	};
	return reading->cells == NULL || reading->key_values == NULL ||
		reading->cell_keys == NULL ?
	    -1 :
	    0;
}

void
reading_close(struct reading *reading, const struct job *job)
{
	size_t i;

	for (i = 0; reading->cell_keys != NULL && i < job->columns.count; i++)
		buf_free(&reading->cell_keys[i]);
	free(reading->cell_keys);
	free(reading->cells);
	free(reading->key_values);
	buf_free(&reading->key);
	buf_free(&reading->spelt_array);
	*reading = (struct reading){ 0 };
}

/* The error of a field, named. */
static int
blame(const struct job *job, int slot, const struct err *why, struct err *err)
{
	return err_set(err, why->at, "%s: %s", fields_path(job->fields, slot), why->text);
}

/* The key as it is spelt: several fields as one array. */
static int
spell(struct reading *reading, const struct job *job, struct err *err)
{
	struct buf *buf = &reading->spelt_array;

	reading->spelt = (struct value){ 0 };
	if (job->keys.count == 0)
		return 0;
	if (job->keys.count == 1) {
		reading->spelt = reading->key_values[0];
		return 0;
	}
	if (key_spell(reading->key_values, job->keys.count, buf, err) == -1)
		return -1;
	reading->spelt = (struct value){ buf->p, (uint32_t)buf->len, V_ARRAY };
	return 0;
}

static int
read_key(struct reading *reading, const struct job *job, const struct record *record,
    struct err *err)
{
	struct err why;
	int i, slot;

	for (i = 0; i < job->keys.count; i++) {
		slot = job->keys.at[i].slot;
		reading->key_values[i] = record_at(record, slot);
		if (value_none(reading->key_values[i]))
			return err_set(err, reading->key_values[i].p, "the key %s is %s",
			    fields_path(job->fields, slot),
			    reading->key_values[i].kind == V_NULL ? "null" : "missing");
	}
	if (key_make(reading->key_values, job->keys.count, &reading->key, &why) == -1) {
		for (i = 0; i < job->keys.count - 1; i++)
			if (why.at >= reading->key_values[i].p &&
			    why.at < reading->key_values[i].p + reading->key_values[i].len)
				break;
		return blame(job, job->keys.at[i].slot, &why, err);
	}
	return spell(reading, job, err);
}

static int
read_time(struct reading *reading, const struct job *job, const struct record *record,
    struct err *err)
{
	struct err why;
	struct value time;

	if (job->time_slot == -1)
		return 0;
	time = record_at(record, job->time_slot);
	if (value_none(time))
		return err_set(err, time.p, "the time %s is %s",
		    fields_path(job->fields, job->time_slot),
		    time.kind == V_NULL ? "null" : "missing");
	if (value_time(time, job->unit, &reading->time, &why) == -1)
		return blame(job, job->time_slot, &why, err);
	reading->time_is_number = time.kind == V_NUMBER;
	return 0;
}

static int
read_cell(struct cell *cell, const struct column *column, struct value value, struct buf *key,
    struct err *err)
{
	cell->there = !value_none(value);
	if (!cell->there)
		return 0;
	cell->value = value.p;
	cell->value_size = value.len;
	cell->number = value.kind == V_TRUE;
	if (column->numeric && value.kind != V_TRUE && value.kind != V_FALSE &&
	    value_f64(value, &cell->number, err) == -1)
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
reading_take(struct reading *reading, const struct job *job, const struct record *record,
    struct err *err)
{
	const struct column *column;
	struct err why;
	size_t i;

	if (read_key(reading, job, record, err) == -1 ||
	    read_time(reading, job, record, err) == -1)
		return -1;
	for (i = 0; i < job->columns.count; i++) {
		column = &job->columns.at[i];
		if (read_cell(&reading->cells[i], column, record_at(record, column->slot),
			&reading->cell_keys[i], &why) == -1)
			return blame(job, column->slot, &why, err);
	}
	return 0;
}
