#include "ecdf.h"

#include <stdlib.h>
#include <string.h>

/* The number of leaves of a full binary tree that has room for n. */
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
	e->times = calloc(most, sizeof(*e->times));
	e->held = calloc(2 * most + 1, sizeof(*e->held));
	e->node = calloc(2 * leaves_for(most), sizeof(*e->node));
	if (e->value != NULL && e->times != NULL && e->held != NULL && e->node != NULL)
		return 0;
	ecdf_close(e);
	return -1;
}

void
ecdf_close(struct ecdf *e)
{
	free(e->value);
	free(e->times);
	free(e->held);
	free(e->node);
	memset(e, 0, sizeof(*e));
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
ecdf_refer(struct ecdf *e, const double *values, size_t n)
{
	memcpy(e->value, values, n * sizeof(*values));
	qsort(e->value, n, sizeof(*e->value), ascending);
	e->distinct = 0;
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || e->value[i] != e->value[e->distinct - 1]) {
			e->value[e->distinct] = e->value[i];
			e->times[e->distinct] = 0;
			e->distinct++;
		}
		e->times[e->distinct - 1]++;
	}
	e->leaves = leaves_for(e->distinct);
	memset(e->held, 0, (2 * e->distinct + 1) * sizeof(*e->held));
	memset(e->node, 0, 2 * e->leaves * sizeof(*e->node));
	e->reference = (int64_t)n;
	e->current = e->weighed = 0;
}

/* Halves without a branch: which way a value goes cannot be foretold. */
uint32_t
ecdf_place(const struct ecdf *e, double x)
{
	const double *at = e->value;
	size_t k;

	for (size_t n = e->distinct; n > 1; n -= n / 2)
		at += at[n / 2 - 1] < x ? n / 2 : 0;
	k = (size_t)(at - e->value);
	if (*at < x)
		k++;
	return (uint32_t)(2 * k + (k < e->distinct && e->value[k] == x));
}

void
ecdf_add(struct ecdf *e, uint32_t place)
{
	e->held[place]++;
	e->current++;
}

/*
 * The difference can only fall on the way to the k-th value, so that it is
 * lowest just below it or at it, and highest at it.
 */
static void
weigh_leaf(struct ecdf *e, size_t k)
{
	struct ecdf_node *leaf = &e->node[e->leaves + k];
	int64_t below = -e->reference * e->held[2 * k];

	leaf->sum = below + e->current * e->times[k] - e->reference * e->held[2 * k + 1];
	leaf->high = leaf->sum;
	leaf->low = leaf->sum < below ? leaf->sum : below;
}

static void
weigh_node(struct ecdf_node *node, size_t i)
{
	const struct ecdf_node *left = &node[2 * i], *right = &node[2 * i + 1];
	int64_t high = left->sum + right->high, low = left->sum + right->low;

	node[i].sum = left->sum + right->sum;
	node[i].high = left->high > high ? left->high : high;
	node[i].low = left->low < low ? left->low : low;
}

/* The leaf of a place and all above it; what is above all values has none. */
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
ecdf_slide(struct ecdf *e, uint32_t comes, uint32_t goes)
{
	e->held[comes]++;
	e->held[goes]--;
	if (e->weighed != e->current)
		return;
	weigh_place(e, comes);
	weigh_place(e, goes);
}

int64_t
ecdf_gap(struct ecdf *e)
{
	const struct ecdf_node *root = &e->node[1];

	if (e->weighed != e->current) {
		for (size_t k = 0; k < e->distinct; k++)
			weigh_leaf(e, k);
		for (size_t i = e->leaves - 1; i > 0; i--)
			weigh_node(e->node, i);
		e->weighed = e->current;
	}
	return root->high > -root->low ? root->high : -root->low;
}
