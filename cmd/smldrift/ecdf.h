#ifndef SML_ECDF_H
#define SML_ECDF_H

#include <stddef.h>
#include <stdint.h>

#include "drift_value.h"

/*
 * The largest distance between the empirical distribution functions of a fixed reference and
 * of current values that come and go.
 *
 * The distinct values of the reference cut the line of numbers into places: place 2k + 1 is
 * "equal to the k-th value", 2k is "just below it", and the last place is "above all of them".
 * So ties are exact.  A tree over the distinct values keeps, in integers, the highest and the
 * lowest value of
 *
 *	weight x (reference so far) - (size of the reference) x (current so far)
 *
 * in each stretch of places.  An update takes O(log R).  If the weight is the number of
 * current values, the root has the largest distance.  While that number grows, the weight is a
 * little too small; then the tree only bounds the search for the largest distance.
 */
struct ecdf_node {
	int64_t times; /* reference values in the stretch */
	/* sum over the stretch; highest and lowest sum of a prefix of it */
	int64_t sum, high, low;
};

struct ecdf {
	struct drift_value *value; /* distinct values of the reference, ascending */
	int64_t *held;		   /* how many current values each place has */
	struct ecdf_node *node;	   /* node[1] is the root, node[leaves + k] value[k] */
	size_t distinct, leaves;
	int64_t reference, current; /* how many values */
	int64_t weight;
};

/*
 * Makes room for references of up to most values (at least 1).  Returns -1 if memory is short.
 * ecdf_close does nothing if all is zero.
 */
int ecdf_open(struct ecdf *, size_t most);
void ecdf_close(struct ecdf *);

/*
 * Sets the reference: n values (1 to most) in any order, none of them NaN.  Removes
 * all current values.
 */
void ecdf_set_reference(struct ecdf *, const struct drift_value *values, size_t n);

/* Returns the place of a value, below 2 most + 1. */
uint32_t ecdf_place(const struct ecdf *, struct drift_value);

/* Adds a current value, by its place. */
void ecdf_add(struct ecdf *, uint32_t place);

/* Adds one current value and removes another, by their places. */
void ecdf_slide(struct ecdf *, uint32_t comes, uint32_t goes);

/*
 * Returns the largest distance, multiplied by the number of reference values and by the number
 * of current values, of which there must be one at least.  Takes O(1) if no value was added
 * since the last call; otherwise mostly O(log R), but O(R) at one value in sqrt(n).
 */
int64_t ecdf_gap(struct ecdf *);

#endif
