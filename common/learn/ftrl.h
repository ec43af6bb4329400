#ifndef SML_FTRL_H
#define SML_FTRL_H

#include "learn/learner.h"

/*
 * Follow the regularized leader, proximal (McMahan et al. 2013), like Vowpal Wabbit 9.11's
 * --ftrl (ftrl.cc), but in doubles where VW has single precision.  A feature that is 0 does
 * not take part.  Labels are as in loss.h.
 *
 * For each feature it keeps the weight w, the sum z and the sum of the squared gradients n;
 * for the whole model, the range of the targets.
 */
extern const struct learner_kind ftrl_kind;

#endif
