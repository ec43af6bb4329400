/*
 * node: the inner nodes of order's counted B-tree, and the leaves below the lowest of them.
 *
 * Leaves are on level 0; a function takes the level of the child that it works on.
 *
 * A leaf is 1 KiB: moving half of it costs less than the cache miss that finds it. Measured
 * for random values on one core of a small cloud machine (64 to 256 values in a leaf and 32
 * to 64 children differ by less than the noise):
 *
 *	values	remove and insert	quantile	bytes a value
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

/* A leaf is a bare array of numbers; its parent knows how many it holds. */
struct node {
	uint32_t children;
	double least[NODE_FANOUT];    /* the least value below each child */
	uint64_t counts[NODE_FANOUT]; /* the number of values below each */
	void *child[NODE_FANOUT];
};

/*
 * Returns how many of n ascending values are at most `value`. spelt: some of these numbers may
 * be kept as they are spelt (number.h).
 */
uint32_t node_rank(const double *values, uint32_t n, double value, bool spelt);

/*
 * Returns the child that has the value, if any does: the last whose least value is not above
 * it.
 */
uint32_t node_child(const struct node *node, double value, bool spelt);

/*
 * Returns the least value of a leaf or a node on a level.
 */
double node_least(const void *child, uint32_t level);

/*
 * Returns how many values a leaf has, or how many children a node has.
 */
uint64_t node_size(const struct node *node, uint32_t index, uint32_t level);

/*
 * Splits a full child, of a node that is not full, to make room for a value; if values ascend
 * the left half stays nearly full. Returns 0, or -1 (ENOMEM) with the node as it was.
 */
int node_split_child(struct node *node, uint32_t index, uint32_t level, double value);

/*
 * Removes a child that is empty, or joins it with a neighbour if both together leave a quarter
 * of one free. Returns whether it did.
 */
bool node_mend_child(struct node *node, uint32_t index, uint32_t level);

#endif
