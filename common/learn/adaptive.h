#ifndef SML_ADAPTIVE_H
#define SML_ADAPTIVE_H

#include "learn/learner.h"

/*
 * A linear model whose steps are normalised by the size of each feature, adapted to the gradients
 * that each has had, and importance-invariant: the default of Vowpal Wabbit 9.11 (gd.cc; Ross,
 * Mineiro, Langford 2013; Duchi, Hazan, Singer 2011), in doubles where VW has single precision.
 * A feature that is 0 does not take part, as in VW's sparse rows.  The labels are those of
 * loss.h.
 *
 * It keeps for each feature the weight, the sum of the squared gradients, and the largest value;
 * in total the range of the targets, the sum of the squared normalised features, and the number
 * of rows in that sum.
 */
extern const struct learner_kind adaptive_kind;

#endif
