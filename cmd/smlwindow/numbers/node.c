/* The nodes of a counted B-tree: search, split, join. */
#include "numbers/node.h"

#include <stdlib.h>
#include <string.h>

#include "numbers/number.h"

uint32_t
node_rank(const double *values, uint32_t n, double value, bool spelt)
{
	const double *from = values;
	uint32_t low = 0, middle;

	if (spelt) {
		while (low < n) {
			middle = low + (n - low) / 2;
			if (number_before(value, values[middle]))
				n = middle;
			else
				low = middle + 1;
		}
		return low;
	}
	while (n > 1) {
		uint32_t half = n / 2;

		from += from[half - 1] <= value ? half : 0;
		n -= half;
	}
	return (uint32_t)(from - values) + (n == 1 && *from <= value);
}

uint32_t
node_child(const struct node *node, double value, bool spelt)
{
	return node_rank(node->least + 1, node->children - 1, value, spelt);
}

/*
 * Moves the children from index `from` on to index `to`, and adjusts node->children.
 */
static void
shift_children(struct node *node, uint32_t from, uint32_t to)
{
	size_t n = node->children - from;

	memmove(node->least + to, node->least + from, n * sizeof node->least[0]);
	memmove(node->counts + to, node->counts + from, n * sizeof node->counts[0]);
	memmove(node->child + to, node->child + from, n * sizeof node->child[0]);
	node->children += to - from;
}

/*
 * Appends the children of `from`, beginning at an index, to the children of `to`.
 */
static void
append_children(struct node *to, const struct node *from, uint32_t index)
{
	size_t n = from->children - index;

	memcpy(to->least + to->children, from->least + index, n * sizeof to->least[0]);
	memcpy(to->counts + to->children, from->counts + index, n * sizeof to->counts[0]);
	memcpy(to->child + to->children, from->child + index, n * sizeof to->child[0]);
	to->children += (uint32_t)n;
}

double
node_least(const void *child, uint32_t level)
{
	return level == 0 ? *(const double *)child : ((const struct node *)child)->least[0];
}

int
node_split_child(struct node *node, uint32_t index, uint32_t level, double value)
{
	uint32_t most = level == 0 ? NODE_LEAF : NODE_FANOUT, keep = most / 2, i;
	void *left = node->child[index];
	void *right = malloc(level == 0 ? NODE_LEAF * sizeof(double) : sizeof(struct node));
	uint64_t moved = 0;

	if (right == NULL)
		return -1;
	if (level == 0) {
		if (!number_before(value, ((double *)left)[most - 1]))
			keep = most - most / 8;
		moved = most - keep;
		memcpy(right, (double *)left + keep, moved * sizeof(double));
	} else {
		struct node *lower = left, *upper = right;

		if (!number_before(value, lower->least[most - 1]))
			keep = most - most / 8;
		upper->children = 0;
		append_children(upper, lower, keep);
		lower->children = keep;
		for (i = 0; i < upper->children; i++)
			moved += upper->counts[i];
	}
	shift_children(node, index, index + 1);
	node->counts[index] -= moved;
	node->child[index + 1] = right;
	node->counts[index + 1] = moved;
	node->least[index + 1] = node_least(right, level);
	return 0;
}

uint64_t
node_size(const struct node *node, uint32_t index, uint32_t level)
{
	return level == 0 ? node->counts[index] :
			    ((const struct node *)node->child[index])->children;
}

/*
 * Joins a child and the next one if the joined child has at least a quarter free.  Returns
 * whether it did.
 */
static bool
join_children(struct node *node, uint32_t index, uint32_t level)
{
	uint32_t most = level == 0 ? NODE_LEAF : NODE_FANOUT;
	void *left, *right;

	if (index + 1 >= node->children ||
	    node_size(node, index, level) + node_size(node, index + 1, level) >
		most - most / 4)
		return false;
	left = node->child[index];
	right = node->child[index + 1];
	if (level == 0)
		memcpy((double *)left + node->counts[index], right,
		    node->counts[index + 1] * sizeof(double));
	else
		append_children(left, right, 0);
	free(right);
	node->counts[index] += node->counts[index + 1];
	shift_children(node, index + 2, index + 1);
	return true;
}

bool
node_mend_child(struct node *node, uint32_t index, uint32_t level)
{
	if (node_size(node, index, level) == 0) {
		free(node->child[index]);
		shift_children(node, index + 1, index);
		return true;
	}
	return join_children(node, index, level) ||
	    (index > 0 && join_children(node, index - 1, level));
}
