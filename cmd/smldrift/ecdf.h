#ifndef SML_ECDF_H
#define SML_ECDF_H

#include <stddef.h>
#include <stdint.h>

/*
 * The largest distance between the empirical distribution functions of a fixed
 * reference and of current values that come and go.
 *
 * The distinct values of the reference cut the line into places: 2k + 1 is
 * "equal to the k-th", 2k "just below it" and the last one "above all of them",
 * so that ties are exact.  A tree over the distinct values keeps, of
 * weight x (reference so far) - (reference n) x (current so far), the highest
 * and the lowest of each stretch, in integers: O(log R) for a value.  Where the
 * weight is the number of current values the largest distance stands at the
 * root.  While that number grows the weight lags a little, and bounds
 * from the tree lead to the largest distance.
 */
struct ecdf_node {
	int64_t times;		/* reference values in the stretch */
	int64_t sum, high, low; /* over the stretch; high and low of its prefixes */
};

struct ecdf {
	double *value;		/* distinct values of the reference, ascending */
	int64_t *held;		/* current values by place */
	struct ecdf_node *node; /* node[1] is the root, node[leaves + k] value[k] */
	size_t distinct, leaves;
	int64_t reference, current; /* how many values */
	int64_t weight;
};

/*
 * Makes room for references of up to most values (at least 1).  -1 where
 * memory is short.  A struct of zero bytes may be freed.
 */
int ecdf_open(struct ecdf *, size_t most);
void ecdf_close(struct ecdf *);

/*
 * Sets the reference: n values in any order, 1 to most, none of them NaN; no
 * value is current then.
 */
void ecdf_refer(struct ecdf *, const double *values, size_t n);

/* The place of a value, below 2 most + 1. */
uint32_t ecdf_place(const struct ecdf *, double);

/* One more current value, by its place. */
void ecdf_add(struct ecdf *, uint32_t place);

/* One comes and one goes. */
void ecdf_slide(struct ecdf *, uint32_t comes, uint32_t goes);

/*
 * The largest distance times the numbers of values of both; there must be a
 * current one.  O(1) where no value was added since the last time; else mostly
 * O(log R), and O(R) at one value of sqrt(n).
 */
int64_t ecdf_gap(struct ecdf *);

#endif
