#ifndef SML_NAIVE_H
#define SML_NAIVE_H

#include <stdint.h>

#include "score.h"

/*
 * Baselines without features, which a model must beat, scored like the model.  For numbers
 * they predict the last value, and the mean of all values so far.  For labels they predict the
 * last label, and the label that is more frequent so far (the earlier label if both are
 * equally frequent), with the share of the later label as the probability.
 */
struct naive_value {
	uint64_t count;
	double last, mean;
	struct score by_last, by_mean;
};

struct naive_label {
	uint64_t count0, count1, last;
	struct confusion by_last, by_majority;
};

extern const struct member naive_value_members[];
extern const struct member naive_label_members[];

/*
 * These score the baselines' predictions of a target, unless it is the first; then they learn
 * the target.
 */
void naive_value_meet(struct naive_value *, double target);
void naive_label_meet(struct naive_label *, int target);

/* Exchanges the two labels. */
void naive_label_mirror(struct naive_label *);

#endif
