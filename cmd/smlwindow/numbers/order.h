/*
 * order: a multiset of numbers (number.h) that knows the value of every rank, for medians and
 * quantiles of a window.
 *
 * It is a counted B-tree (node.h): leaves are sorted arrays, and nodes have the least value
 * and the number of values of each child.  Every operation on one value is O(log n).  While
 * all values fit into one leaf, the tree is a plain sorted array that grows by doubling.
 *
 * A struct of zero bytes is an empty multiset.  The multiset holds its numbers (number_hold).
 * -0 is stored as 0, so that results do not depend on which of the two came first.
 */
#ifndef SML_ORDER_H
#define SML_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct order {
	void *root;	   /* a leaf if height is 0 */
	uint64_t count;	   /* the number of values; equal values all count */
	uint32_t capacity; /* how many values fit into the root, if it is a leaf */
	uint16_t height;   /* levels of inner nodes above the leaves */
	bool spelt;	   /* some value may have a copy of its spelling */
};

/*
 * Adds a value.  Returns 0; or -1 (ENOMEM), and the multiset is unchanged.
 */
int order_insert(struct order *order, double value);

/* Removes one value that is equal to this one.  Returns 0, or -1 if there is none. */
int order_remove(struct order *order, double value);

/*
 * order_merge adds the values of another multiset, order_unmerge removes them.  The other
 * multiset does not change, and must not be the same struct.  If memory is short (ENOMEM),
 * order_merge returns -1, and the multiset is unchanged.  If a value is missing, order_unmerge
 * returns -1, but removes the other values.  Otherwise they return 0.
 */
int order_merge(struct order *order, const struct order *other);
int order_unmerge(struct order *order, const struct order *other);

/*
 * Moves all values of another multiset into this one, and leaves the other empty.  (The values
 * of the smaller one move.)  Returns 0, or -1 (ENOMEM).
 */
int order_absorb(struct order *order, struct order *other);

/*
 * Returns the value of a rank, which must be below count.  Rank 0 is the least value, rank
 * count - 1 the greatest.
 */
double order_select(const struct order *order, uint64_t rank);

/*
 * Copies up to n values, from a rank on, in ascending order; they are borrowed.  Returns how
 * many it copied: fewer than n only at the end.  A multiset into which all the values of this
 * one are inserted is equal to it.
 */
size_t order_copy(const struct order *order, uint64_t rank, double *values, size_t n);

/*
 * Returns the quantile q, 0 to 1, of a multiset that is not empty.  If q * (count - 1) is a
 * rank, the quantile is the number of that rank, borrowed.  Otherwise it is interpolated
 * linearly between the doubles of the two nearest ranks.  It equals numpy.quantile(values, q)
 * with method "linear" bit for bit.
 */
double order_quantile(const struct order *order, double q);

/*
 * Returns the median of a multiset that is not empty: the middle number, borrowed, or the mean
 * of the middle two, rounded once.  It equals numpy.median(values) bit for bit, except that
 * the mean never overflows.  It can differ from order_quantile(order, 0.5) in the last bit, as
 * in NumPy.
 */
double order_median(const struct order *order);

/*
 * Frees the values and leaves the multiset empty.
 */
void order_free(struct order *order);

#endif
