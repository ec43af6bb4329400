/* The functions of each part of a summary, and their table. */
#include "numbers/part.h"

#include "numbers/multiset.h"
#include "numbers/number.h"
#include "numbers/order.h"
#include "numbers/total.h"
#include "numbers/word.h"

static int
count_add(void *part, const struct cell *cell)
{
	(void)cell;
	++*(uint64_t *)part;
	return 0;
}

static int
count_subtract(void *part, const struct cell *cell)
{
	(void)cell;
	--*(uint64_t *)part;
	return 0;
}

static int
count_merge(void *part, const void *other)
{
	*(uint64_t *)part += *(const uint64_t *)other;
	return 0;
}

static int
count_unmerge(void *part, const void *other)
{
	*(uint64_t *)part -= *(const uint64_t *)other;
	return 0;
}

static int
sum_add(void *part, const struct cell *cell)
{
	return total_add(part, cell->number);
}

static int
sum_subtract(void *part, const struct cell *cell)
{
	return total_subtract(part, cell->number);
}

static int
sum_merge(void *part, const void *other)
{
	return total_merge(part, other);
}

static int
sum_unmerge(void *part, const void *other)
{
	return total_unmerge(part, other);
}

static void
sum_free(void *part, struct pool *pool)
{
	(void)pool;
	exact_free(&((struct total *)part)->sum);
}

static int
squares_add(void *part, const struct cell *cell)
{
	return total_add_square(part, cell->number);
}

static int
squares_subtract(void *part, const struct cell *cell)
{
	return total_subtract_square(part, cell->number);
}

static int
squares_merge(void *part, const void *other)
{
	return exact_merge(part, other);
}

static int
squares_unmerge(void *part, const void *other)
{
	return exact_unmerge(part, other);
}

static void
squares_free(void *part, struct pool *pool)
{
	(void)pool;
	exact_free(part);
}

static int
values_add(void *part, const struct cell *cell)
{
	return order_insert(part, cell->number);
}

static int
values_subtract(void *part, const struct cell *cell)
{
	return order_remove(part, cell->number);
}

static int
values_merge(void *part, const void *other)
{
	return order_merge(part, other);
}

static int
values_unmerge(void *part, const void *other)
{
	return order_unmerge(part, other);
}

static int
values_absorb(void *part, void *other, struct pool *pool)
{
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
set_add(void *part, const struct cell *cell)
{
	return multiset_add(part, cell->key, cell->key_size);
}

static int
set_subtract(void *part, const struct cell *cell)
{
	return multiset_remove(part, cell->key, cell->key_size);
}

static int
set_merge(void *part, const void *other)
{
	return multiset_merge(part, other);
}

static int
set_unmerge(void *part, const void *other)
{
	return multiset_unmerge(part, other);
}

static int
set_absorb(void *part, void *other, struct pool *pool)
{
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

/* Keeps a number if it is the least, or the greatest. */
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
min_place(void *part, const struct cell *cell, int64_t time, struct pool *pool)
{
	(void)time;
	(void)pool;
	return put_extreme(part, cell->number, false);
}

static int
max_place(void *part, const struct cell *cell, int64_t time, struct pool *pool)
{
	(void)time;
	(void)pool;
	return put_extreme(part, cell->number, true);
}

static int
min_absorb(void *part, void *other, struct pool *pool)
{
	(void)pool;
	return number_is_none(*(double *)other) ? 0 :
						  put_extreme(part, *(double *)other, false);
}

static int
max_absorb(void *part, void *other, struct pool *pool)
{
	(void)pool;
	return number_is_none(*(double *)other) ? 0 :
						  put_extreme(part, *(double *)other, true);
}

static void
extreme_free(void *part, struct pool *pool)
{
	(void)pool;
	number_drop(*(double *)part);
}

static int
put_edge(struct edge *edge, const struct cell *cell, int64_t time, struct pool *pool)
{
	edge->time = time;
	if (word_is(&edge->value, cell->value, cell->value_size))
		return 0;
	word_drop(&edge->value, pool);
	return word_make(&edge->value, cell->value, cell->value_size, pool);
}

static int
first_place(void *part, const struct cell *cell, int64_t time, struct pool *pool)
{
	const struct edge *edge = part;

	return edge->value != WORD_NONE && time >= edge->time ?
	    0 :
	    put_edge(part, cell, time, pool);
}

static int
last_place(void *part, const struct cell *cell, int64_t time, struct pool *pool)
{
	const struct edge *edge = part;

	return edge->value != WORD_NONE && time < edge->time ?
	    0 :
	    put_edge(part, cell, time, pool);
}

static void
edge_free(void *part, struct pool *pool)
{
	word_drop(&((struct edge *)part)->value, pool);
}

static int
take_edge(struct edge *edge, struct edge *other, struct pool *pool)
{
	edge_free(edge, pool);
	*edge = *other;
	other->value = WORD_NONE;
	return 0;
}

static int
first_absorb(void *part, void *other, struct pool *pool)
{
	const struct edge *mine = part, *theirs = other;

	return theirs->value == WORD_NONE ||
		(mine->value != WORD_NONE && theirs->time >= mine->time) ?
	    0 :
	    take_edge(part, other, pool);
}

static int
last_absorb(void *part, void *other, struct pool *pool)
{
	const struct edge *mine = part, *theirs = other;

	return theirs->value == WORD_NONE ||
		(mine->value != WORD_NONE && theirs->time < mine->time) ?
	    0 :
	    take_edge(part, other, pool);
}

const struct part_ops part_ops[PARTS] = {
	[PART_COUNT] = { .size = sizeof(uint64_t),
	    .add = count_add,
	    .subtract = count_subtract,
	    .merge = count_merge,
	    .unmerge = count_unmerge },
	[PART_SUM] = { .size = sizeof(struct total),
	    .add = sum_add,
	    .subtract = sum_subtract,
	    .merge = sum_merge,
	    .unmerge = sum_unmerge,
	    .free = sum_free },
	[PART_SQUARES] = { .size = sizeof(struct exact),
	    .add = squares_add,
	    .subtract = squares_subtract,
	    .merge = squares_merge,
	    .unmerge = squares_unmerge,
	    .free = squares_free },
	[PART_ORDER] = { .size = sizeof(struct order),
	    .add = values_add,
	    .subtract = values_subtract,
	    .merge = values_merge,
	    .unmerge = values_unmerge,
	    .absorb = values_absorb,
	    .weight = values_weight,
	    .free = values_free },
	[PART_SET] = { .size = sizeof(struct multiset),
	    .begin = set_begin,
	    .add = set_add,
	    .subtract = set_subtract,
	    .merge = set_merge,
	    .unmerge = set_unmerge,
	    .absorb = set_absorb,
	    .weight = set_weight,
	    .free = set_free },
	[PART_MIN] = { .size = sizeof(double),
	    .begin = extreme_begin,
	    .place = min_place,
	    .absorb = min_absorb,
	    .free = extreme_free },
	[PART_MAX] = { .size = sizeof(double),
	    .begin = extreme_begin,
	    .place = max_place,
	    .absorb = max_absorb,
	    .free = extreme_free },
	[PART_FIRST] = { .size = sizeof(struct edge),
	    .place = first_place,
	    .absorb = first_absorb,
	    .free = edge_free },
	[PART_LAST] = { .size = sizeof(struct edge),
	    .place = last_place,
	    .absorb = last_absorb,
	    .free = edge_free },
};
