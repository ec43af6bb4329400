#ifndef SML_LOSS_H
#define SML_LOSS_H

#include "learn/linear.h"

/*
 * The losses of Vowpal Wabbit 9.11 (loss_functions.cc), for its learners: LOSS_SQUARED_ERROR
 * is (p - y)^2 without the factor 1/2, LOSS_LOG the log loss for labels 0 and 1.  Predictions
 * are limited to the range, lowest to highest, of 0 and the targets so far, but to -50 to 50
 * for LOSS_LOG; with no_clamp they are not limited.
 */
double loss_clamp(const struct learner_rule *, const double range[2], double score);

/*
 * Returns the score of a linear model, limited to the range in its first two totals
 * (learner.h).
 */
double loss_score(const void *linear, const double *x);

/* Sets next to the range now, widened to include a target. */
void loss_meet(const double now[2], double target, double next[2]);

/* Returns the slope of the loss at the prediction, which must be within the range. */
double loss_derivative(int loss, double prediction, double target);

/*
 * Returns the size of the importance-invariant update (Karampatziakis, Langford 2011): where a
 * gradient flow of length scale ends, if each unit of the update moves the prediction by
 * leverage.
 */
double loss_invariant(int loss, double prediction, double target, double scale,
    double leverage);

#endif
