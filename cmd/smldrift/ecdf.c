/*
 * The largest distance between two empirical distribution functions, updated at every value.
 */
#include "ecdf.h"

#include <stdlib.h>
#include <string.h>

/* Returns the number of leaves of a full binary tree with room for n. */
static size_t
leaves_for(size_t n)
{
	size_t leaves = 1;

	while (leaves < n)
		leaves *= 2;
	return leaves;
}

int
ecdf_open(struct ecdf *e, size_t most)
{
	memset(e, 0, sizeof(*e));
	e->value = calloc(most, sizeof(*e->value));
	e->held = calloc(2 * most + 1, sizeof(*e->held));
	e->node = calloc(2 * leaves_for(most), sizeof(*e->node));
	if (e->value != NULL && e->held != NULL && e->node != NULL)
		return 0;
	ecdf_close(e);
	return -1;
}

void
ecdf_close(struct ecdf *e)
{
	free(e->value);
	free(e->held);
	free(e->node);
	memset(e, 0, sizeof(*e));
}

static int
ascending(const void *a, const void *b)
{
	const struct drift_value *x = a, *y = b;

	return drift_value_less(*y, *x) - drift_value_less(*x, *y);
}

/*
 * Computes the leaf of the k-th value.  Just before that value the difference can only fall.
 * So it is lowest just below the value or at it; it is highest at the value, or where the
 * previous leaf ended.
 */
static void
weigh_leaf(struct ecdf *e, size_t k)
{
	struct ecdf_node *leaf = &e->node[e->leaves + k];
	int64_t below = -e->reference * e->held[2 * k];

	leaf->sum = below + e->weight * leaf->times - e->reference * e->held[2 * k + 1];
	leaf->high = leaf->sum;
	leaf->low = leaf->sum < below ? leaf->sum : below;
}

static void
weigh_node(struct ecdf_node *node, size_t i)
{
	const struct ecdf_node *left = &node[2 * i], *right = &node[2 * i + 1];
	int64_t high = left->sum + right->high, low = left->sum + right->low;

	node[i].times = left->times + right->times;
	node[i].sum = left->sum + right->sum;
	node[i].high = left->high > high ? left->high : high;
	node[i].low = left->low < low ? left->low : low;
}

static void
weigh_all(struct ecdf *e)
{
	e->weight = e->current;
	for (size_t k = 0; k < e->distinct; k++)
		weigh_leaf(e, k);
	for (size_t i = e->leaves - 1; i > 0; i--)
		weigh_node(e->node, i);
}

/* Updates the leaf of a place and all nodes above it; the last place has no leaf. */
static void
weigh_place(struct ecdf *e, uint32_t place)
{
	if (place / 2 == e->distinct)
		return;
	weigh_leaf(e, place / 2);
	for (size_t i = (e->leaves + place / 2) / 2; i > 0; i /= 2)
		weigh_node(e->node, i);
}

void
ecdf_set_reference(struct ecdf *e, const struct drift_value *values, size_t n)
{
	size_t last = 0;

	memcpy(e->value, values, n * sizeof(*values));
	qsort(e->value, n, sizeof(*e->value), ascending);
	for (size_t i = 1; i < n; i++)
		if (drift_value_less(e->value[last], e->value[i]))
			e->value[++last] = e->value[i];
	e->distinct = last + 1;
	e->leaves = leaves_for(e->distinct);
	memset(e->held, 0, (2 * e->distinct + 1) * sizeof(*e->held));
	memset(e->node, 0, 2 * e->leaves * sizeof(*e->node));
	for (size_t i = 0; i < n; i++)
		e->node[e->leaves + ecdf_place(e, values[i]) / 2].times++;
	e->reference = (int64_t)n;
	e->current = 0;
	weigh_all(e);
}

/* Binary search without branches, because the CPU could not predict them. */
uint32_t
ecdf_place(const struct ecdf *e, struct drift_value x)
{
	const struct drift_value *at = e->value;
	size_t k;

	for (size_t n = e->distinct; n > 1; n -= n / 2)
		at += drift_value_less(at[n / 2 - 1], x) ? n / 2 : 0;
	k = (size_t)(at - e->value);
	if (drift_value_less(*at, x))
		k++;
	return (uint32_t)(2 * k + (k < e->distinct && !drift_value_less(x, e->value[k])));
}

void
ecdf_add(struct ecdf *e, uint32_t place)
{
	e->held[place]++;
	e->current++;
	weigh_place(e, place);
}

void
ecdf_slide(struct ecdf *e, uint32_t comes, uint32_t goes)
{
	if (e->weight != e->current)
		weigh_all(e);
	e->held[comes]++;
	e->held[goes]--;
	weigh_place(e, comes);
	weigh_place(e, goes);
}

/*
 * Returns an upper bound of the distances in a stretch, exact if the weight is the number of
 * current values.  sum and times are those of everything before the stretch.
 */
static int64_t
bound(const struct ecdf *e, const struct ecdf_node *node, int64_t sum, int64_t times)
{
	int64_t late = e->current - e->weight;
	int64_t high = sum + node->high + late * (times + node->times);
	int64_t low = sum + node->low + late * times;

	return high > -low ? high : -low;
}

/* Returns the largest of gap and the distances at the k-th value and just below it. */
static int64_t
leaf_gap(const struct ecdf *e, size_t k, int64_t sum, int64_t times, int64_t gap)
{
	const struct ecdf_node *leaf = &e->node[e->leaves + k];
	int64_t late = e->current - e->weight;
	int64_t below = e->reference * e->held[2 * k] - sum - late * times;
	int64_t at = sum + leaf->sum + late * (times + leaf->times);

	if (at < 0)
		at = -at;
	if (gap < below)
		gap = below;
	return gap < at ? at : gap;
}

/* Returns the larger of gap and the distances below a node, skipping nodes by their bounds. */
static int64_t
search(const struct ecdf *e, size_t i, int64_t sum, int64_t times, int64_t gap)
{
	const struct ecdf_node *node = &e->node[i], *left = &e->node[2 * i];

	if (node->times == 0 || bound(e, node, sum, times) <= gap)
		return gap;
	if (i >= e->leaves)
		return leaf_gap(e, i - e->leaves, sum, times, gap);
	gap = search(e, 2 * i, sum, times, gap);
	return search(e, 2 * i + 1, sum + left->sum, times + left->times, gap);
}

int64_t
ecdf_gap(struct ecdf *e)
{
	const struct ecdf_node *root = &e->node[1];
	int64_t late = e->current - e->weight, least;

	if (late * late > e->current)
		weigh_all(e);
	if (e->current == e->weight)
		return bound(e, root, 0, 0);
	/*
	 * With the true weight, the highest value is not less than root->high, and the lowest
	 * is greater than root->low by at most late * reference.
	 */
	least = -root->low - late * e->reference;
	return search(e, 1, 0, 0, root->high > least ? root->high : least);
}
