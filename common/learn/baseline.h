#ifndef SML_BASELINE_H
#define SML_BASELINE_H

#include "learn/learner.h"

/*
 * Learners without features.  mean_kind predicts the mean of the targets so far; to classify,
 * the probability of the later label is (k + 1) / (n + 2) if k of the n labels so far were the
 * later one.  last_kind predicts the last target again; to classify, it computes the same
 * probability, but only from the labels that came after a label equal to the last one.
 */
struct baseline_counts {
	double mean, last;
	double later;	 /* how many labels were the later one */
	double after[4]; /* at 2 a + b: how often label b followed label a */
};

struct baseline {
	uint64_t steps, width; /* as in struct learner_progress */
	struct learner_rule rule;
	struct baseline_counts now, next;
};

extern const struct learner_kind mean_kind, last_kind;

#endif
