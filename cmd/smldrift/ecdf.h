#ifndef SML_ECDF_H
#define SML_ECDF_H

#include <stddef.h>
#include <stdint.h>

#include "drift_value.h"

/*
 * The largest distance between the empirical distribution functions of a fixed
 * reference and of current values that come and go.
 *
 * The distinct values of the reference cut the line into places: 2k + 1 is
 * "equal to the k-th", 2k "just below it" and the last one "above all of them",
 * so that ties are exact.  A tree over the distinct values keeps, in integers, the
 * highest and the lowest value of
 *
 *	weight x (reference so far) - (size of the reference) x (current so far)
 *
 * in each stretch: O(log R) for a value.  If the weight is the number of current
 * values, the root has the largest distance.  While that number grows the weight
 * lags a little behind, and the tree only bounds the search for it.
 */
struct ecdf_node {
	int64_t times;		/* reference values in the stretch */
	int64_t sum, high, low; /* over the stretch; high and low of its prefixes */
};

struct ecdf {
	struct drift_value *value; /* distinct values of the reference, ascending */
	int64_t *held;		   /* current values by place */
	struct ecdf_node *node;	   /* node[1] is the root, node[leaves + k] value[k] */
	size_t distinct, leaves;
	int64_t reference, current; /* how many values */
	int64_t weight;
};

/*
 * Makes room for references of up to most values (at least 1).  Returns -1 if
 * memory is short.  A zeroed struct may be closed.
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
 * Returns the largest distance, multiplied by the numbers of reference and current values;
 * there must be a current value.  O(1) if no value was added since the last call; else mostly
 * O(log R), and O(R) at one value in sqrt(n).
 */
int64_t ecdf_gap(struct ecdf *);

#endif
