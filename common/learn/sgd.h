#ifndef SML_SGD_H
#define SML_SGD_H

#include <stdint.h>

#include "state/member.h"

/*
 * A linear model that learns by stochastic gradient descent, one row at a
 * time.  The definition is scikit-learn 1.9's SGDRegressor and SGDClassifier
 * under partial_fit with one dense row (_plain_sgd in _sgd_fast.pyx.tp,
 * WeightVector64 in _weight_vector.pyx.tp), the order of operations included:
 * the weights have the same bits wherever libm's exp and pow do.
 */
enum sgd_loss {
	SGD_SQUARED_ERROR, /* (p - y)^2 / 2, y any number; a label is -1 or 1 */
	SGD_LOG_LOSS	   /* log(1 + e^p) - y p, y is 0 or 1 */
};

enum sgd_penalty {
	SGD_L2, /* alpha / 2 times the squared length of the weights */
	SGD_NONE
};

enum sgd_rate {
	SGD_CONSTANT,	/* eta0 */
	SGD_INVSCALING, /* eta0 / t^power_t, t counting from 1 */
	SGD_OPTIMAL	/* 1 / (alpha (t0 + t - 1)), t0 by Bottou's heuristic */
};

struct sgd_rule {
	enum sgd_loss loss;
	enum sgd_penalty penalty;
	enum sgd_rate rate;
	double alpha, eta0, power_t;
};

/*
 * Learning is in two steps, so that a bad row changes nothing: sgd_try computes the
 * next weights without touching the current ones, sgd_keep takes them over.
 */
struct sgd {
	struct sgd_rule rule;
	double t0;	/* of SGD_OPTIMAL */
	uint64_t steps; /* rows learned; scikit-learn's t_ is one more */
	uint64_t width;
	double *weight, intercept;
	double *next_weight, next_intercept;
};

extern const struct member sgd_members[];

/* Makes a model of no weights.  alpha must be above 0 for SGD_OPTIMAL. */
void sgd_open(struct sgd *, const struct sgd_rule *);
void sgd_close(struct sgd *);

/* Makes room for width weights.  Returns -1 if memory is short, nothing changed. */
int sgd_reserve(struct sgd *, uint64_t width);

/*
 * Inserts n weights of 0 before weight at (at most width); there must be room for
 * them.  A feature that was 0 in every row so far has just this weight.
 */
void sgd_widen(struct sgd *, uint64_t at, uint64_t n);

/* Undoes sgd_widen; not after sgd_keep. */
void sgd_narrow(struct sgd *, uint64_t at, uint64_t n);

/*
 * Completes a model whose members were read.  Returns -1 if it does not have width
 * weights, a number is not finite, or memory is short.
 */
int sgd_loaded(struct sgd *, uint64_t width);

/* Returns the weights times x[width], summed in order, plus the intercept. */
double sgd_score(const struct sgd *, const double *x);

/* Returns the probability of the later label for a score s: 1 / (1 + e^-s). */
double sgd_probability(double score);

/*
 * Learns the row x[width] with the target y in two steps.  sgd_try returns -1 if a
 * weight would not be finite.
 */
int sgd_try(struct sgd *, const double *x, double y);
void sgd_keep(struct sgd *);

/* Exchanges the two labels of the model. */
void sgd_mirror(struct sgd *);

#endif
