/* Saves and loads the parts of a summary. */
#include <stdlib.h>
#include <string.h>

#include "numbers/multiset.h"
#include "numbers/number.h"
#include "numbers/order.h"
#include "numbers/total.h"
#include "state/save.h"
#include "state/save_value.h"

/* A line has at most so many values. */
#define LINE_VALUES 65536

/* A table with one member, whose value is any JSON. */
#define WORD_MEMBERS(name) \
	{ \
		{ name, M_JSON, offsetof(struct saved_word, json), \
			offsetof(struct saved_word, size) }, \
		    MEMBERS_END \
	}

static const struct member values_members[] = WORD_MEMBERS("values");

/* A sum, as exact_view returns it. */
struct saved_sum {
	int64_t *limbs;
	uint64_t count;
	int64_t low;
};

/* The context of loading a part. */
struct part_load {
	struct run *run;
	const struct column *column;
	uint64_t records; /* of the summary */
	struct value object;
	struct err *err;
};

#define SUM_MEMBERS(name) \
	{ \
		{ name, M_I64S, offsetof(struct saved_sum, limbs), \
			offsetof(struct saved_sum, count) }, \
		    { name "_low", M_I64, offsetof(struct saved_sum, low), 0 }, MEMBERS_END \
	}

static const struct member sum_members[] = SUM_MEMBERS("sum");
static const struct member squares_members[] = SUM_MEMBERS("squares");

static int
save_exact(struct snap *snap, const struct member *members, const void *part)
{
	struct exact_view view = exact_view(part);
	struct saved_sum saved = { /* These limbs are only read; see save_word. */
		.limbs = (int64_t *)(uintptr_t)view.limbs,
		.count = (uint64_t)view.count,
		.low = view.low
	};

	snap_part(snap, members, &saved);
	return 0;
}

static int
load_exact(const struct part_load *load, const struct member *members, void *part)
{
	struct saved_sum saved = { 0 };
	int status = snap_get(load->object, members, &saved, load->err);

	if (status == 0 &&
	    (saved.count > INT8_MAX || saved.low < INT8_MIN || saved.low > INT8_MAX ||
		exact_restore(part,
		    (struct exact_view){ .limbs = saved.limbs,
			.low = (int)saved.low,
			.count = (int)saved.count }) == -1))
		status =
		    err_set(load->err, load->object.p, "%s is no exact sum", members[0].name);
	free(saved.limbs);
	return status;
}

/* No count is larger than the number of records. */
static const struct member count_members[] = { { "count", M_U64, 0, 0 }, MEMBERS_END };
static const struct member large_members[] = {
	{ "sum_large", M_U64, offsetof(struct total, large), 0 }, MEMBERS_END
};

static int
check_count(const struct part_load *load, uint64_t count)
{
	return count <= load->records ?
	    0 :
	    err_set(load->err, load->object.p, "more values than records");
}

static int
save_count(struct snap *snap, const struct member *members, const void *part)
{
	snap_part(snap, members, part);
	return 0;
}

static int
load_count(const struct part_load *load, const struct member *members, void *part)
{
	if (snap_get(load->object, members, part, load->err) == -1)
		return -1;
	return check_count(load, *(const uint64_t *)part);
}

static int
save_sum(struct snap *snap, const struct member *members, const void *part)
{
	save_exact(snap, members, &((const struct total *)part)->sum);
	snap_part(snap, large_members, part);
	return 0;
}

static int
load_sum(const struct part_load *load, const struct member *members, void *part)
{
	struct total *total = part;

	if (load_exact(load, members, &total->sum) == -1 ||
	    snap_get(load->object, large_members, total, load->err) == -1)
		return -1;
	return check_count(load, total->large);
}

/* The least or greatest number, as it is spelt; or null. */
static const struct member min_members[] = WORD_MEMBERS("least");
static const struct member max_members[] = WORD_MEMBERS("most");

static int
save_extreme(struct snap *snap, const struct member *members, const void *part)
{
	double number = *(const double *)part;
	struct saved_word saved = { 0 };
	struct buf array = { 0 };
	int status = 0;

	if (!number_is_none(number) && (status = save_number(&array, number)) == 0) {
		saved.json = array.p + 1;
		saved.size = array.len - 1;
	}
	if (status == 0)
		snap_part(snap, members, &saved);
	buf_free(&array);
	return status;
}

static int
load_extreme(const struct part_load *load, const struct member *members, void *part)
{
	struct value value = value_member(load->object, members[0].name);

	return value.kind == V_NULL ? 0 : load_number(value, load->column, part, load->err);
}

struct saved_edge {
	int64_t time;
	struct saved_word value;
};

#define EDGE_MEMBERS(name) \
	{ \
		{ name, M_JSON, offsetof(struct saved_edge, value.json), \
			offsetof(struct saved_edge, value.size) }, \
		    { name "_time", M_I64, offsetof(struct saved_edge, time), 0 }, \
		    MEMBERS_END \
	}

static const struct member first_members[] = EDGE_MEMBERS("first");
static const struct member last_members[] = EDGE_MEMBERS("last");

static int
save_edge(struct snap *snap, const struct member *members, const void *part)
{
	const struct edge *edge = part;
	const struct saved_edge saved = {
		.time = edge->time,
		.value = save_word(&edge->value),
	};

	snap_part(snap, members, &saved);
	return 0;
}

static int
load_edge(const struct part_load *load, const struct member *members, void *part)
{
	struct edge *edge = part;
	struct saved_edge saved = { 0 };
	int status = snap_get(load->object, members, &saved, load->err);

	edge->time = saved.time;
	if (status == 0 && load_word(load->run, &saved.value, &edge->value) == -1)
		status = run_memory(load->run, load->err);
	free(saved.value.json);
	return status;
}

static int
save_order(struct snap *snap, const struct member *members, const void *part)
{
	const struct order *order = part;
	double *values = malloc(LINE_VALUES * sizeof *values);
	struct saved_word saved;
	struct buf array = { 0 };
	int status = values == NULL ? -1 : 0;
	uint64_t rank;
	size_t n, i;

	for (rank = 0; status == 0 && !snap_failed(snap) && rank < order->count; rank += n) {
		array.len = 0;
		n = order_copy(order, rank, values, LINE_VALUES);
		for (i = 0; status == 0 && i < n; i++)
			status = save_number(&array, values[i]);
		if (status == 0 && (status = save_array(&array)) == 0) {
			saved = (struct saved_word){ array.p, array.len };
			snap_put(snap, "order", members, &saved);
		}
	}
	buf_free(&array);
	free(values);
	return status;
}

static int
load_order(const struct part_load *load, const struct member *members, void *part)
{
	struct order *order = part;
	struct value values = value_member(load->object, members[0].name), name, item = { 0 };
	double number;
	int status = 0;

	if (values.kind != V_ARRAY)
		return err_set(load->err, load->object.p, "values must be an array");
	while (status == 0 && value_next(values, &name, &item)) {
		if (load_number(item, load->column, &number, load->err) == -1)
			return -1;
		if (order_insert(order, number) == -1)
			status = run_memory(load->run, load->err);
		else
			load->run->entries++;
		number_drop(number);
	}
	return status == 0 ? check_count(load, order->count) : status;
}

/* The strings of a set, one after the other, without separators. */
struct saved_set {
	char *bytes;
	uint64_t size;
	int64_t *lengths, *times;
	uint64_t count, times_count;
};

static const struct member set_members[] = { { "keys", M_BYTES,
						 offsetof(struct saved_set, bytes),
						 offsetof(struct saved_set, size) },
	{ "lengths", M_I64S, offsetof(struct saved_set, lengths),
	    offsetof(struct saved_set, count) },
	{ "times", M_I64S, offsetof(struct saved_set, times),
	    offsetof(struct saved_set, times_count) },
	MEMBERS_END };

static int
save_entries(struct snap *snap, const struct member *members,
    const struct multiset_entry *entries, size_t n)
{
	struct saved_set saved = {
		.lengths = calloc(n, sizeof(int64_t)),
		.times = calloc(n, sizeof(int64_t)),
		.count = n,
		.times_count = n,
	};
	struct buf bytes = { 0 };
	int status = -1;
	size_t i;

	if (saved.lengths == NULL || saved.times == NULL)
		goto out;
	for (i = 0; i < n; i++) {
		saved.lengths[i] = (int64_t)entries[i].length;
		saved.times[i] = (int64_t)entries[i].times;
		if (buf_put(&bytes, entries[i].bytes, entries[i].length) == -1)
			goto out;
	}
	saved.bytes = bytes.p;
	saved.size = bytes.len;
	snap_put(snap, "set", members, &saved);
	status = 0;
out:
	buf_free(&bytes);
	free(saved.lengths);
	free(saved.times);
	return status;
}

static int
save_set(struct snap *snap, const struct member *members, const void *part)
{
	const struct multiset *set = part;
	struct multiset_entry *entries = multiset_list(set);
	uint64_t i, count = multiset_size(set);
	size_t n;
	int status = 0;

	if (entries == NULL)
		return -1;
	for (i = 0; status == 0 && !snap_failed(snap) && i < count; i += n) {
		n = count - i < LINE_VALUES ? (size_t)(count - i) : LINE_VALUES;
		status = save_entries(snap, members, entries + i, n);
	}
	free(entries);
	return status;
}

static int
load_set(const struct part_load *load, const struct member *members, void *part)
{
	struct multiset *set = part;
	struct saved_set saved = { 0 };
	uint64_t i, at = 0, before = multiset_size(set);
	int status = snap_get(load->object, members, &saved, load->err);

	if (status == 0 && saved.count != saved.times_count)
		status = err_set(load->err, load->object.p,
		    "lengths and times are not of one number");
	for (i = 0; status == 0 && i < saved.count; i++) {
		if (saved.lengths[i] < 0 || saved.times[i] < 1 ||
		    (uint64_t)saved.times[i] > load->records ||
		    (uint64_t)saved.lengths[i] > saved.size - at)
			status = err_set(load->err, load->object.p,
			    "the keys are not as long, or as many, as is said");
		else if (multiset_add_times(set, saved.bytes + at, (size_t)saved.lengths[i],
			     (uint64_t)saved.times[i]) == -1)
			status = run_memory(load->run, load->err);
		else
			at += (uint64_t)saved.lengths[i];
	}
	load->run->entries += multiset_size(set) - before;
	free(saved.bytes);
	free(saved.lengths);
	free(saved.times);
	return status == 0 ? check_count(load, multiset_size(set)) : status;
}

/*
 * How each part is saved and loaded.  If section is NULL, its members are in the column's
 * line; otherwise the part has lines of this section.
 */
static const struct part_state {
	const char *section;
	const struct member *members;
	int (*save)(struct snap *snap, const struct member *members, const void *part);
	int (*load)(const struct part_load *load, const struct member *members, void *part);
} part_states[PARTS] = {
	[PART_COUNT] = { NULL, count_members, save_count, load_count },
	[PART_SUM] = { NULL, sum_members, save_sum, load_sum },
	[PART_SQUARES] = { NULL, squares_members, save_exact, load_exact },
	[PART_ORDER] = { "order", values_members, save_order, load_order },
	[PART_SET] = { "set", set_members, save_set, load_set },
	[PART_MIN] = { NULL, min_members, save_extreme, load_extreme },
	[PART_MAX] = { NULL, max_members, save_extreme, load_extreme },
	[PART_FIRST] = { NULL, first_members, save_edge, load_edge },
	[PART_LAST] = { NULL, last_members, save_edge, load_edge },
};

/* Saves the parts of a column: if lines, those with lines of their own; else the others. */
static int
save_parts(struct snap *snap, const struct column *column, const struct summary *s, bool lines)
{
	const struct part_state *state;
	int part;

	for (part = 0; part < PARTS; part++) {
		state = &part_states[part];
		if (column->part[part] != 0 && (state->section != NULL) == lines &&
		    state->save(snap, state->members, summary_look(s, column->part[part])) ==
			-1)
			return -1;
	}
	return 0;
}

int
save_summary(const struct run *run, struct snap *snap, const struct summary *s)
{
	const struct column *column;
	size_t i;

	for (i = 0; i < run->columns.count; i++) {
		column = &run->columns.at[i];
		snap_open(snap, "column");
		if (save_parts(snap, column, s, false) == -1)
			return -1;
		snap_shut(snap);
		if (save_parts(snap, column, s, true) == -1)
			return -1;
	}
	return 0;
}

/* Returns whether a part is in lines of this section. */
static bool
is_of(int part, const char *section)
{
	const char *own = part_states[part].section;

	return strcmp(section, own == NULL ? "column" : own) == 0;
}

int
load_part(struct run *run, struct summary_loading *loading, const char *section,
    struct value object, struct err *err)
{
	struct part_load load = { .run = run, .object = object, .err = err };
	int part, taken = 0;

	loading->column += strcmp(section, "column") == 0;
	if (loading->summary != NULL && loading->column > 0 &&
	    loading->column <= run->columns.count) {
		load.column = &run->columns.at[loading->column - 1];
		load.records = loading->summary->records;
		taken = strcmp(section, "column") == 0;
		for (part = 0; part < PARTS; part++) {
			if (load.column->part[part] == 0 || !is_of(part, section))
				continue;
			taken = 1;
			if (part_states[part].load(&load, part_states[part].members,
				summary_part(loading->summary, load.column->part[part])) == -1)
				return -1;
		}
	}
	return taken ? 0 : err_set(err, object.p, "a line \"%s\" has no place here", section);
}

int
load_complete(const struct run *run, const struct summary_loading *loading, struct value at,
    struct err *err)
{
	return loading->summary == NULL || loading->column == run->columns.count ?
	    0 :
	    err_set(err, at.p, "a window lacks some of its columns");
}
