#ifndef SML_MIXTURE_H
#define SML_MIXTURE_H

#include "learn/adaptive.h"
#include "learn/baseline.h"
#include "learn/coin.h"
#include "learn/learner.h"
#include "learn/scaler.h"
#include "learn/sgd.h"

/*
 * Experts: learners that all learn every row, and whose predictions are averaged.  To regress,
 * each prediction is limited to the range of the targets so far, and the weights minimise the
 * absolute error.  To classify, each probability is limited to the range from 1e-6 to 1 -
 * 1e-6, and the weights minimise the log loss.
 *
 * The weights follow BOA, Bernstein online aggregation with a learning rate for each expert
 * (Wintenberger 2017, Machine Learning 106, section 3), on the slopes of the loss at the
 * average. After n rows, its regret against each expert j of K is of the order sqrt(V_j (ln K
 * + ln ln n)) + E (ln K + ln ln n), where V_j is the sum of the squares of the regrets against
 * j, and E the largest regret.  There is nothing to choose, and no range must be known.  The
 * proof limits the rates to 1 / (2 E); here the limit is 1 / E.
 */
enum { MIXTURE_EXPERTS = 7 };

struct mixture_share {
	double weight;
	double regret;	/* of the average against the expert, minus its squares: BOA's -L */
	double squares; /* sum of the squared regrets */
	double range;	/* the largest regret */
	uint64_t gone;	/* 1: one of its numbers was not finite: it takes part no more */
};

struct mixture {
	uint64_t steps, width; /* as in struct learner_progress */
	struct learner_rule rule;
	double lowest, highest; /* of the targets so far */
	struct scaler scaler;	/* for the experts that need scaled features */
	double *z;
	struct sgd sgd[3];
	struct linear adaptive, coin;
	struct baseline mean, last;
	struct mixture_share share[MIXTURE_EXPERTS], next_share[MIXTURE_EXPERTS];
	double next_lowest, next_highest;
};

extern const struct learner_kind mixture_kind;

/* Returns how many experts of a learner were dropped; 0 if the learner has no experts. */
uint64_t mixture_gone(const struct learner *);

#endif
