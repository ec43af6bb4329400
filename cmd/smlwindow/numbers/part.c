/* The functions of each part of a summary, and their table. */
#include "numbers/part.h"

#include "numbers/multiset.h"
#include "numbers/number.h"
#include "numbers/order.h"
#include "numbers/total.h"
#include "numbers/word.h"

static int
count_put(void *part, const struct cell *cell, bool off)
{
	(void)cell;
	*(uint64_t *)part += off ? -UINT64_C(1) : 1;
	return 0;
}

static int
count_merge(void *part, const void *other, bool off)
{
	*(uint64_t *)part += off ? -*(const uint64_t *)other : *(const uint64_t *)other;
	return 0;
}

static int
sum_put(void *part, const struct cell *cell, bool off)
{
	return total_add(part, cell->number, off);
}

static int
sum_merge(void *part, const void *other, bool off)
{
	return total_merge(part, other, off);
}

static void
sum_free(void *part, struct pool *pool)
{
	(void)pool;
	exact_free(&((struct total *)part)->sum);
}

static int
squares_put(void *part, const struct cell *cell, bool off)
{
	return total_add_square(part, cell->number, off);
}

static int
squares_merge(void *part, const void *other, bool off)
{
	return exact_merge(part, other, off);
}

static void
squares_free(void *part, struct pool *pool)
{
	(void)pool;
	exact_free(part);
}

static int
values_put(void *part, const struct cell *cell, bool off)
{
	return (off ? order_remove : order_insert)(part, cell->number);
}

static int
values_merge(void *part, const void *other, bool off)
{
	return (off ? order_unmerge : order_merge)(part, other);
}

static int
values_absorb(void *part, void *other, bool high, struct pool *pool)
{
	(void)high;
	(void)pool;
	return order_absorb(part, other);
}

static uint64_t
values_weight(const void *part)
{
	return ((const struct order *)part)->count;
}

static void
values_free(void *part, struct pool *pool)
{
	(void)pool;
	order_free(part);
}

static void
set_begin(void *part, uint64_t seed)
{
	((struct multiset *)part)->seed = seed;
}

static int
set_put(void *part, const struct cell *cell, bool off)
{
	return (off ? multiset_remove : multiset_add)(part, cell->key, cell->key_size);
}

static int
set_merge(void *part, const void *other, bool off)
{
	return (off ? multiset_unmerge : multiset_merge)(part, other);
}

static int
set_absorb(void *part, void *other, bool high, struct pool *pool)
{
	(void)high;
	(void)pool;
	return multiset_absorb(part, other);
}

static uint64_t
set_weight(const void *part)
{
	return multiset_size(part);
}

static void
set_free(void *part, struct pool *pool)
{
	(void)pool;
	multiset_free(part);
}

static void
extreme_begin(void *part, uint64_t seed)
{
	(void)seed;
	*(double *)part = number_none();
}

static int
put_extreme(double *there, double number, bool greatest)
{
	if (!number_is_none(*there) &&
	    !(greatest ? number_before(*there, number) : number_before(number, *there)))
		return 0;
	number_hold(number);
	number_drop(*there);
	*there = number;
	return 0;
}

static int
extreme_place(void *part, const struct cell *cell, int64_t time, bool high, struct pool *pool)
{
	(void)time;
	(void)pool;
	return put_extreme(part, cell->number, high);
}

static int
extreme_absorb(void *part, void *other, bool high, struct pool *pool)
{
	double number = *(double *)other;

	(void)pool;
	return number_is_none(number) ? 0 : put_extreme(part, number, high);
}

static void
extreme_free(void *part, struct pool *pool)
{
	(void)pool;
	number_drop(*(double *)part);
}

/* Returns whether a value with this time replaces the value of an edge. */
static bool
replaces(const struct edge *edge, int64_t time, bool last)
{
	return edge->value == WORD_NONE || (last ? time >= edge->time : time < edge->time);
}

static int
edge_place(void *part, const struct cell *cell, int64_t time, bool high, struct pool *pool)
{
	struct edge *edge = part;

	if (!replaces(edge, time, high))
		return 0;
	edge->time = time;
	if (word_is(&edge->value, cell->value, cell->value_size))
		return 0;
	word_drop(&edge->value, pool);
	return word_make(&edge->value, cell->value, cell->value_size, pool);
}

static int
edge_absorb(void *part, void *other, bool high, struct pool *pool)
{
	struct edge *edge = part, *theirs = other;

	if (theirs->value == WORD_NONE || !replaces(edge, theirs->time, high))
		return 0;
	word_drop(&edge->value, pool);
	*edge = *theirs;
	theirs->value = WORD_NONE;
	return 0;
}

static void
edge_free(void *part, struct pool *pool)
{
	word_drop(&((struct edge *)part)->value, pool);
}

const struct part_ops part_ops[PARTS] = {
	[PART_COUNT] = { .size = sizeof(uint64_t), .put = count_put, .merge = count_merge },
	[PART_SUM] = { .size = sizeof(struct total),
	    .put = sum_put,
	    .merge = sum_merge,
	    .free = sum_free },
	[PART_SQUARES] = { .size = sizeof(struct exact),
	    .put = squares_put,
	    .merge = squares_merge,
	    .free = squares_free },
	[PART_ORDER] = { .size = sizeof(struct order),
	    .put = values_put,
	    .merge = values_merge,
	    .absorb = values_absorb,
	    .weight = values_weight,
	    .free = values_free },
	[PART_SET] = { .size = sizeof(struct multiset),
	    .begin = set_begin,
	    .put = set_put,
	    .merge = set_merge,
	    .absorb = set_absorb,
	    .weight = set_weight,
	    .free = set_free },
	[PART_MIN] = { .size = sizeof(double),
	    .begin = extreme_begin,
	    .place = extreme_place,
	    .absorb = extreme_absorb,
	    .free = extreme_free },
	[PART_MAX] = { .size = sizeof(double),
	    .high = true,
	    .begin = extreme_begin,
	    .place = extreme_place,
	    .absorb = extreme_absorb,
	    .free = extreme_free },
	[PART_FIRST] = { .size = sizeof(struct edge),
	    .place = edge_place,
	    .absorb = edge_absorb,
	    .free = edge_free },
	[PART_LAST] = { .size = sizeof(struct edge),
	    .high = true,
	    .place = edge_place,
	    .absorb = edge_absorb,
	    .free = edge_free },
};
