/* What the functions must know of a set of records, and the results made of it. */
#include "numbers/summary.h"

#include <math.h>
#include <string.h>

#include "numbers/multiset.h"
#include "numbers/exact.h"
#include "numbers/order.h"

void
summary_begin(const struct columns *columns, struct summary *s)
{
	const struct column *column;
	size_t i;

	memset(s, 0, columns->summary_size);
	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		if (column->part[PART_MIN] != 0)
			*(double *)summary_part(s, column->part[PART_MIN]) = (double)NAN;
		if (column->part[PART_MAX] != 0)
			*(double *)summary_part(s, column->part[PART_MAX]) = (double)NAN;
		if (column->part[PART_SET] != 0)
			((struct multiset *)summary_part(s, column->part[PART_SET]))->seed =
			    columns->seed;
	}
}

int
summary_put(const struct column *column, struct summary *s, double number, const char *key,
    size_t key_size)
{
	const uint32_t *part = column->part;

	if (part[PART_COUNT] != 0)
		++*(uint64_t *)summary_part(s, part[PART_COUNT]);
	if (part[PART_SUM] != 0 && exact_add(summary_part(s, part[PART_SUM]), number) == -1)
		return -1;
	if (part[PART_SQUARES] != 0 &&
	    exact_add_square(summary_part(s, part[PART_SQUARES]), number) == -1)
		return -1;
	if (part[PART_ORDER] != 0 &&
	    order_insert(summary_part(s, part[PART_ORDER]), number) == -1)
		return -1;
	if (part[PART_SET] != 0 &&
	    multiset_add(summary_part(s, part[PART_SET]), key, key_size) == -1)
		return -1;
	return 0;
}

int
summary_take(const struct column *column, struct summary *s, double number, const char *key,
    size_t key_size)
{
	const uint32_t *part = column->part;

	if (part[PART_COUNT] != 0)
		--*(uint64_t *)summary_part(s, part[PART_COUNT]);
	if (part[PART_SUM] != 0 &&
	    exact_subtract(summary_part(s, part[PART_SUM]), number) == -1)
		return -1;
	if (part[PART_SQUARES] != 0 &&
	    exact_subtract_square(summary_part(s, part[PART_SQUARES]), number) == -1)
		return -1;
	if (part[PART_ORDER] != 0 &&
	    order_remove(summary_part(s, part[PART_ORDER]), number) == -1)
		return -1;
	if (part[PART_SET] != 0 &&
	    multiset_remove(summary_part(s, part[PART_SET]), key, key_size) == -1)
		return -1;
	return 0;
}

/* The lesser of two doubles, or the greater; NaN is none. */
static void
put_extremes(const struct column *column, struct summary *s, double least, double most)
{
	double *there;

	if (column->part[PART_MIN] != 0) {
		there = summary_part(s, column->part[PART_MIN]);
		*there = fmin(*there, least);
	}
	if (column->part[PART_MAX] != 0) {
		there = summary_part(s, column->part[PART_MAX]);
		*there = fmax(*there, most);
	}
}

static bool
edge_moves(const struct edge *edge, enum part part, int64_t time)
{
	if (edge->value == WORD_NONE)
		return true;
	return part == PART_FIRST ? time < edge->time : time >= edge->time;
}

static int
put_edge(const struct column *column, struct summary *s, enum part part,
    const struct cell *cell, int64_t time, struct pool *pool)
{
	struct edge *edge;

	if (column->part[part] == 0)
		return 0;
	edge = summary_part(s, column->part[part]);
	if (!edge_moves(edge, part, time))
		return 0;
	edge->time = time;
	if (word_is(&edge->value, cell->value, cell->value_size))
		return 0;
	word_drop(&edge->value, pool);
	return word_make(&edge->value, cell->value, cell->value_size, pool);
}

int
summary_add(const struct columns *columns, struct summary *s, const struct cell *cells,
    int64_t time, struct pool *pool)
{
	const struct column *column;
	const struct cell *cell;
	size_t i;

	s->records++;
	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		cell = &cells[i];
		if (!cell->there)
			continue;
		if (summary_put(column, s, cell->number, cell->key, cell->key_size) == -1)
			return -1;
		put_extremes(column, s, cell->number, cell->number);
		if (put_edge(column, s, PART_FIRST, cell, time, pool) == -1 ||
		    put_edge(column, s, PART_LAST, cell, time, pool) == -1)
			return -1;
	}
	return 0;
}

int
summary_merge(const struct columns *columns, struct summary *s, const struct summary *other)
{
	const uint32_t *part;
	size_t i;

	s->records += other->records;
	for (i = 0; i < columns->count; i++) {
		part = columns->at[i].part;
		if (part[PART_COUNT] != 0)
			*(uint64_t *)summary_part(s, part[PART_COUNT]) +=
			    *(const uint64_t *)summary_look(other, part[PART_COUNT]);
		if (part[PART_SUM] != 0 &&
		    exact_merge(summary_part(s, part[PART_SUM]),
			summary_look(other, part[PART_SUM])) == -1)
			return -1;
		if (part[PART_SQUARES] != 0 &&
		    exact_merge(summary_part(s, part[PART_SQUARES]),
			summary_look(other, part[PART_SQUARES])) == -1)
			return -1;
		if (part[PART_ORDER] != 0 &&
		    order_merge(summary_part(s, part[PART_ORDER]),
			summary_look(other, part[PART_ORDER])) == -1)
			return -1;
		if (part[PART_SET] != 0 &&
		    multiset_merge(summary_part(s, part[PART_SET]),
			summary_look(other, part[PART_SET])) == -1)
			return -1;
	}
	return 0;
}

int
summary_unmerge(const struct columns *columns, struct summary *s, const struct summary *other)
{
	const uint32_t *part;
	size_t i;

	s->records -= other->records;
	for (i = 0; i < columns->count; i++) {
		part = columns->at[i].part;
		if (part[PART_COUNT] != 0)
			*(uint64_t *)summary_part(s, part[PART_COUNT]) -=
			    *(const uint64_t *)summary_look(other, part[PART_COUNT]);
		if (part[PART_SUM] != 0 &&
		    exact_unmerge(summary_part(s, part[PART_SUM]),
			summary_look(other, part[PART_SUM])) == -1)
			return -1;
		if (part[PART_SQUARES] != 0 &&
		    exact_unmerge(summary_part(s, part[PART_SQUARES]),
			summary_look(other, part[PART_SQUARES])) == -1)
			return -1;
		if (part[PART_ORDER] != 0 &&
		    order_unmerge(summary_part(s, part[PART_ORDER]),
			summary_look(other, part[PART_ORDER])) == -1)
			return -1;
		if (part[PART_SET] != 0 &&
		    multiset_unmerge(summary_part(s, part[PART_SET]),
			summary_look(other, part[PART_SET])) == -1)
			return -1;
	}
	return 0;
}

static void
absorb_edge(struct summary *s, struct summary *other, const struct column *column,
    enum part part, struct pool *pool)
{
	struct edge *mine, *theirs;

	if (column->part[part] == 0)
		return;
	mine = summary_part(s, column->part[part]);
	theirs = summary_part(other, column->part[part]);
	if (theirs->value == WORD_NONE || !edge_moves(mine, part, theirs->time))
		return;
	word_drop(&mine->value, pool);
	*mine = *theirs;
	theirs->value = WORD_NONE;
}

static double
number_at(const struct summary *s, uint32_t at)
{
	return at == 0 ? (double)NAN : *(const double *)summary_look(s, at);
}

int
summary_absorb(const struct columns *columns, struct summary *s, struct summary *other,
    struct pool *pool)
{
	const struct column *column;
	size_t i;

	if (summary_merge(columns, s, other) == -1)
		return -1;
	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		put_extremes(column, s, number_at(other, column->part[PART_MIN]),
		    number_at(other, column->part[PART_MAX]));
		absorb_edge(s, other, column, PART_FIRST, pool);
		absorb_edge(s, other, column, PART_LAST, pool);
	}
	summary_end(columns, other, pool);
	summary_begin(columns, other);
	return 0;
}

static struct result
result_number(double x)
{
	if (isnan(x))
		return (struct result){ .kind = RESULT_NULL };
	return (struct result){ .kind = RESULT_NUMBER, .number = x };
}

static struct result
result_value(uint64_t word)
{
	if (word == WORD_NONE)
		return (struct result){ .kind = RESULT_NULL };
	return (struct result){ .kind = RESULT_VALUE, .value = word };
}

static struct result
result_count(uint64_t n)
{
	return (struct result){ .kind = RESULT_COUNT, .count = n };
}

/* Of functions over sums; n is how many values there are. */
static struct result
result_moment(const struct summary *s, const uint32_t *part, enum function_kind kind)
{
	const struct exact *sum = summary_look(s, part[PART_SUM]), *squares;
	uint64_t n;

	if (kind == FUNCTION_SUM)
		return result_number(exact_round(sum));
	n = *(const uint64_t *)summary_look(s, part[PART_COUNT]);
	if (kind == FUNCTION_MEAN)
		return n < 1 ? result_number((double)NAN) : result_number(exact_mean(sum, n));
	if (n < 2)
		return result_number((double)NAN);
	squares = summary_look(s, part[PART_SQUARES]);
	return result_number(kind == FUNCTION_VAR ? exact_variance(sum, squares, n) :
						    exact_deviation(sum, squares, n));
}

static struct result
result_order(const struct order *order, const struct function *f)
{
	if (order->count == 0)
		return result_number((double)NAN);
	return result_number(
	    f->kind == FUNCTION_MEDIAN ? order_median(order) : order_quantile(order, f->q));
}

struct result
summary_result(const struct columns *columns, const struct summary *s,
    const struct function *f)
{
	const uint32_t *part;

	if (f->column == -1)
		return result_count(s->records);
	part = columns->at[f->column].part;
	switch (f->kind) {
	case FUNCTION_COUNT:
		return result_count(*(const uint64_t *)summary_look(s, part[PART_COUNT]));
	case FUNCTION_SUM:
	case FUNCTION_MEAN:
	case FUNCTION_VAR:
	case FUNCTION_STD:
		return result_moment(s, part, f->kind);
	case FUNCTION_MIN:
		return result_number(number_at(s, part[PART_MIN]));
	case FUNCTION_MAX:
		return result_number(number_at(s, part[PART_MAX]));
	case FUNCTION_FIRST:
		return result_value(
		    ((const struct edge *)summary_look(s, part[PART_FIRST]))->value);
	case FUNCTION_LAST:
		return result_value(
		    ((const struct edge *)summary_look(s, part[PART_LAST]))->value);
	case FUNCTION_DISTINCT:
		return result_count(multiset_size(summary_look(s, part[PART_SET])));
	case FUNCTION_MEDIAN:
	case FUNCTION_QUANTILE:
		return result_order(summary_look(s, part[PART_ORDER]), f);
	case FUNCTION_LAG:
		break;
	}
	return (struct result){ .kind = RESULT_NULL };
}

uint64_t
summary_weight(const struct columns *columns, const struct summary *s)
{
	const uint32_t *part;
	uint64_t weight = 0;
	size_t i;

	if (!columns->weighs)
		return 0;
	for (i = 0; i < columns->count; i++) {
		part = columns->at[i].part;
		if (part[PART_ORDER] != 0)
			weight +=
			    ((const struct order *)summary_look(s, part[PART_ORDER]))->count;
		if (part[PART_SET] != 0)
			weight += multiset_size(summary_look(s, part[PART_SET]));
	}
	return weight;
}

void
summary_end(const struct columns *columns, struct summary *s, struct pool *pool)
{
	const uint32_t *part;
	size_t i;

	for (i = 0; i < columns->count; i++) {
		part = columns->at[i].part;
		if (part[PART_SUM] != 0)
			exact_free(summary_part(s, part[PART_SUM]));
		if (part[PART_SQUARES] != 0)
			exact_free(summary_part(s, part[PART_SQUARES]));
		if (part[PART_ORDER] != 0)
			order_free(summary_part(s, part[PART_ORDER]));
		if (part[PART_SET] != 0)
			multiset_free(summary_part(s, part[PART_SET]));
		if (part[PART_FIRST] != 0)
			word_drop(&((struct edge *)summary_part(s, part[PART_FIRST]))->value,
			    pool);
		if (part[PART_LAST] != 0)
			word_drop(&((struct edge *)summary_part(s, part[PART_LAST]))->value,
			    pool);
	}
}
