/* The parts of a summary, written to a snapshot and read from it. */
#include <stdlib.h>
#include <string.h>

#include "numbers/multiset.h"
#include "numbers/exact.h"
#include "numbers/order.h"
#include "state/save.h"

/* How many values stand in a line. */
#define LINE_VALUES 65536

/* A sum as exact_view shows it. */
struct saved_sum {
	int64_t *limbs;
	uint64_t count;
	int64_t low;
};

#define SUM_MEMBERS(name) \
	{ \
		{ name, M_I64S, offsetof(struct saved_sum, limbs), \
			offsetof(struct saved_sum, count) }, \
		    { name "_low", M_I64, offsetof(struct saved_sum, low), 0 }, MEMBERS_END \
	}

static const struct member sum_members[] = SUM_MEMBERS("sum");
static const struct member squares_members[] = SUM_MEMBERS("squares");

static void
save_sum(struct snap *snap, const struct member *members, const struct exact *sum)
{
	struct exact_view view = exact_view(sum);
	struct saved_sum saved = { /* Only read, as save_word has it. */
		.limbs = (int64_t *)(uintptr_t)view.limbs,
		.count = (uint64_t)view.count,
		.low = view.low
	};

	snap_part(snap, members, &saved);
}

static int
load_sum(struct value object, const struct member *members, struct exact *sum, struct err *err)
{
	struct saved_sum saved = { 0 };
	int status = snap_get(object, members, &saved, err);

	if (status == 0 &&
	    (saved.count > INT8_MAX || saved.low < INT8_MIN || saved.low > INT8_MAX ||
		exact_restore(sum,
		    (struct exact_view){ .limbs = saved.limbs,
			.low = (int)saved.low,
			.count = (int)saved.count }) == -1))
		status = err_set(err, object.p, "%s is no exact sum", members[0].name);
	free(saved.limbs);
	return status;
}

/* A count or an extreme stands in the summary as it is. */
static const struct member count_members[] = { { "count", M_U64, 0, 0 }, MEMBERS_END };
static const struct member least_members[] = { { "least", M_F64, 0, 0 }, MEMBERS_END };
static const struct member most_members[] = { { "most", M_F64, 0, 0 }, MEMBERS_END };

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

static void
save_edge(struct snap *snap, const struct member *members, const struct edge *edge)
{
	const struct saved_edge saved = {
		.time = edge->time,
		.value = save_word(&edge->value),
	};

	snap_part(snap, members, &saved);
}

static int
load_edge(struct run *run, struct value object, const struct member *members,
    struct edge *edge, struct err *err)
{
	struct saved_edge saved = { 0 };
	int status = snap_get(object, members, &saved, err);

	edge->time = saved.time;
	if (status == 0 && load_word(run, &saved.value, &edge->value) == -1)
		status = run_memory(run, err);
	free(saved.value.json);
	return status;
}

/* Parts of a fixed size, in the column's own line. */
static void
save_fixed(struct snap *snap, const struct column *column, const struct summary *s)
{
	const uint32_t *part = column->part;

	if (part[PART_COUNT] != 0)
		snap_part(snap, count_members, summary_look(s, part[PART_COUNT]));
	if (part[PART_SUM] != 0)
		save_sum(snap, sum_members, summary_look(s, part[PART_SUM]));
	if (part[PART_SQUARES] != 0)
		save_sum(snap, squares_members, summary_look(s, part[PART_SQUARES]));
	if (part[PART_MIN] != 0)
		snap_part(snap, least_members, summary_look(s, part[PART_MIN]));
	if (part[PART_MAX] != 0)
		snap_part(snap, most_members, summary_look(s, part[PART_MAX]));
	if (part[PART_FIRST] != 0)
		save_edge(snap, first_members, summary_look(s, part[PART_FIRST]));
	if (part[PART_LAST] != 0)
		save_edge(snap, last_members, summary_look(s, part[PART_LAST]));
}

static int
load_fixed(struct run *run, const struct column *column, struct summary *s,
    struct value object, struct err *err)
{
	const uint32_t *part = column->part;

	if ((part[PART_COUNT] != 0 &&
		snap_get(object, count_members, summary_part(s, part[PART_COUNT]), err) ==
		    -1) ||
	    (part[PART_SUM] != 0 &&
		load_sum(object, sum_members, summary_part(s, part[PART_SUM]), err) == -1) ||
	    (part[PART_SQUARES] != 0 &&
		load_sum(object, squares_members, summary_part(s, part[PART_SQUARES]), err) ==
		    -1) ||
	    (part[PART_MIN] != 0 &&
		snap_get(object, least_members, summary_part(s, part[PART_MIN]), err) == -1) ||
	    (part[PART_MAX] != 0 &&
		snap_get(object, most_members, summary_part(s, part[PART_MAX]), err) == -1) ||
	    (part[PART_FIRST] != 0 &&
		load_edge(run, object, first_members, summary_part(s, part[PART_FIRST]),
		    err) == -1) ||
	    (part[PART_LAST] != 0 &&
		load_edge(run, object, last_members, summary_part(s, part[PART_LAST]), err) ==
		    -1))
		return -1;
	return 0;
}

struct saved_order {
	double *values;
	uint64_t count;
};

static const struct member order_members[] = { { "values", M_F64S,
						   offsetof(struct saved_order, values),
						   offsetof(struct saved_order, count) },
	MEMBERS_END };

static int
save_order(struct snap *snap, const struct order *order)
{
	struct saved_order saved = { .values = malloc(LINE_VALUES * sizeof(double)) };
	uint64_t rank;

	if (saved.values == NULL)
		return -1;
	for (rank = 0; rank < order->count; rank += saved.count) {
		saved.count = order_copy(order, rank, saved.values, LINE_VALUES);
		snap_put(snap, "order", order_members, &saved);
	}
	free(saved.values);
	return 0;
}

static int
load_order(struct run *run, struct order *order, struct value object, struct err *err)
{
	struct saved_order saved = { 0 };
	int status = snap_get(object, order_members, &saved, err);
	uint64_t i;

	for (i = 0; status == 0 && i < saved.count; i++)
		if (order_insert(order, saved.values[i]) == -1)
			status = run_memory(run, err);
	run->entries += saved.count;
	free(saved.values);
	return status;
}

/* Strings of a set, one behind the other. */
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
save_entries(struct snap *snap, const struct multiset_entry *entries, size_t n)
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
	snap_put(snap, "set", set_members, &saved);
	status = 0;
out:
	buf_free(&bytes);
	free(saved.lengths);
	free(saved.times);
	return status;
}

static int
save_set(struct snap *snap, const struct multiset *set)
{
	struct multiset_entry *entries = multiset_list(set);
	uint64_t i, count = multiset_size(set);
	size_t n;
	int status = 0;

	if (entries == NULL)
		return -1;
	for (i = 0; status == 0 && i < count; i += n) {
		n = count - i < LINE_VALUES ? (size_t)(count - i) : LINE_VALUES;
		status = save_entries(snap, entries + i, n);
	}
	free(entries);
	return status;
}

static int
load_set(struct run *run, struct multiset *set, struct value object, struct err *err)
{
	struct saved_set saved = { 0 };
	int status = snap_get(object, set_members, &saved, err);
	uint64_t i, at = 0;

	if (status == 0 && saved.count != saved.times_count)
		status = err_set(err, object.p, "lengths and times are not of one number");
	for (i = 0; status == 0 && i < saved.count; i++) {
		if (saved.lengths[i] < 0 || saved.times[i] < 1 ||
		    (uint64_t)saved.lengths[i] > saved.size - at)
			status =
			    err_set(err, object.p, "the keys are not as long as the lengths");
		else if (multiset_add_times(set, saved.bytes + at, (size_t)saved.lengths[i],
			     (uint64_t)saved.times[i]) == -1)
			status = run_memory(run, err);
		else
			at += (uint64_t)saved.lengths[i];
	}
	run->entries += saved.count;
	free(saved.bytes);
	free(saved.lengths);
	free(saved.times);
	return status;
}

int
save_summary(const struct run *run, struct snap *snap, const struct summary *s)
{
	const struct column *column;
	size_t i;

	for (i = 0; i < run->columns.count; i++) {
		column = &run->columns.at[i];
		snap_open(snap, "column");
		save_fixed(snap, column, s);
		snap_shut(snap);
		if (column->part[PART_ORDER] != 0 &&
		    save_order(snap, summary_look(s, column->part[PART_ORDER])) == -1)
			return -1;
		if (column->part[PART_SET] != 0 &&
		    save_set(snap, summary_look(s, column->part[PART_SET])) == -1)
			return -1;
	}
	return 0;
}

int
load_part(struct run *run, struct summary_loading *loading, const char *section,
    struct value object, struct err *err)
{
	bool is_column = strcmp(section, "column") == 0,
	     is_order = strcmp(section, "order") == 0;
	const struct column *column;
	uint32_t at;

	if (!is_column && !is_order && strcmp(section, "set") != 0)
		return 0;
	if (is_column)
		loading->column++;
	if (loading->summary == NULL || loading->column == 0 ||
	    loading->column > run->columns.count)
		return err_set(err, object.p, "a column that belongs nowhere");
	column = &run->columns.at[loading->column - 1];
	if (is_column)
		return load_fixed(run, column, loading->summary, object, err) == -1 ? -1 : 1;
	if ((at = column->part[is_order ? PART_ORDER : PART_SET]) == 0)
		return err_set(err, object.p, "a column that has no %s", section);
	if (is_order)
		return load_order(run, summary_part(loading->summary, at), object, err) == -1 ?
		    -1 :
		    1;
	return load_set(run, summary_part(loading->summary, at), object, err) == -1 ? -1 : 1;
}
