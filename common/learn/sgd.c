/* Learns a linear model by stochastic gradient descent, as scikit-learn's partial_fit does. */
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

static const struct learner_part pa_parts[] = {
	{ "pa", members, numbers, 0, false, false },
	{ NULL, NULL, NULL, 0, false, false },
};

/* For a loss on labels -1 and 1: returns its slope at z = y p. */
static double
margin_slope(int loss, double z)
{
	switch (loss) {
	case LOSS_HINGE:
		return z <= 1 ? -1 : 0;
	case LOSS_PERCEPTRON:
		return z <= 0 ? -1 : 0;
	case LOSS_SQUARED_HINGE:
		return 1 - z > 0 ? -2 * (1 - z) : 0;
	default: /* LOSS_MODIFIED_HUBER */
		return z >= 1 ? 0 : z >= -1 ? 2 * (1 - z) * -1 : -4;
	}
}

/* For other losses: returns the slope at the prediction p; r is p - y. */
static double
residual_slope(const struct learner_rule *rule, double r)
{
	double epsilon = rule->epsilon;

	switch (rule->loss) {
	case LOSS_HUBER:
		return fabs(r) <= epsilon ? r : copysign(epsilon, r);
	case LOSS_EPSILON_INSENSITIVE:
		return fabs(r) > epsilon ? copysign(1, r) : 0;
	case LOSS_SQUARED_EPSILON_INSENSITIVE:
		return fabs(r) > epsilon ? 2 * (r - copysign(epsilon, r)) : 0;
	case LOSS_PINBALL:
		return r > 0 ? 1 - rule->quantile : r < 0 ? -rule->quantile : 0;
	default: /* LOSS_SQUARED_ERROR */
		return r;
	}
}

/* Returns the derivative of the loss with respect to the score. */
static double
loss_slope(const struct learner_rule *rule, double y, double score)
{
	double e;

	if (rule->loss >= LOSS_HINGE && rule->loss <= LOSS_PERCEPTRON)
		return y * margin_slope(rule->loss, score * y);
	if (rule->loss != LOSS_LOG)
		return residual_slope(rule, score - y);
	/* The condition keeps e^-score finite; for lower scores the sigmoid is e^score. */
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

	linear_open(&s->linear, rule, 1, 1);
	s->t0 = 0;
	if (rule->rate == RATE_OPTIMAL) {
		/* t0 makes the first step as long as a typical weight. */
		typical = sqrt(1.0 / sqrt(rule->alpha));
		s->t0 = typical / fmax(1.0, loss_slope(rule, 1.0, -typical));
		s->t0 = 1.0 / (s->t0 * rule->alpha);
	}
}

double
sgd_probability(double score)
{
	return 1.0 / (1.0 + exp(-score));
}

static double
squared_length(const struct linear *l, const double *x)
{
	double sum = 0;

	for (uint64_t i = 0; i < l->width; i++)
		sum += x[i] * x[i];
	return sum;
}

/*
 * Returns how far the weights move along x (Crammer et al. 2006): just so far that this row
 * has no loss any more, but no further than the aggressiveness, eta0, allows.
 */
static double
passive_aggressive(const struct linear *l, const double *x, double y, double score)
{
	const struct learner_rule *rule = &l->rule;
	bool hinge = rule->loss == LOSS_HINGE;
	double loss = hinge ? 1 - y * score : fabs(y - score) - rule->epsilon;
	double length = squared_length(l, x), step; /* squared */

	if (loss <= 0 || (length == 0 && rule->rate == RATE_PA1))
		return 0;
	step = rule->rate == RATE_PA1 ? fmin(rule->eta0, loss / length) :
					loss / (length + 0.5 / rule->eta0);
	return hinge ? step * y : copysign(step, y - score);
}

/* Returns what to add to the intercept, if the weights have moved by update times x. */
static double
intercept_update(const struct learner_rule *rule, double update, double slope)
{
	if (rule->no_intercept)
		return 0;
	return rule->intercept_lr > 0 ? -rule->intercept_lr * slope : update;
}

static double
step_size(const struct sgd *s)
{
	const struct learner_rule *rule = &s->linear.rule;
	double t = (double)s->linear.steps + 1.0;

	if (rule->rate == RATE_OPTIMAL)
		return 1.0 / (rule->alpha * (s->t0 + t - 1));
	if (rule->rate == RATE_INVSCALING)
		return rule->eta0 / pow(t, rule->power_t);
	return rule->eta0;
}

/* Returns which share of the penalty is l1. */
static double
l1_share(const struct learner_rule *rule)
{
	return rule->penalty == PENALTY_L1	? 1 :
	    rule->penalty == PENALTY_ELASTICNET ? rule->l1_ratio :
						  0;
}

/* Moves a weight, which will be multiplied by scale, towards 0 by at most `by` / scale. */
static double
shorten(double w, double by, double scale)
{
	if (scale * w > 0)
		return fmax(0, w - by / scale);
	return scale * w < 0 ? fmin(0, w + by / scale) : w;
}

/*
 * scikit-learn keeps the weights as a vector times a scale, and multiplies it out when the
 * scale has become small and at the end of each call.  With one row in each call, every weight
 * becomes (w + x (u / s)) s.  Its cumulative l1 penalty (Tsuruoka et al. 2009) also restarts
 * with each call.
 */
static int
sgd_try(void *state, const double *x, double y)
{
	struct sgd *s = state;
	struct linear *l = &s->linear;
	double eta = step_size(s), score = linear_score(l, x);
	double slope = loss_slope(&l->rule, y, score);
	double shrink = 1.0, scale = 1.0, share = l1_share(&l->rule), by, update, w;
	const double *weight = l->of[0];
	double *next = l->next[0];
	bool finite = true;

	if (slope < -max_slope)
		slope = -max_slope;
	else if (slope > max_slope)
		slope = max_slope;
	/* Nothing can be learned from a row of zeroes by RATE_PA1: nothing shrinks, either. */
	if (l->rule.rate == RATE_PA1 && squared_length(l, x) == 0)
		eta = 0;
	update = l->rule.rate >= RATE_PA1 ? passive_aggressive(l, x, y, score) : -eta * slope;
	by = share * eta * l->rule.alpha;
	if (l->rule.penalty == PENALTY_L2 || l->rule.penalty == PENALTY_ELASTICNET)
		scale = fmax(0.0, 1.0 - (1.0 - share) * eta * l->rule.alpha);
	if (scale < min_scale) {
		shrink = scale;
		scale = 1.0;
	}
	for (uint64_t i = 0; i < l->width; i++) {
		w = weight[i] * shrink;
		w += x[i] * (update / scale);
		if (share > 0)
			w = shorten(w, by, scale);
		next[i] = w * scale;
		finite = finite && isfinite(next[i]);
	}
	l->next_intercept[0] = l->intercept[0] + intercept_update(&l->rule, update, slope);
	return finite && isfinite(l->next_intercept[0]) ? 0 : -1;
}

static void
pa_open(void *state, const struct learner_rule *rule)
{
	struct learner_rule its = *rule;
	bool squared =
	    its.loss == LOSS_SQUARED_HINGE || its.loss == LOSS_SQUARED_EPSILON_INSENSITIVE;

	its.rate = squared ? RATE_PA2 : RATE_PA1;
	its.loss = its.task == TASK_CLASSIFY ? LOSS_HINGE : LOSS_EPSILON_INSENSITIVE;
	its.penalty = PENALTY_NONE;
	its.eta0 = its.aggressiveness;
	sgd_open(state, &its);
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

const struct learner_kind pa_kind = {
	LINEAR_KIND,
	.name = "pa",
	.size = sizeof(struct sgd),
	.parts = pa_parts,
	.open = pa_open,
	.score = linear_score,
	.try = sgd_try,
};
