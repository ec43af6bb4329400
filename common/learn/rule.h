#ifndef SML_RULE_H
#define SML_RULE_H

#include <stdbool.h>

/*
 * How a learner learns: the options as numbers.  A choice is the index of its word in
 * recipe.h; a learner reads those that it has.
 */
enum task { TASK_OPEN = -1, TASK_REGRESS, TASK_CLASSIFY };

enum loss {
	LOSS_SQUARED_ERROR, /* (p - y)^2 / 2, y any number; a label is -1 or 1 */
	LOSS_LOG	    /* log(1 + e^p) - y p, y is 0 or 1 */
};

enum penalty {
	PENALTY_L2, /* alpha / 2 times the squared length of the weights */
	PENALTY_NONE
};

enum rate {
	RATE_CONSTANT,	 /* eta0 */
	RATE_INVSCALING, /* eta0 / t^power_t, t counting from 1 */
	RATE_OPTIMAL	 /* 1 / (alpha (t0 + t - 1)), t0 by Bottou's heuristic */
};

struct learner_rule {
	int task, loss, penalty, rate;
	double alpha, eta0, power_t;
	double beta, l1, l2, initial_t;
	bool no_intercept, no_clamp;
};

#endif
