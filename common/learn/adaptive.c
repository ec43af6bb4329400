/* A linear model with normalised, adaptive, importance-invariant steps, as Vowpal Wabbit's. */
#include <math.h>
#include <string.h>

#include "learn/adaptive.h"
#include "learn/loss.h"

enum { WEIGHT, SQUARES, LARGEST, NUMBERS }; /* of a feature */
enum { LOWEST, HIGHEST, NORM, ROWS };	    /* totals */

/* In the norms, a feature smaller than this counts as this: VW's X_MIN. */
static const double smallest = 1.084202e-19;

static const struct member members[] = {
	{ "steps", M_U64, offsetof(struct linear, steps), 0 },
	{ "lowest", M_F64, LINEAR_TOTAL(LOWEST), 0 },
	{ "highest", M_F64, LINEAR_TOTAL(HIGHEST), 0 },
	{ "norm", M_F64, LINEAR_TOTAL(NORM), 0 },
	{ "rows", M_F64, LINEAR_TOTAL(ROWS), 0 },
	{ "intercept", M_F64, LINEAR_INTERCEPT(WEIGHT), 0 },
	{ "intercept_squares", M_F64, LINEAR_INTERCEPT(SQUARES), 0 },
	{ "intercept_largest", M_F64, LINEAR_INTERCEPT(LARGEST), 0 },
	{ NULL, 0, 0, 0 },
};

static const struct feature_number numbers[] = {
	{ "weight", "weights", LINEAR_NUMBER(WEIGHT) },
	{ "squares", "squares", LINEAR_NUMBER(SQUARES) },
	{ "largest", "largest", LINEAR_NUMBER(LARGEST) },
	{ NULL, NULL, 0, 0 },
};

static const struct learner_part parts[] = {
	{ "adaptive", members, numbers, 0, false, false },
	{ NULL, NULL, NULL, 0, false, false },
};

static void
adaptive_open(void *state, const struct learner_rule *rule)
{
	linear_open(state, rule, NUMBERS, 1);
}

/* Sums over the features of a row while it is learned. */
struct adaptive_row {
	const struct learner_rule *rule;
	double squared_slope; /* of the loss */
	double leverage;      /* how much a unit of the update moves the prediction */
	double norm;	      /* sum of the squared normalised features */
	double update;
};

/* Returns the learning rate of a feature, from its past gradients and sizes. */
static double
rate(const struct learner_rule *rule, const double *number)
{
	double squares = number[SQUARES] + rule->initial_t, largest = number[LARGEST];

	if (rule->power_t == 0.5)
		return 1 / sqrt(squares) / largest;
	return pow(squares, -rule->power_t) * pow(largest * largest, rule->power_t - 1);
}

/*
 * Updates a feature's numbers by its gradient and its size; if it has a new largest size,
 * rescales the weight.
 */
static void
note(void *into, double x, double *number)
{
	struct adaptive_row *row = into;
	double size = fmax(fabs(x), smallest), ratio;

	number[SQUARES] += row->squared_slope * size * size;
	if (size > number[LARGEST]) {
		ratio = number[LARGEST] / size;
		if (ratio > 0)
			number[WEIGHT] *= row->rule->power_t == 0.5 ?
			    ratio :
			    pow(ratio * ratio, 1 - row->rule->power_t);
		number[LARGEST] = size;
	}
	ratio = size / number[LARGEST];
	row->norm += ratio * ratio;
	row->leverage += size * size * rate(row->rule, number);
}

static void
move(void *into, double x, double *number)
{
	const struct adaptive_row *row = into;

	number[WEIGHT] += row->update * x * rate(row->rule, number);
}

/* Returns a factor for the rates of all features, because sparse rows have few of them. */
static double
average(const struct learner_rule *rule, double rows, double norm)
{
	return rule->power_t == 0.5 ? sqrt(rows / norm) : pow(norm / rows, rule->power_t - 1);
}

static int
adaptive_try(void *state, const double *x, double y)
{
	struct linear *l = state;
	const struct learner_rule *rule = &l->rule;
	struct adaptive_row row = { .rule = rule };
	double p, slope, multiplier;

	linear_begin(l);
	loss_meet(l->total, y, l->next_total);
	p = loss_clamp(rule, l->next_total, linear_score(l, x));
	slope = loss_derivative(rule->loss, p, y);
	row.squared_slope = slope * slope;
	if (slope == 0)
		return linear_finite(l);
	linear_each(l, x, !rule->no_intercept, note, &row);
	if (row.norm == 0)
		return linear_finite(l);
	l->next_total[NORM] += row.norm;
	l->next_total[ROWS] += 1;
	multiplier = average(rule, l->next_total[ROWS] + rule->initial_t,
	    l->next_total[NORM] + rule->initial_t);
	row.update = multiplier *
	    loss_invariant(rule->loss, p, y, rule->eta0, row.leverage * multiplier);
	linear_each(l, x, !rule->no_intercept, move, &row);
	return linear_finite(l);
}

const struct learner_kind adaptive_kind = {
	LINEAR_KIND,
	.name = "adaptive",
	.size = sizeof(struct linear),
	.parts = parts,
	.open = adaptive_open,
	.score = loss_score,
	.try = adaptive_try,
};
