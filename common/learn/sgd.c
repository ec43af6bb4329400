/* A linear model by stochastic gradient descent, as scikit-learn's partial_fit learns it. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "learn/sgd.h"
#include "learn/vector.h"

static const double max_slope = 1e12;
static const double min_scale = 1e-9;

const struct member sgd_members[] = {
	{ "steps", M_U64, offsetof(struct sgd, steps), 0 },
	{ "intercept", M_F64, offsetof(struct sgd, intercept), 0 },
	{ "weights", M_F64S, offsetof(struct sgd, weight), offsetof(struct sgd, width) },
	{ NULL, 0, 0, 0 },
};

/* Returns the derivative of the loss by the score. */
static double
loss_slope(enum sgd_loss loss, double y, double score)
{
	double e;

	if (loss == SGD_SQUARED_ERROR)
		return score - y;
	/* The branch keeps e^-score finite; below it e^score is the sigmoid. */
	if (score > -37) {
		e = exp(-score);
		return ((1 - y) - y * e) / (1 + e);
	}
	return exp(score) - y;
}

void
sgd_open(struct sgd *s, const struct sgd_rule *rule)
{
	double typical;

	*s = (struct sgd){ .rule = *rule };
	if (rule->rate == SGD_OPTIMAL) {
		/* Make the first step as long as a typical weight. */
		typical = sqrt(1.0 / sqrt(rule->alpha));
		s->t0 = typical / fmax(1.0, loss_slope(rule->loss, 1.0, -typical));
		s->t0 = 1.0 / (s->t0 * rule->alpha);
	}
}

void
sgd_close(struct sgd *s)
{
	free(s->weight);
	free(s->next_weight);
	*s = (struct sgd){ .rule = s->rule };
}

int
sgd_reserve(struct sgd *s, uint64_t width)
{
	if (vector_reserve(&s->weight, width) == -1)
		return -1;
	return vector_reserve(&s->next_weight, width);
}

void
sgd_widen(struct sgd *s, uint64_t at, uint64_t n)
{
	vector_insert(s->weight, s->width, at, n);
	s->width += n;
}

void
sgd_narrow(struct sgd *s, uint64_t at, uint64_t n)
{
	vector_remove(s->weight, s->width, at, n);
	s->width -= n;
}

int
sgd_loaded(struct sgd *s, uint64_t width)
{
	if (s->width != width || !isfinite(s->intercept) || !vector_finite(s->weight, width))
		return -1;
	return sgd_reserve(s, width);
}

double
sgd_score(const struct sgd *s, const double *x)
{
	double sum = 0.0;

	for (uint64_t i = 0; i < s->width; i++)
		sum += s->weight[i] * x[i];
	return sum + s->intercept;
}

double
sgd_probability(double score)
{
	return 1.0 / (1.0 + exp(-score));
}

static double
step_size(const struct sgd *s)
{
	const struct sgd_rule *rule = &s->rule;
	double t = (double)s->steps + 1.0;

	switch (rule->rate) {
	case SGD_OPTIMAL:
		return 1.0 / (rule->alpha * (s->t0 + t - 1));
	case SGD_INVSCALING:
		return rule->eta0 / pow(t, rule->power_t);
	case SGD_CONSTANT:
		break;
	}
	return rule->eta0;
}

/*
 * scikit-learn keeps the weights as a vector times a scale, which it multiplies in when it
 * has become small and at the end of each call.  With one row for each call, every weight
 * becomes (w + x (u / s)) s.
 */
int
sgd_try(struct sgd *s, const double *x, double y)
{
	double eta = step_size(s);
	double slope = loss_slope(s->rule.loss, y, sgd_score(s, x));
	double shrink = 1.0, scale = 1.0, update, w;
	bool finite = true;

	if (slope < -max_slope)
		slope = -max_slope;
	else if (slope > max_slope)
		slope = max_slope;
	update = -eta * slope;
	if (s->rule.penalty == SGD_L2)
		scale = fmax(0.0, 1.0 - eta * s->rule.alpha);
	if (scale < min_scale) {
		shrink = scale;
		scale = 1.0;
	}
	for (uint64_t i = 0; i < s->width; i++) {
		w = s->weight[i] * shrink;
		w += x[i] * (update / scale);
		s->next_weight[i] = w * scale;
		finite = finite && isfinite(s->next_weight[i]);
	}
	s->next_intercept = s->intercept + update;
	return finite && isfinite(s->next_intercept) ? 0 : -1;
}

void
sgd_keep(struct sgd *s)
{
	double *weight = s->weight;

	s->weight = s->next_weight;
	s->next_weight = weight;
	s->intercept = s->next_intercept;
	s->steps++;
}

void
sgd_mirror(struct sgd *s)
{
	for (uint64_t i = 0; i < s->width; i++)
		s->weight[i] = -s->weight[i];
	s->intercept = -s->intercept;
}
