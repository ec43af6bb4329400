#ifndef SML_COIN_H
#define SML_COIN_H

#include "learn/learner.h"

/*
 * Coin betting (Orabona, Tommasi 2017: COCOB), like Vowpal Wabbit 9.11's --coin (ftrl.cc), but
 * in doubles where VW has single precision.  A feature that is 0 does not take part.  There is
 * no step size.  Labels are as in loss.h.
 *
 * For each feature it keeps the negative sum of the gradients, the sum of their sizes, the
 * largest value, the largest slope and the wealth; for the whole model, the range of the
 * targets, the sum of the squared normalised features, and the number of rows in that sum.
 */
extern const struct learner_kind coin_kind;

#endif
