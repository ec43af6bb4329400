#ifndef SML_SGD_H
#define SML_SGD_H

#include "learn/learner.h"
#include "learn/linear.h"

/*
 * A linear model that learns by stochastic gradient descent, one row at a time.  The
 * definition is scikit-learn 1.9's SGDRegressor and SGDClassifier under partial_fit with one
 * dense row (_plain_sgd in _sgd_fast.pyx.tp, WeightVector64 in _weight_vector.pyx.tp),
 * including the order of operations: the weights have the same bits wherever libm's exp and
 * pow have.
 *
 * scikit-learn's t_ is one more than steps.
 */
struct sgd {
	struct linear linear; /* with the weight of each feature */
	double t0;	      /* for RATE_OPTIMAL, which needs an alpha above 0 */
};

extern const struct learner_kind sgd_kind;

/*
 * sgd with the rates PA1 and PA2 and no penalty: scikit-learn's PassiveAggressiveClassifier
 * and PassiveAggressiveRegressor.  A squared loss means PA2.
 */
extern const struct learner_kind pa_kind;

/* Returns the probability of the later label for a score s: 1 / (1 + e^-s). */
double sgd_probability(double score);

#endif
