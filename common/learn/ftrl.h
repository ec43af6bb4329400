#ifndef SML_FTRL_H
#define SML_FTRL_H

#include "learn/learner.h"

/*
 * Follow the regularized leader, proximal (McMahan et al. 2013), as Vowpal Wabbit 9.11's --ftrl
 * (ftrl.cc), in doubles where VW has single precision; a feature that is 0 does not take part.
 * The labels are those of loss.h.
 *
 * It keeps for each feature the weight w, the sum z and the sum of the squared gradients n; in
 * total the range of the targets.
 */
extern const struct learner_kind ftrl_kind;

#endif
