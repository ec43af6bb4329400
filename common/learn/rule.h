#ifndef SML_RULE_H
#define SML_RULE_H

#include <stdbool.h>

/*
 * The options of learners, as numbers; a word is its index in the list in recipe.h.  A learner
 * reads only the options that apply to it.
 */
enum task { TASK_OPEN = -1, TASK_REGRESS, TASK_CLASSIFY };

enum loss {
	LOSS_SQUARED_ERROR, /* (p - y)^2 / 2, y any number; a label is -1 or 1 */
	LOSS_LOG,	    /* log(1 + e^p) - y p, y is 0 or 1 */

	/* For sgd alone, with scikit-learn's names; z is y p. */
	LOSS_HUBER,			  /* squared within epsilon, linear beyond */
	LOSS_EPSILON_INSENSITIVE,	  /* max(0, |p - y| - epsilon) */
	LOSS_SQUARED_EPSILON_INSENSITIVE, /* its square */
	LOSS_HINGE,			  /* max(0, 1 - z) */
	LOSS_SQUARED_HINGE,		  /* its square */
	LOSS_MODIFIED_HUBER,		  /* as squared_hinge, but linear if z is below -1 */
	LOSS_PERCEPTRON,		  /* max(0, -z) */
	LOSS_PINBALL /* quantile (y - p), or (1 - quantile) (p - y): the larger */
};

enum penalty {
	PENALTY_L2, /* alpha / 2 times the squared length of the weights */
	PENALTY_NONE,
	PENALTY_L1,	   /* alpha times the sum of their sizes */
	PENALTY_ELASTICNET /* l1_ratio of l1, the rest of l2 */
};

enum rate {
	RATE_CONSTANT,	 /* eta0 */
	RATE_INVSCALING, /* eta0 / t^power_t, t counting from 1 */
	RATE_OPTIMAL,	 /* 1 / (alpha (t0 + t - 1)), t0 by Bottou's heuristic */

	/* Passive-aggressive steps: as long as the row's loss requires (sgd.c). */
	RATE_PA1, /* but at most eta0 */
	RATE_PA2  /* shortened by a penalty on their square */
};

struct learner_rule {
	int task, loss, penalty, rate;
	double alpha, eta0, power_t;
	double beta, l1, l2, initial_t;
	double l1_ratio, epsilon, quantile;
	double aggressiveness; /* for pa, instead of eta0 */
	double intercept_lr;   /* if above 0; else the intercept moves like the weights */
	bool no_intercept, no_clamp;
};

#endif
