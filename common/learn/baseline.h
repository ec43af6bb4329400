#ifndef SML_BASELINE_H
#define SML_BASELINE_H

#include "learn/learner.h"

/*
 * Learners without features.  mean_kind predicts the mean of the targets so far; to
 * classify, the share (k + 1) / (n + 2) of the later label, of which k of n were.
 * last_kind predicts the last target again; to classify, the share of the later label
 * among those that followed a label like the last one, counted from one each.
 */
struct baseline_counts {
	double mean, last;
	double later;	 /* labels that were the later one */
	double after[4]; /* at 2 a + b: labels b that followed a label a */
};

struct baseline {
	uint64_t steps, width; /* as struct learner_progress */
	struct learner_rule rule;
	struct baseline_counts now, next;
};

extern const struct learner_kind mean_kind, last_kind;

#endif
