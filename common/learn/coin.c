/* A linear model by coin betting. */
#include <math.h>

#include "learn/coin.h"
#include "learn/loss.h"

enum { SUM, SIZES, LARGEST, SLOPE, WEALTH, NUMBERS }; /* of a feature */
enum { LOWEST, HIGHEST, NORM, ROWS };		      /* totals */

static const double least_norm = 1e-6; /* VW's */

static const struct member members[] = {
	{ "steps", M_U64, offsetof(struct linear, steps), 0 },
	{ "lowest", M_F64, LINEAR_TOTAL(LOWEST), 0 },
	{ "highest", M_F64, LINEAR_TOTAL(HIGHEST), 0 },
	{ "norm", M_F64, LINEAR_TOTAL(NORM), 0 },
	{ "rows", M_F64, LINEAR_TOTAL(ROWS), 0 },
	{ "intercept_sum", M_F64, LINEAR_INTERCEPT(SUM), 0 },
	{ "intercept_sizes", M_F64, LINEAR_INTERCEPT(SIZES), 0 },
	{ "intercept_largest", M_F64, LINEAR_INTERCEPT(LARGEST), 0 },
	{ "intercept_slope", M_F64, LINEAR_INTERCEPT(SLOPE), 0 },
	{ "intercept_wealth", M_F64, LINEAR_INTERCEPT(WEALTH), 0 },
	{ NULL, 0, 0, 0 },
};

static const struct feature_number numbers[] = {
	{ "sum", "sums", LINEAR_NUMBER(SUM) },
	{ "sizes", "sizes", LINEAR_NUMBER(SIZES) },
	{ "largest", "largest", LINEAR_NUMBER(LARGEST) },
	{ "slope", "slopes", LINEAR_NUMBER(SLOPE) },
	{ "wealth", "wealths", LINEAR_NUMBER(WEALTH) },
	{ NULL, NULL, 0, 0 },
};

static const struct learner_part parts[] = {
	{ "coin", members, numbers, 0, false, false },
	{ NULL, NULL, NULL, 0, false, false },
};

static void
coin_open(void *state, const struct learner_rule *rule)
{
	linear_open(state, rule, NUMBERS, 1);
}

struct coin_row {
	const struct learner_rule *rule;
	double slope;
	double sum, norm; /* of weights times features; of squared normalised features */
};

/* Returns the weight of a feature, whose values are at most largest. */
static double
weight(const struct learner_rule *rule, const double *number, double largest)
{
	double most = number[SLOPE] * largest, stake = most * (most + number[SIZES]);

	if (stake <= 0)
		return 0; /* nothing was bet on it, or its values are too small */
	return (rule->alpha + number[WEALTH]) / stake * number[SUM];
}

static void
bet(struct coin_row *row, double x, const double *number)
{
	double largest = fmax(number[LARGEST], fabs(x)), ratio = x / largest;

	row->sum += weight(row->rule, number, largest) * x;
	row->norm += ratio * ratio;
}

/* Bets on all features.  Returns the score, before it is clamped. */
static double
bet_all(const struct linear *l, const double *x, struct coin_row *row)
{
	double number[NUMBERS], rows = l->total[ROWS] + 1;

	for (uint64_t i = 0; i < l->width; i++) {
		if (x[i] == 0)
			continue;
		for (int k = 0; k < NUMBERS; k++)
			number[k] = l->of[k][i];
		bet(row, x[i], number);
	}
	if (!l->rule.no_intercept)
		bet(row, 1, l->intercept);
	return row->sum / ((l->total[NORM] + row->norm + least_norm) / rows);
}

static double
coin_score(const void *state, const double *x)
{
	const struct linear *l = state;
	struct coin_row row = { .rule = &l->rule };

	return loss_clamp(&l->rule, l->total, bet_all(l, x, &row));
}

static void
move(void *into, double x, double *number)
{
	const struct coin_row *row = into;
	double gradient = row->slope * x, slope = fabs(row->slope);

	number[LARGEST] = fmax(number[LARGEST], fabs(x));
	if (slope > number[SLOPE])
		number[SLOPE] = fmax(slope, row->rule->beta);
	/* The wealth grows by what the weight has won. */
	number[WEALTH] -= gradient * weight(row->rule, number, number[LARGEST]);
	number[SUM] -= gradient;
	number[SIZES] += fabs(gradient);
}

static int
coin_try(void *state, const double *x, double y)
{
	struct linear *l = state;
	struct coin_row row = { .rule = &l->rule };
	double p;

	linear_begin(l);
	loss_meet(l->total, y, l->next_total);
	p = loss_clamp(&l->rule, l->next_total, bet_all(l, x, &row));
	l->next_total[NORM] += row.norm;
	l->next_total[ROWS] += 1;
	row.slope = loss_derivative(l->rule.loss, p, y);
	linear_each(l, x, !l->rule.no_intercept, move, &row);
	return linear_finite(l);
}

const struct learner_kind coin_kind = {
	LINEAR_KIND,
	.name = "coin",
	.size = sizeof(struct linear),
	.parts = parts,
	.open = coin_open,
	.score = coin_score,
	.try = coin_try,
};
