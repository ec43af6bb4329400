#ifndef SML_COIN_H
#define SML_COIN_H

#include "learn/learner.h"

/*
 * Coin betting (Orabona, Tommasi 2017: COCOB), as Vowpal Wabbit 9.11's --coin (ftrl.cc), in
 * doubles where VW has single precision; a feature that is 0 does not take part.  It has no step
 * size.  The labels are those of loss.h.
 *
 * It keeps for each feature the negative sum of the gradients, the sum of their sizes, the
 * largest value, the largest slope and the wealth; in total the range of the targets, the sum of
 * the squared normalised features, and the number of rows in that sum.
 */
extern const struct learner_kind coin_kind;

#endif
