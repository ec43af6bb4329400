#ifndef SML_NAIVE_H
#define SML_NAIVE_H

#include <stdint.h>

#include "score.h"

/*
 * Baselines without features, which a model must beat, scored like the model.  For numbers: the
 * last value, and the mean of all values so far.  For labels: the last label, and the more
 * frequent one so far (the earlier one if both are equally frequent), with the share of the later
 * label as the probability.
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

/* Score the baselines' predictions of a target, unless it is the first; then learn it. */
void naive_value_meet(struct naive_value *, double target);
void naive_label_meet(struct naive_label *, int target);

/* Exchanges the two labels. */
void naive_label_mirror(struct naive_label *);

#endif
