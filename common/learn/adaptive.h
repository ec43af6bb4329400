#ifndef SML_ADAPTIVE_H
#define SML_ADAPTIVE_H

#include "learn/learner.h"

/*
 * A linear model like Vowpal Wabbit 9.11's default (gd.cc; Ross, Mineiro, Langford 2013;
 * Duchi, Hazan, Singer 2011): its steps are normalised by the size of each feature, adapted to
 * the feature's past gradients, and importance-invariant.  It computes in doubles, VW in
 * single precision.  A feature that is 0 does not take part, as in VW's sparse rows.  Labels
 * are as in loss.h.
 *
 * For each feature it keeps the weight, the sum of the squared gradients, and the largest
 * value; for the whole model, the range of the targets, the sum of the squared normalised
 * features, and the number of rows in that sum.
 */
extern const struct learner_kind adaptive_kind;

#endif
