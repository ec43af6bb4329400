/* Follow the regularized leader, proximal. */
#include <math.h>

#include "learn/ftrl.h"
#include "learn/loss.h"

enum { WEIGHT, SUM, SQUARES, NUMBERS }; /* of a feature */
enum { LOWEST, HIGHEST };		/* totals */

static const struct member members[] = {
	{ "steps", M_U64, offsetof(struct linear, steps), 0 },
	{ "lowest", M_F64, LINEAR_TOTAL(LOWEST), 0 },
	{ "highest", M_F64, LINEAR_TOTAL(HIGHEST), 0 },
	{ "intercept", M_F64, LINEAR_INTERCEPT(WEIGHT), 0 },
	{ "intercept_sum", M_F64, LINEAR_INTERCEPT(SUM), 0 },
	{ "intercept_squares", M_F64, LINEAR_INTERCEPT(SQUARES), 0 },
	{ NULL, 0, 0, 0 },
};

static const struct feature_number numbers[] = {
	{ "weight", "weights", LINEAR_NUMBER(WEIGHT) },
	{ "sum", "sums", LINEAR_NUMBER(SUM) },
	{ "squares", "squares", LINEAR_NUMBER(SQUARES) },
	{ NULL, NULL, 0, 0 },
};

static const struct learner_part parts[] = {
	{ "ftrl", members, numbers, 0, false, false },
	{ NULL, NULL, NULL, 0, false, false },
};

static void
ftrl_open(void *state, const struct learner_rule *rule)
{
	linear_open(state, rule, NUMBERS, 2);
}

struct ftrl_row {
	const struct learner_rule *rule;
	double slope;
};

static void
move(void *into, double x, double *number)
{
	const struct ftrl_row *row = into;
	const struct learner_rule *rule = row->rule;
	double gradient = row->slope * x;
	double before = sqrt(number[SQUARES]), after, sum;

	number[SQUARES] += gradient * gradient;
	after = sqrt(number[SQUARES]);
	number[SUM] += gradient - (after - before) / rule->alpha * number[WEIGHT];
	sum = number[SUM];
	number[WEIGHT] = 0;
	if (fabs(sum) > rule->l1)
		number[WEIGHT] = (copysign(rule->l1, sum) - sum) /
		    (rule->l2 + (rule->beta + after) / rule->alpha);
}

static int
ftrl_try(void *state, const double *x, double y)
{
	struct linear *l = state;
	struct ftrl_row row = { .rule = &l->rule };
	double p;

	linear_begin(l);
	loss_meet(l->total, y, l->next_total);
	p = loss_clamp(&l->rule, l->next_total, linear_score(l, x));
	row.slope = loss_derivative(l->rule.loss, p, y);
	linear_each(l, x, !l->rule.no_intercept, move, &row);
	return linear_finite(l);
}

const struct learner_kind ftrl_kind = {
	LINEAR_KIND,
	.name = "ftrl",
	.size = sizeof(struct linear),
	.parts = parts,
	.open = ftrl_open,
	.score = loss_score,
	.try = ftrl_try,
};
