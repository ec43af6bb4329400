/* Saves and loads the events of a key. */
#include "state/save_history.h"

#include <stdlib.h>
#include <string.h>

#include "numbers/number.h"
#include "state/save_value.h"

/* A line has at most so many events, and about so many bytes of values. */
#define LINE_EVENTS 4096
#define LINE_BYTES (16 << 20)

struct saved_times {
	int64_t last; /* only in a key's first line */
	int64_t *times;
	uint64_t count;
};

static const struct member last_members[] = {
	{ "last", M_I64, offsetof(struct saved_times, last), 0 }, MEMBERS_END
};

static const struct member times_members[] = { { "times", M_I64S,
						   offsetof(struct saved_times, times),
						   offsetof(struct saved_times, count) },
	MEMBERS_END };

/*
 * The values of a column, one for each event; or their numbers, if the history has only these.
 * Keys are saved unchanged.
 */
struct saved_cells {
	char *values; /* a JSON array; null: no value */
	uint64_t values_size;
	char *keys; /* one after the other, without separators */
	uint64_t keys_size;
	int64_t *lengths; /* of the keys; 0: no key */
	uint64_t lengths_count;
};

static const struct member values_members[] = {
	{ "values", M_JSON, offsetof(struct saved_cells, values),
	    offsetof(struct saved_cells, values_size) },
	MEMBERS_END
};

static const struct member keys_members[] = { { "keys", M_BYTES,
						  offsetof(struct saved_cells, keys),
						  offsetof(struct saved_cells, keys_size) },
	{ "lengths", M_I64S, offsetof(struct saved_cells, lengths),
	    offsetof(struct saved_cells, lengths_count) },
	MEMBERS_END };

static bool
has_values(const struct column *column)
{
	return column->value_word + column->number_word != 0;
}

static bool
has_keys(const struct column *column)
{
	return column->key_word != 0 && column->value_word == 0;
}

static void
free_cells(struct saved_cells *cells)
{
	free(cells->values);
	free(cells->keys);
	free(cells->lengths);
	*cells = (struct saved_cells){ 0 };
}

/* Returns how many events go into a line that begins with event `from`. */
static uint32_t
line_of(const struct columns *columns, const struct history *history, uint32_t from)
{
	const struct column *column;
	const uint64_t *event;
	size_t bytes = 0, size, i;
	uint32_t n;

	for (n = 0; n < LINE_EVENTS && from + n < history->count && bytes < LINE_BYTES; n++) {
		event = history_event(columns, history, from + n);
		for (i = 0; i < columns->count; i++) {
			column = &columns->at[i];
			if (column->value_word != 0 &&
			    word_bytes(&event[column->value_word], &size) != NULL)
				bytes += size;
			if (column->key_word != 0 &&
			    word_bytes(&event[column->key_word], &size) != NULL)
				bytes += size;
		}
	}
	return n;
}

static int
save_values(struct run *run, struct snap *snap, const struct column *column,
    const struct history *history, uint32_t from, uint32_t n)
{
	struct saved_cells cells = { 0 };
	struct buf json = { 0 };
	const uint64_t *event;
	const char *bytes;
	int status = 0;
	size_t size;
	uint32_t i;

	for (i = 0; status == 0 && i < n; i++) {
		event = history_event(&run->columns, history, from + i);
		if (column->value_word == 0) {
			status =
			    save_number(&json, number_of_bits(event[column->number_word]));
			continue;
		}
		bytes = word_bytes(&event[column->value_word], &size);
		if (buf_putc(&json, i == 0 ? '[' : ',') == -1 ||
		    buf_put(&json, bytes == NULL ? "null" : bytes, bytes == NULL ? 4 : size) ==
			-1)
			status = -1;
	}
	if (status == 0 && (status = save_array(&json)) == 0) {
		cells.values = json.p;
		cells.values_size = json.len;
		snap_part(snap, values_members, &cells);
	}
	buf_free(&json);
	return status;
}

static int
save_keys(struct run *run, struct snap *snap, const struct column *column,
    const struct history *history, uint32_t from, uint32_t n)
{
	struct saved_cells cells = {
		.lengths = malloc(n * sizeof(int64_t)),
		.lengths_count = n,
	};
	struct buf keys = { 0 };
	const char *bytes;
	int status = -1;
	size_t size;
	uint32_t i;

	if (cells.lengths == NULL)
		goto out;
	for (i = 0; i < n; i++) {
		bytes = word_bytes(history_event(&run->columns, history, from + i) +
			column->key_word,
		    &size);
		cells.lengths[i] = (int64_t)size;
		if (buf_put(&keys, bytes, size) == -1)
			goto out;
	}
	cells.keys = keys.p;
	cells.keys_size = keys.len;
	snap_part(snap, keys_members, &cells);
	status = 0;
out:
	buf_free(&keys);
	free(cells.lengths);
	return status;
}

static int
save_events(struct run *run, struct snap *snap, const struct history *history, uint32_t from,
    uint32_t n)
{
	struct saved_times saved = { .times = malloc((n + 1) * sizeof(int64_t)), .count = n };
	const struct column *column;
	int status = 0;
	size_t i;

	if (saved.times == NULL)
		return -1;
	for (i = 0; i < n; i++)
		saved.times[i] =
		    (int64_t)history_event(&run->columns, history, from + (uint32_t)i)[0];
	snap_part(snap, times_members, &saved);
	snap_shut(snap);
	free(saved.times);
	for (i = 0; n > 0 && status == 0 && i < run->columns.count; i++) {
		column = &run->columns.at[i];
		snap_open(snap, "values");
		if ((has_values(column) &&
			save_values(run, snap, column, history, from, n) == -1) ||
		    (has_keys(column) && save_keys(run, snap, column, history, from, n) == -1))
			status = -1;
		snap_shut(snap);
	}
	return status;
}

int
save_history(struct run *run, struct snap *snap, const struct history *history)
{
	const struct saved_times saved = { .last = history->last };
	uint32_t from = 0, n;

	snap_open(snap, "key");
	save_key(snap, &history->slot);
	snap_part(snap, last_members, &saved);
	for (;;) {
		n = line_of(&run->columns, history, from);
		if (save_events(run, snap, history, from, n) == -1)
			return -1;
		from += n;
		if (from == history->count || snap_failed(snap))
			return 0;
		snap_open(snap, "more");
	}
}

/* Reads the line of a column.  If it has keys, there must be n of them. */
static int
load_cells(const struct column *column, struct saved_cells *cells, uint64_t n,
    struct value object, struct err *err)
{
	struct value values = value_member(object, "values");

	if (has_values(column) && values.kind != V_ARRAY)
		return err_set(err, object.p, "values must be an array");
	if ((has_values(column) && snap_get(object, values_members, cells, err) == -1) ||
	    (has_keys(column) && snap_get(object, keys_members, cells, err) == -1))
		return -1;
	if (has_keys(column) && cells->lengths_count != n)
		return err_set(err, object.p, "the values are not as many as the times");
	return 0;
}

/* How far the values and keys of a column have been read. */
struct cell_reader {
	struct value array, item;
	uint64_t key;
};

static int
next_value(const struct column *column, struct cell_reader *place, struct buf *key,
    struct cell *cell, struct err *err)
{
	struct value name;

	if (!value_next(place->array, &name, &place->item))
		return err_set(err, NULL, "the values are not as many as the times");
	return event_cell(cell, column, place->item, key, err);
}

static int
next_key(const struct saved_cells *saved, const struct column *column,
    struct cell_reader *place, uint64_t i, struct cell *cell, struct err *err)
{
	uint64_t left = saved->keys_size - place->key;
	bool there;

	if (saved->lengths[i] < 0 || (uint64_t)saved->lengths[i] > left)
		return err_set(err, NULL, "the keys are not as long as the lengths");
	there = saved->lengths[i] > 0;
	if (has_values(column) && there != cell->there)
		return err_set(err, NULL, "a value without its key");
	cell->there = there;
	cell->key = saved->keys + place->key;
	cell->key_size = (size_t)saved->lengths[i];
	place->key += cell->key_size;
	return 0;
}

/* Reads the values of the i-th event. */
static int
next_cells(struct run *run, struct history_loading *loading, struct cell_reader *places,
    uint64_t i, struct err *err)
{
	const struct column *column;
	size_t k;

	for (k = 0; k < run->columns.count; k++) {
		column = &run->columns.at[k];
		if (has_values(column) &&
		    next_value(column, &places[k], &run->event.cell_keys[k],
			&run->event.cells[k], err) == -1)
			return -1;
		if (has_keys(column) &&
		    next_key(&loading->cells[k], column, &places[k], i, &run->event.cells[k],
			err) == -1)
			return -1;
	}
	return 0;
}

/* Checks that an event is not before the last one, nor after its key's last result. */
static int
check_time(const struct history_loading *loading, uint64_t i, struct err *err)
{
	int64_t time = loading->times[i];

	if (time == INSTANT_NONE || time > loading->history->last || time < loading->latest)
		return err_set(err, NULL, "the times are not in order");
	return 0;
}

/* Appends a group of events to the history; all lines of the group have been read. */
static int
append_events(struct run *run, struct history_loading *loading, struct err *err)
{
	struct cell_reader *places = calloc(run->columns.count + 1, sizeof *places);
	struct value name;
	uint64_t e;
	size_t i;
	int status = 0;

	if (places == NULL)
		return run_memory(run, err);
	for (i = 0; i < run->columns.count; i++)
		places[i].array = (struct value){ loading->cells[i].values,
			(uint32_t)loading->cells[i].values_size, V_ARRAY };
	for (e = 0; status == 0 && e < loading->count; e++) {
		if (check_time(loading, e, err) == -1 ||
		    next_cells(run, loading, places, e, err) == -1)
			status = -1;
		else if (history_append(&run->columns, loading->history, loading->times[e],
			     run->event.cells, &run->pool) == -1)
			status = run_memory(run, err);
		else
			run->entries++;
		loading->latest = loading->times[e];
	}
	for (i = 0; status == 0 && i < run->columns.count; i++)
		if (has_values(&run->columns.at[i]) && loading->count > 0 &&
		    value_next(places[i].array, &name, &places[i].item))
			status = err_set(err, NULL, "the values are not as many as the times");
	free(places);
	for (i = 0; i < run->columns.count; i++)
		free_cells(&loading->cells[i]);
	return status;
}

static int
load_times(struct run *run, struct history_loading *loading, struct value object,
    struct err *err)
{
	struct saved_times saved = { .times = loading->times };

	if (loading->cells == NULL) {
		loading->columns = run->columns.count;
		loading->cells = calloc(loading->columns + 1, sizeof *loading->cells);
		if (loading->cells == NULL)
			return run_memory(run, err);
	}
	loading->times = NULL;
	if (snap_get(object, times_members, &saved, err) == -1) {
		free(saved.times);
		return -1;
	}
	loading->times = saved.times;
	loading->count = saved.count;
	loading->column = loading->count == 0 ? run->columns.count : 0;
	return run->columns.count == 0 ? append_events(run, loading, err) : 0;
}

static int
load_key_line(struct run *run, struct history_loading *loading, struct value object,
    struct err *err)
{
	struct saved_times saved = { 0 };
	struct key_slot *key = load_key(run, object, err), kept;

	if (key == NULL || snap_get(object, last_members, &saved, err) == -1)
		return -1;
	kept = *key;
	loading->history = (struct history *)key;
	history_begin(&run->columns, loading->history);
	loading->history->slot = kept;
	loading->history->last = saved.last;
	loading->latest = INSTANT_NONE;
	return load_times(run, loading, object, err);
}

int
load_history_complete(const struct run *run, const struct history_loading *loading,
    struct err *err)
{
	return loading->history == NULL || loading->column == run->columns.count ?
	    0 :
	    err_set(err, NULL, "events lack some of their values");
}

int
load_history(struct run *run, struct history_loading *loading, const char *section,
    struct value object, struct err *err)
{
	size_t i = loading->column;

	if (strcmp(section, "values") != 0 && load_history_complete(run, loading, err) == -1)
		return -1;
	if (strcmp(section, "key") == 0)
		return load_key_line(run, loading, object, err);
	if (strcmp(section, "more") == 0 && loading->history != NULL)
		return load_times(run, loading, object, err);
	if (strcmp(section, "values") != 0 || loading->history == NULL ||
	    i >= run->columns.count)
		return err_set(err, object.p, "a line \"%s\" has no place here", section);
	if (load_cells(&run->columns.at[i], &loading->cells[i], loading->count, object, err) ==
	    -1)
		return -1;
	if (++loading->column < run->columns.count)
		return 0;
	return append_events(run, loading, err);
}

void
load_history_end(struct history_loading *loading)
{
	size_t i;

	for (i = 0; loading->cells != NULL && i < loading->columns; i++)
		free_cells(&loading->cells[i]);
	free(loading->cells);
	free(loading->times);
	*loading = (struct history_loading){ 0 };
}
