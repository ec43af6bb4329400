/* A linear model by stochastic gradient descent, as scikit-learn's partial_fit learns it. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "learn/sgd.h"

static const double max_slope = 1e12;
static const double min_scale = 1e-9;

static const struct member members[] = {
	{ "steps", M_U64, offsetof(struct linear, steps), 0 },
	{ "intercept", M_F64, LINEAR_INTERCEPT(0), 0 },
	{ NULL, 0, 0, 0 },
};

static const struct feature_number numbers[] = {
	{ "weight", "weights", LINEAR_NUMBER(0) },
	{ NULL, NULL, 0, 0 },
};

static const struct learner_part parts[] = {
	{ "sgd", members, numbers, 0, false, false },
	{ NULL, NULL, NULL, 0, false, false },
};

/* Returns the derivative of the loss by the score. */
static double
loss_slope(int loss, double y, double score)
{
	double e;

	if (loss == LOSS_SQUARED_ERROR)
		return score - y;
	/* The branch keeps e^-score finite; below it e^score is the sigmoid. */
	if (score > -37) {
		e = exp(-score);
		return ((1 - y) - y * e) / (1 + e);
	}
	return exp(score) - y;
}

static void
sgd_open(void *state, const struct learner_rule *rule)
{
	struct sgd *s = state;
	double typical;

	*s = (struct sgd){ .linear = { .numbers = 1, .odd = 1 }, .rule = *rule };
	if (rule->rate == RATE_OPTIMAL) {
		/* Make the first step as long as a typical weight. */
		typical = sqrt(1.0 / sqrt(rule->alpha));
		s->t0 = typical / fmax(1.0, loss_slope(rule->loss, 1.0, -typical));
		s->t0 = 1.0 / (s->t0 * rule->alpha);
	}
}

double
sgd_probability(double score)
{
	return 1.0 / (1.0 + exp(-score));
}

static double
step_size(const struct sgd *s)
{
	const struct learner_rule *rule = &s->rule;
	double t = (double)s->linear.steps + 1.0;

	if (rule->rate == RATE_OPTIMAL)
		return 1.0 / (rule->alpha * (s->t0 + t - 1));
	if (rule->rate == RATE_INVSCALING)
		return rule->eta0 / pow(t, rule->power_t);
	return rule->eta0;
}

/*
 * scikit-learn keeps the weights as a vector times a scale, which it multiplies in when it
 * has become small and at the end of each call.  With one row for each call, every weight
 * becomes (w + x (u / s)) s.
 */
static int
sgd_try(void *state, const double *x, double y)
{
	struct sgd *s = state;
	struct linear *l = &s->linear;
	double eta = step_size(s);
	double slope = loss_slope(s->rule.loss, y, linear_score(l, x));
	double shrink = 1.0, scale = 1.0, update, w;
	const double *weight = l->of[0];
	double *next = l->next[0];
	bool finite = true;

	if (slope < -max_slope)
		slope = -max_slope;
	else if (slope > max_slope)
		slope = max_slope;
	update = -eta * slope;
	if (s->rule.penalty == PENALTY_L2)
		scale = fmax(0.0, 1.0 - eta * s->rule.alpha);
	if (scale < min_scale) {
		shrink = scale;
		scale = 1.0;
	}
	for (uint64_t i = 0; i < l->width; i++) {
		w = weight[i] * shrink;
		w += x[i] * (update / scale);
		next[i] = w * scale;
		finite = finite && isfinite(next[i]);
	}
	l->next_intercept[0] = l->intercept[0] + update;
	return finite && isfinite(l->next_intercept[0]) ? 0 : -1;
}

const struct learner_kind sgd_kind = {
	LINEAR_KIND,
	.name = "sgd",
	.size = sizeof(struct sgd),
	.parts = parts,
	.open = sgd_open,
	.score = linear_score,
	.try = sgd_try,
};
