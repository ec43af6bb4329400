/*
 * Sets defaults of the options that say how a model is made, and checks that they fit
 * together.
 */
#include <math.h>
#include <string.h>

#include "learn/recipe_rule.h"

static const char *const loss_names[] = { "squared_error", "log_loss", "huber",
	"epsilon_insensitive", "squared_epsilon_insensitive", "hinge", "squared_hinge",
	"modified_huber", "perceptron", "pinball" };

static void
set_choice(int *choice, int standard)
{
	if (*choice == -1)
		*choice = standard;
}

static void
set_number(double *number, double standard)
{
	if (isnan(*number))
		*number = standard;
}

bool
rule_has_l1_ratio(const struct learner_rule *rule)
{
	return rule->penalty == PENALTY_ELASTICNET;
}

bool
rule_has_quantile(const struct learner_rule *rule)
{
	return rule->loss == LOSS_PINBALL;
}

bool
rule_has_epsilon(const struct learner_rule *rule)
{
	return rule->loss >= LOSS_HUBER && rule->loss <= LOSS_SQUARED_EPSILON_INSENSITIVE;
}

static bool
is_passive_aggressive(const struct recipe *r)
{
	return r->learner == LEARNER_PA ||
	    (r->learner == LEARNER_SGD && r->rule.rate >= RATE_PA1);
}

static void
set_loss(struct learner_rule *rule)
{
	if (rule_has_l1_ratio(rule))
		set_number(&rule->l1_ratio, 0.15);
	if (rule_has_quantile(rule))
		set_number(&rule->quantile, 0.5);
	if (rule_has_epsilon(rule))
		set_number(&rule->epsilon, 0.1);
}

/* Passive-aggressive steps need a loss that is 0 if there is nothing to learn. */
static int
check_passive_aggressive(const struct recipe *r, struct err *err)
{
	bool regress = r->rule.task == TASK_REGRESS, squares = r->learner == LEARNER_PA;
	int loss = regress ? LOSS_EPSILON_INSENSITIVE : LOSS_HINGE,
	    squared = regress ? LOSS_SQUARED_EPSILON_INSENSITIVE : LOSS_SQUARED_HINGE;

	if (r->rule.loss == loss || (squares && r->rule.loss == squared))
		return 0;
	return err_set(err, NULL, "passive-aggressive steps need --loss %s%s%s",
	    loss_names[loss], squares ? " or " : "", squares ? loss_names[squared] : "");
}

/* Checks that the loss fits the task and the learner, and the numbers the loss and penalty. */
static int
check_loss(const struct recipe *r, struct err *err)
{
	const struct learner_rule *rule = &r->rule;

	if (rule->task == TASK_REGRESS &&
	    (rule->loss == LOSS_LOG ||
		(rule->loss >= LOSS_HINGE && rule->loss <= LOSS_PERCEPTRON)))
		return err_set(err, NULL, "--loss %s needs --task classify",
		    loss_names[rule->loss]);
	if (r->learner != LEARNER_SGD && r->learner != LEARNER_PA && rule->loss > LOSS_LOG)
		return err_set(err, NULL, "--loss %s is an option of --learner sgd alone",
		    loss_names[rule->loss]);
	if (is_passive_aggressive(r) && check_passive_aggressive(r, err) == -1)
		return -1;
	if (!isnan(rule->intercept_lr) && is_passive_aggressive(r))
		return err_set(err, NULL,
		    "--intercept-lr does not go with --learning-rate pa1 or pa2");
	if (!isnan(rule->l1_ratio) && !rule_has_l1_ratio(rule))
		return err_set(err, NULL, "--l1-ratio needs --penalty elasticnet");
	if (!isnan(rule->quantile) && !rule_has_quantile(rule))
		return err_set(err, NULL, "--quantile needs --loss pinball");
	if (!isnan(rule->epsilon) && !rule_has_epsilon(rule))
		return err_set(err, NULL,
		    "--epsilon needs --loss huber, epsilon_insensitive or "
		    "squared_epsilon_insensitive");
	return 0;
}

static void
set_defaults(struct recipe *r)
{
	struct learner_rule *rule = &r->rule;
	bool classify, sgd = r->learner == LEARNER_SGD;

	if (r->learner != LEARNER_AUTO)
		set_choice(&rule->task, TASK_REGRESS);
	classify = rule->task == TASK_CLASSIFY;
	if (is_passive_aggressive(r))
		set_choice(&rule->loss, classify ? LOSS_HINGE : LOSS_EPSILON_INSENSITIVE);
	set_choice(&rule->loss, classify ? LOSS_LOG : LOSS_SQUARED_ERROR);
	set_choice(&rule->penalty, PENALTY_L2);
	set_choice(&rule->rate, classify && sgd ? RATE_OPTIMAL : RATE_INVSCALING);
	set_number(&rule->alpha,
	    r->learner == LEARNER_COIN	   ? 4 :
		r->learner == LEARNER_FTRL ? 0.5 :
					     0.0001);
	set_number(&rule->eta0, sgd ? 0.01 : 0.5);
	set_number(&rule->power_t, classify || !sgd ? 0.5 : 0.25);
	set_number(&rule->beta, 1);
	set_number(&rule->l1, 0);
	set_number(&rule->l2, 0);
	set_number(&rule->initial_t, 0);
	set_number(&rule->aggressiveness, 1);
	set_loss(rule);
	set_choice(&r->scale, 0);
	set_choice(&r->missing, MISSING_REJECT);
	set_choice(&r->cold_start, 0);
}

int
recipe_loss(struct recipe *r, const char *name, struct err *err)
{
	for (int i = 0; name != NULL && r->rule.loss == -1; i++) {
		if (i > LOSS_PINBALL)
			return err_set(err, NULL, "--loss %s is none of %s", name,
			    RECIPE_LOSSES);
		if (strcmp(name, loss_names[i]) == 0)
			r->rule.loss = i;
	}
	return 0;
}

const char *
recipe_loss_name(const struct recipe *r)
{
	return loss_names[r->rule.loss];
}

int
recipe_fill(struct recipe *r, struct err *err)
{
	const struct learner_rule *rule = &r->rule;

	set_defaults(r);
	if (check_loss(r, err) == -1)
		return -1;
	if (rule->rate == RATE_OPTIMAL && rule->alpha <= 0)
		return err_set(err, NULL, "--learning-rate optimal needs an --alpha above 0");
	if (rule->eta0 <= 0)
		return err_set(err, NULL, "--eta0 must be above 0");
	if (rule->intercept_lr <= 0)
		return err_set(err, NULL,
		    "--intercept-lr must be above 0; --no-intercept has no intercept");
	if (rule->aggressiveness <= 0)
		return err_set(err, NULL, "--aggressiveness must be above 0");
	if (rule->alpha <= 0 && r->learner != LEARNER_SGD)
		return err_set(err, NULL, "--alpha must be above 0");
	if (r->learner == LEARNER_ADAPTIVE && rule->power_t > 1)
		return err_set(err, NULL, "--power-t is at most 1 with --learner adaptive");
	return 0;
}
