/*
 * order: a multiset of numbers (number.h) that knows the value of every rank, for medians and
 * quantiles of a window.
 *
 * A counted B-tree (node.h): sorted leaves, nodes with the least value and the number of
 * values of each child.  Every operation is O(log n).  Up to one leaf's worth of values it is
 * a plain sorted array that grows by doubling.
 *
 * A struct of zero bytes is an empty multiset.  The numbers in it are held (number.h).  -0 is
 * stored as 0, so that results do not depend on which of the two came first.
 */
#ifndef SML_ORDER_H
#define SML_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct order {
	void *root;	   /* a leaf if height is 0 */
	uint64_t count;	   /* values held, each of equal ones counted */
	uint32_t capacity; /* values that the root has room for while it is a leaf */
	uint16_t height;   /* levels of inner nodes above the leaves */
	bool spelt;	   /* some number may be stored in its spelling */
};

/*
 * Adds a value. Returns 0, or -1 (ENOMEM) with the multiset as it was.
 */
int order_insert(struct order *order, double value);

/* Removes one value that equals this value.  Returns 0, or -1 if there is none. */
int order_remove(struct order *order, double value);

/*
 * These add or remove every value of another multiset, which does not change and must not be
 * the same struct.  order_merge returns 0; or -1 (ENOMEM), and the multiset is unchanged.
 * order_unmerge returns 0, or -1 if a value was missing (the others are removed all the same).
 */
int order_merge(struct order *order, const struct order *other);
int order_unmerge(struct order *order, const struct order *other);

/*
 * Moves every value of another multiset into this one (the smaller one is moved), and leaves the
 * other empty. Returns 0, or -1 (ENOMEM).
 */
int order_absorb(struct order *order, struct order *other);

/*
 * Returns the value of a rank: 0 is the least, count - 1 the greatest. The rank must be
 * below count.
 */
double order_select(const struct order *order, uint64_t rank);

/*
 * Copies up to n values in ascending order, from a rank on, for saving; they are borrowed.  An
 * equal multiset results from inserting them.  Returns how many were copied: fewer than n only
 * at the end.
 */
size_t order_copy(const struct order *order, uint64_t rank, double *values, size_t n);

/*
 * Returns the quantile q in [0, 1] of a multiset that is not empty: the number at rank q
 * (count - 1), borrowed, or, between two ranks, the linear interpolation of their doubles:
 * numpy.quantile(values, q), method "linear", to the bit.
 */
double order_quantile(const struct order *order, double q);

/*
 * Returns the median of a multiset that is not empty: the middle number, borrowed, or the mean
 * of the middle two, rounded once: numpy.median(values) to the bit, except that the mean never
 * overflows. It can differ from order_quantile(order, 0.5) in the last bit, as in NumPy.
 */
double order_median(const struct order *order);

/*
 * Frees the values and leaves the multiset empty.
 */
void order_free(struct order *order);

#endif
