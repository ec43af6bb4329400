/* Computes losses as Vowpal Wabbit defines them, and its importance-invariant updates. */
#include <math.h>

#include "learn/loss.h"

/* Updates shorter than this are computed by the tangent. */
static const double short_flow = 1e-6;
static const double largest_logit = 50;

double
loss_clamp(const struct learner_rule *rule, const double range[2], double score)
{
	double low = range[0], high = range[1];

	if (rule->no_clamp)
		return score;
	if (rule->loss == LOSS_LOG) {
		low = -largest_logit;
		high = largest_logit;
	}
	return score < low ? low : score > high ? high : score;
}

double
loss_score(const void *linear, const double *x)
{
	const struct linear *l = linear;

	return loss_clamp(&l->rule, l->total, linear_score(l, x));
}

void
loss_meet(const double now[2], double target, double next[2])
{
	next[0] = target < now[0] ? target : now[0];
	next[1] = target > now[1] ? target : now[1];
}

double
loss_derivative(int loss, double prediction, double target)
{
	double label = 2 * target - 1;

	if (loss == LOSS_SQUARED_ERROR)
		return 2 * (prediction - target);
	return -label / (1 + exp(label * prediction));
}

/* W(e^x) - x, where W is Lambert's function, to 9e-5: the approximation is VW's. */
static double
lambert(double x)
{
	double w = x >= 1 ? 0.86 * x + 0.01 : exp(0.8 * x - 0.65);
	double r = x >= 1 ? x - log(w) - w : 0.2 * x + 0.65 - w;
	double t = 1 + w, u = 2 * t * (t + 2 * r / 3);

	return w * (1 + r / t * (u - r) / (u - 2 * r)) - x;
}

double
loss_invariant(int loss, double prediction, double target, double scale, double leverage)
{
	double flow = scale * leverage, label = 2 * target - 1, e;

	if (loss == LOSS_SQUARED_ERROR) {
		if (flow < short_flow)
			return 2 * (target - prediction) * scale;
		return (target - prediction) * (1 - exp(-2 * flow)) / leverage;
	}
	e = exp(label * prediction);
	if (flow < short_flow)
		return label * scale / (1 + e);
	return -(label * lambert(flow + label * prediction + e) + prediction) / leverage;
}
