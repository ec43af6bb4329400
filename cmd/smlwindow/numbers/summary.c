/* Summaries of sets of records, and the results of functions. */
#include "numbers/summary.h"

#include <string.h>

#include "numbers/moments.h"
#include "numbers/multiset.h"
#include "numbers/number.h"
#include "numbers/order.h"
#include "numbers/total.h"

void
summary_begin(const struct columns *columns, struct summary *s)
{
	memcpy(s, columns->empty, columns->summary_size);
}

int
summary_put(const struct column *column, struct summary *s, const struct cell *cell, bool off)
{
	const struct placed_part *part = column->placed, *end = part + column->timeless;

	for (; part < end; part++)
		if (part->ops->put(summary_part(s, part->at), cell, off) == -1)
			return -1;
	return 0;
}

int
summary_add(const struct columns *columns, struct summary *s, const struct cell *cells,
    int64_t time, struct pool *pool)
{
	const struct column *column;
	const struct placed_part *part;
	size_t i;
	uint32_t k;

	s->records++;
	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		if (!cells[i].there)
			continue;
		if (summary_put(column, s, &cells[i], false) == -1)
			return -1;
		for (k = column->timeless; k < column->parts; k++) {
			part = &column->placed[k];
			if (part->ops->place(summary_part(s, part->at), &cells[i], time,
				part->ops->high, pool) == -1)
				return -1;
		}
	}
	return 0;
}

int
summary_merge(const struct columns *columns, struct summary *s, const struct summary *other,
    bool off)
{
	const struct placed_part *part;
	size_t i;
	uint32_t k;

	s->records += off ? -other->records : other->records;
	for (i = 0; i < columns->count; i++)
		for (k = 0; k < columns->at[i].timeless; k++) {
			part = &columns->at[i].placed[k];
			if (part->ops->merge(summary_part(s, part->at),
				summary_look(other, part->at), off) == -1)
				return -1;
		}
	return 0;
}

int
summary_absorb(const struct columns *columns, struct summary *s, struct summary *other,
    struct pool *pool)
{
	const struct placed_part *part;
	void *mine, *theirs;
	size_t i;
	uint32_t k;

	s->records += other->records;
	for (i = 0; i < columns->count; i++)
		for (k = 0; k < columns->at[i].parts; k++) {
			part = &columns->at[i].placed[k];
			mine = summary_part(s, part->at);
			theirs = summary_part(other, part->at);
			if ((part->ops->absorb != NULL ?
				    part->ops->absorb(mine, theirs, part->ops->high, pool) :
				    part->ops->merge(mine, theirs, false)) == -1)
				return -1;
		}
	summary_end(columns, other, pool);
	summary_begin(columns, other);
	return 0;
}

static struct result
result_number(double x)
{
	if (number_is_none(x))
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

/* Returns the result of sum, mean, var or std. */
static struct result
result_moment(const struct summary *s, const uint32_t *part, enum function_kind kind)
{
	const struct total *total = summary_look(s, part[PART_SUM]);
	const struct exact *sum = &total->sum, *squares;
	uint64_t n;

	if (kind == FUNCTION_SUM && total_is_long(total))
		return (struct result){ .kind = RESULT_INTEGER, .sum = sum };
	if (kind == FUNCTION_SUM)
		return result_number(exact_round(sum));
	n = *(const uint64_t *)summary_look(s, part[PART_COUNT]);
	if (kind == FUNCTION_MEAN)
		return result_number(n < 1 ? number_none() : total_mean(total, n));
	if (n < 2)
		return result_number(number_none());
	squares = summary_look(s, part[PART_SQUARES]);
	return result_number(kind == FUNCTION_VAR ? exact_variance(sum, squares, n) :
						    exact_deviation(sum, squares, n));
}

static struct result
result_order(const struct order *order, const struct function *f)
{
	if (order->count == 0)
		return result_number(number_none());
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
		return result_number(*(const double *)summary_look(s, part[PART_MIN]));
	case FUNCTION_MAX:
		return result_number(*(const double *)summary_look(s, part[PART_MAX]));
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
summary_weigh(const struct columns *columns, const struct summary *s)
{
	const struct placed_part *part;
	uint64_t weight = 0;
	size_t i;
	uint32_t k;

	for (i = 0; i < columns->count; i++)
		for (k = 0; k < columns->at[i].timeless; k++) {
			part = &columns->at[i].placed[k];
			if (part->ops->weight != NULL)
				weight += part->ops->weight(summary_look(s, part->at));
		}
	return weight;
}

void
summary_end(const struct columns *columns, struct summary *s, struct pool *pool)
{
	const struct placed_part *part;
	size_t i;
	uint32_t k;

	for (i = 0; i < columns->count; i++)
		for (k = 0; k < columns->at[i].parts; k++) {
			part = &columns->at[i].placed[k];
			if (part->ops->free != NULL)
				part->ops->free(summary_part(s, part->at), pool);
		}
}
