/* A multiset of numbers with a value for every rank: a counted B-tree. */
#include "numbers/order.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "numbers/node.h"
#include "numbers/number.h"
#include "numbers/total.h"

enum {
	FIRST_CAPACITY = 4, /* first capacity of a root that is a leaf */
	MOST_HEIGHT = 16,   /* neighbours are 3/8 full on average, and 24^16 > 2^64 */
	CHUNK = 128	    /* values copied at a time in a merge */
};

/* A step of a path to a leaf.  The child that path[level] leads to is on this level. */
struct step {
	struct node *node;
	uint32_t index;
};

static double *
descend(const struct order *order, double value, struct step *path, uint32_t *count)
{
	void *child = order->root;
	uint64_t held = order->count;
	uint32_t level = order->height;

	while (level-- > 0) {
		struct node *node = child;
		uint32_t index = node_child(node, value, order->spelt);

		path[level] = (struct step){ node, index };
		child = node->child[index];
		held = node->counts[index];
	}
	*count = (uint32_t)held;
	return child;
}

/*
 * Returns the leaf with the value of a rank.  Sets *rank to the index of the value in the
 * leaf, and *count to the number of values in the leaf.
 */
static const double *
descend_to_rank(const struct order *order, uint64_t *rank, uint32_t *count)
{
	const void *child = order->root;
	uint64_t held = order->count;
	uint32_t level = order->height;

	while (level-- > 0) {
		const struct node *node = child;
		uint32_t index = 0;

		while (*rank >= node->counts[index])
			*rank -= node->counts[index++];
		child = node->child[index];
		held = node->counts[index];
	}
	*count = (uint32_t)held;
	return child;
}

static int
raise_root(struct order *order)
{
	struct node *root = malloc(sizeof *root);

	if (root == NULL)
		return -1;
	root->children = 1;
	root->child[0] = order->root;
	root->counts[0] = order->count;
	root->least[0] = node_least(order->root, order->height);
	order->root = root;
	order->height++;
	return 0;
}

/*
 * Makes room in the leaf that a value belongs to, by splitting full nodes from the root down.
 * Each split leaves a valid tree with the same values, so it does no harm if the next fails.
 */
static int
split_path(struct order *order, double value)
{
	struct node *node = order->root;
	uint32_t level, index;

	if ((order->height == 0 || node->children == NODE_FANOUT) && raise_root(order) == -1)
		return -1;
	node = order->root;
	for (level = order->height; level-- > 0; node = node->child[index]) {
		bool full;

		index = node_child(node, value, order->spelt);
		full = node_size(node, index, level) == (level == 0 ? NODE_LEAF : NODE_FANOUT);
		if (full && node_split_child(node, index, level, value) == -1)
			return -1;
		index = node_child(node, value, order->spelt);
	}
	return 0;
}

static int
grow_leaf(struct order *order)
{
	uint32_t capacity = order->capacity == 0 ? FIRST_CAPACITY : 2 * order->capacity;
	double *leaf = realloc(order->root, capacity * sizeof *leaf);

	if (leaf == NULL)
		return -1;
	order->root = leaf;
	order->capacity = capacity;
	return 0;
}

int
order_insert(struct order *order, double value)
{
	struct step path[MOST_HEIGHT];
	uint32_t count, at, level;
	double *leaf;

	if (number_is_spelt(value))
		order->spelt = true;
	else
		value += 0.0; /* -0 becomes 0 */
	if (order->height == 0 && order->count == order->capacity &&
	    order->capacity < NODE_LEAF && grow_leaf(order) == -1)
		return -1;
	leaf = descend(order, value, path, &count);
	if (count == NODE_LEAF) {
		if (split_path(order, value) == -1)
			return -1;
		leaf = descend(order, value, path, &count);
	}
	at = node_rank(leaf, count, value, order->spelt);
	memmove(leaf + at + 1, leaf + at, (count - at) * sizeof *leaf);
	leaf[at] = number_hold(value);
	for (level = 0; level < order->height; level++) {
		struct step step = path[level];

		step.node->counts[step.index]++;
		if (number_before(value, step.node->least[step.index]))
			step.node->least[step.index] = value;
	}
	order->count++;
	return 0;
}

/*
 * While the root has a single child, makes this child the root.  If the root has no child, the
 * tree becomes empty.
 */
static void
lower_root(struct order *order)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): height is 0 without a root */
	while (order->height > 0 && ((struct node *)order->root)->children <= 1) {
		struct node *root = order->root;

		order->root = root->children == 1 ? root->child[0] : NULL;
		order->height = root->children == 1 ? (uint16_t)(order->height - 1) : 0;
		order->capacity = order->root == NULL ? 0 : NODE_LEAF;
		free(root);
	}
}

int
order_remove(struct order *order, double value)
{
	struct step path[MOST_HEIGHT];
	uint32_t count, at, level;
	double *leaf, least;
	bool mended = true;

	order->spelt |= number_is_spelt(value);
	leaf = descend(order, value, path, &count);
	at = node_rank(leaf, count, value, order->spelt);
	if (at == 0 || number_before(leaf[at - 1], value))
		return -1;
	number_drop(leaf[at - 1]);
	memmove(leaf + at - 1, leaf + at, (count - at) * sizeof *leaf);
	order->count--;
	least = leaf[0];
	for (level = 0; level < order->height; level++) {
		struct step step = path[level];

		step.node->counts[step.index]--;
		step.node->least[step.index] = least;
		mended = mended && node_mend_child(step.node, step.index, level);
		least = step.node->least[0];
	}
	lower_root(order);
	return 0;
}

int
order_merge(struct order *order, const struct order *other)
{
	double chunk[CHUNK];
	uint64_t done = 0;
	size_t n, i;

	while ((n = order_copy(other, done, chunk, CHUNK)) > 0)
		for (i = 0; i < n; i++, done++)
			if (order_insert(order, chunk[i]) == -1)
				goto undo;
	return 0;
undo:
	while (done-- > 0)
		order_remove(order, order_select(other, done));
	return -1;
}

int
order_absorb(struct order *order, struct order *other)
{
	struct order larger = *other;

	if (other->count > order->count) {
		*other = *order;
		*order = larger;
	}
	if (order_merge(order, other) == -1)
		return -1;
	order_free(other);
	return 0;
}

int
order_unmerge(struct order *order, const struct order *other)
{
	double chunk[CHUNK];
	uint64_t done = 0;
	size_t n, i;
	int result = 0;

	while ((n = order_copy(other, done, chunk, CHUNK)) > 0)
		for (i = 0; i < n; i++, done++)
			if (order_remove(order, chunk[i]) == -1)
				result = -1;
	return result;
}

double
order_select(const struct order *order, uint64_t rank)
{
	uint32_t count;
	const double *leaf = descend_to_rank(order, &rank, &count);

	return leaf[rank];
}

size_t
order_copy(const struct order *order, uint64_t rank, double *values, size_t n)
{
	size_t copied = 0;

	while (copied < n && rank + copied < order->count) {
		uint64_t start = rank + copied;
		uint32_t count;
		const double *leaf = descend_to_rank(order, &start, &count);
		size_t run = count - start;

		if (run > n - copied)
			run = n - copied;
		memcpy(values + copied, leaf + start, run * sizeof *values);
		copied += run;
	}
	return copied;
}

/*
 * Interpolates from the nearer end, as NumPy's _lerp does.
 */
double
order_quantile(const struct order *order, double q)
{
	double place = (double)(order->count - 1) * q, below = floor(place), t = place - below;
	double pair[2];

	if (order_copy(order, (uint64_t)below, pair, 2) < 2)
		return order_select(order, order->count - 1);
	if (t == 0)
		return pair[0];
	pair[0] = number_value(pair[0]);
	pair[1] = number_value(pair[1]);
	if (!isfinite(pair[1] - pair[0]))
		return pair[0] * (1 - t) + pair[1] * t;
	if (t >= 0.5)
		return pair[1] - (pair[1] - pair[0]) * (1 - t);
	return pair[0] + (pair[1] - pair[0]) * t;
}

double
order_median(const struct order *order)
{
	double pair[2] = { 0 };

	order_copy(order, (order->count - 1) / 2, pair, 2);
	return order->count % 2 == 1 ? pair[0] : total_middle(pair[0], pair[1]);
}

static void
free_subtree(void *child, uint32_t level, uint64_t count, bool spelt)
{
	struct node *node = child;
	const double *leaf = child;
	uint64_t i;

	for (i = 0; level > 0 && i < node->children; i++)
		free_subtree(node->child[i], level - 1, node->counts[i], spelt);
	for (i = 0; level == 0 && spelt && i < count; i++)
		number_drop(leaf[i]);
	free(child);
}

void
order_free(struct order *order)
{
	free_subtree(order->root, order->height, order->count, order->spelt);
	*order = (struct order){ 0 };
}
