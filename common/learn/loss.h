#ifndef SML_LOSS_H
#define SML_LOSS_H

#include "learn/linear.h"

/*
 * The losses of Vowpal Wabbit 9.11 (loss_functions.cc), for the learners that are its:
 * LOSS_SQUARED_ERROR is (p - y)^2 without the half, LOSS_LOG that of labels 0 and 1.
 * A prediction is kept within a range of two numbers, lowest and highest: that of the
 * targets so far, and 0; -50 to 50 for LOSS_LOG.
 */
double loss_clamp(const struct learner_rule *, const double range[2], double score);

/* The score of a linear model whose first totals are the range, kept within it (learner.h). */
double loss_score(const void *linear, const double *x);

/* Widens the range now by a target. */
void loss_meet(const double now[2], double target, double next[2]);

/* Returns the derivative of the loss by the prediction, which is in the range. */
double loss_derivative(int loss, double prediction, double target);

/*
 * Returns how far the importance-invariant update goes (Karampatziakis, Langford 2011):
 * where the gradient flow of length scale ends, if each unit of the update moves the
 * prediction by leverage.
 */
double loss_invariant(int loss, double prediction, double target, double scale,
    double leverage);

#endif
