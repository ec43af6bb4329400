/*
 * node: the inner nodes and the leaves of the counted B-tree in order.h.
 *
 * Leaves are on level 0.  `level` is always the level of the child, not of the node.
 *
 * A leaf is 1 KiB: moving half of it costs less than the cache miss of finding it.  The times
 * below are for random values on one core of a small cloud machine.  Leaves of 64 to 256
 * values and nodes of 32 to 64 children make no measurable difference.
 *
 *	values	remove and insert	quantile	bytes per value
 *	10	 55 ns			 19 ns		14
 *	1000	170 ns			 33 ns		11 to 17
 *	10^5	280 ns			 52 ns		14
 *	10^6	980 ns			220 ns		14
 */
#ifndef SML_NODE_H
#define SML_NODE_H

#include <stdbool.h>
#include <stdint.h>

#define NODE_LEAF 128  /* values in a leaf */
#define NODE_FANOUT 64 /* children of a node */

/* An inner node.  A leaf is just an array of numbers; its parent counts them. */
struct node {
	uint32_t children;
	double least[NODE_FANOUT];    /* the least value below each child */
	uint64_t counts[NODE_FANOUT]; /* the number of values below each child */
	void *child[NODE_FANOUT];
};

/*
 * Returns how many of n ascending values are at most `value`.  spelt: some of these values may
 * have a copy of their spelling (number.h).
 */
uint32_t node_rank(const double *values, uint32_t n, double value, bool spelt);

/*
 * Returns the index of the child that the value belongs to: the last child whose least value
 * is at most this value, or else 0.
 */
uint32_t node_child(const struct node *node, double value, bool spelt);

/*
 * Returns the least value of a child.
 */
double node_least(const void *child, uint32_t level);

/*
 * Returns how many values a child has if it is a leaf, or else how many children it has.
 */
uint64_t node_size(const struct node *node, uint32_t index, uint32_t level);

/*
 * Splits a full child to make room for a value.  The node itself must not be full.  If values
 * come in ascending order, the left part stays nearly full.  Returns 0; or -1 (ENOMEM), and
 * the node is unchanged.
 */
int node_split_child(struct node *node, uint32_t index, uint32_t level, double value);

/*
 * Removes the child if it is empty.  Otherwise joins it with a neighbour, if the joined child
 * has at least a quarter free.  Returns whether it did either.
 */
bool node_mend_child(struct node *node, uint32_t index, uint32_t level);

#endif
