/* Every loss, penalty and rate against scikit-learn and River: tests/smllearn/losses.py. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "learn/recipe.h"
#include "learn/sgd.h"

#include "near.h"

enum { WIDTH = 3, ROWS = 1000, EACH = 200 };

/* Returns the index of a word in a choice. */
static int
word(const char *words, const char *text)
{
	size_t n;

	for (int i = 0;; i++, words += n + 1) {
		n = strcspn(words, "|");
		if (n == strlen(text) && memcmp(words, text, n) == 0)
			return i;
		assert_true(words[n] != '\0');
	}
}

/* The rows of losses.py. */
static double
next_row(uint32_t *random, double *x)
{
	for (int i = 0; i < WIDTH + 1; i++) {
		*random = *random * 1664525 + 1013904223;
		x[i] = (*random >> 20) / 2048.0 - 1;
	}
	return 1.5 * x[0] - x[1] + 0.25 + 0.5 * x[3];
}

static void
check_weights(FILE *f, const struct linear *l)
{
	double want;

	for (int i = 0; i <= WIDTH; i++) {
		assert_int_equal(fscanf(f, "%lf", &want), 1);
		assert_near(i < WIDTH ? l->of[0][i] : l->intercept[0], want);
	}
}

static void
learn_rows(FILE *f, const struct learner_kind *kind, const struct learner_rule *rule)
{
	struct sgd s = { .t0 = 0 };
	uint32_t random = 1;
	double x[WIDTH + 1], y;

	kind->open(&s, rule);
	assert_int_equal(kind->reserve(&s, WIDTH), 0);
	kind->widen(&s, 0, WIDTH);
	for (int row = 1; row <= ROWS; row++) {
		y = next_row(&random, x);
		if (rule->task == TASK_CLASSIFY)
			y = rule->loss == LOSS_LOG ? y > 0 : 2 * (y > 0) - 1;
		assert_int_equal(kind->try(&s, x, y), 0);
		kind->keep(&s);
		if (row % EACH == 0)
			check_weights(f, &s.linear);
	}
	kind->close(&s);
}

/* The options of losses.py. */
static void
set_rate(struct recipe *r, const char *penalty, const char *rate)
{
	r->learner = strcmp(rate, "pa") == 0 ? LEARNER_PA : LEARNER_SGD;
	if (r->learner == LEARNER_PA) {
		r->rule.aggressiveness = 0.5;
		return;
	}
	r->rule.penalty = word(RECIPE_PENALTIES, penalty);
	r->rule.eta0 = 0.05;
	r->rule.power_t = 0.25;
	r->rule.alpha = 0.01;
	if (strcmp(rate, "river") == 0) {
		r->rule.rate = RATE_CONSTANT;
		r->rule.intercept_lr = 0.02;
	} else
		r->rule.rate = word(RECIPE_RATES, rate);
}

static void
every_loss_is_scikit_learns(void **state)
{
	char task[16], loss[40], penalty[16], rate[16];
	FILE *f = fopen("tests/smllearn/losses.golden", "r");
	struct recipe recipe;
	struct err err;
	int cases = 0;

	(void)state;
	assert_non_null(f);
	assert_int_equal(fscanf(f, "#%*[^\n] "), 0);
	while (fscanf(f, "%15s %39s %15s %15s", task, loss, penalty, rate) == 4) {
		recipe = recipe_none;
		recipe.rule.task = word(RECIPE_TASKS, task);
		recipe.rule.loss = word(RECIPE_LOSSES, loss);
		set_rate(&recipe, penalty, rate);
		assert_int_equal(recipe_settle(&recipe, &err), 0);
		print_message("# %s %s %s %s\n", task, loss, penalty, rate);
		learn_rows(f, learner_kinds[recipe.learner], &recipe.rule);
		cases++;
	}
	assert_int_equal(cases, 13 * 4 * 3 + 2 * 4 * 2 + 4 + 2);
	fclose(f);
}

/* scikit-learn goes on to the next row before it shrinks the weights. */
static void
a_row_of_zeroes_changes_nothing_under_pa1(void **state)
{
	const struct learner_rule rule = { .loss = LOSS_EPSILON_INSENSITIVE,
		.rate = RATE_PA1,
		.alpha = 0.5,
		.eta0 = 1 };
	const double ones[WIDTH] = { 1, 1, 1 }, zeroes[WIDTH] = { 0 };
	struct sgd s = { .t0 = 0 };

	(void)state;
	sgd_kind.open(&s, &rule);
	assert_int_equal(sgd_kind.reserve(&s, WIDTH), 0);
	sgd_kind.widen(&s, 0, WIDTH);
	assert_int_equal(sgd_kind.try(&s, ones, 3), 0);
	sgd_kind.keep(&s);
	assert_int_equal(sgd_kind.try(&s, zeroes, 3), 0);
	sgd_kind.keep(&s);
	assert_near(sgd_kind.score(&s, ones), 4);
	sgd_kind.close(&s);
}

static void
pinball_finds_the_quantile(void **state)
{
	const struct learner_rule rule = { .loss = LOSS_PINBALL,
		.penalty = PENALTY_NONE,
		.rate = RATE_CONSTANT,
		.eta0 = 0.01,
		.quantile = 0.9 };
	struct sgd s = { .t0 = 0 };
	uint32_t random = 1;
	double x[WIDTH + 1], y, below = 0;

	(void)state;
	sgd_kind.open(&s, &rule);
	assert_int_equal(sgd_kind.reserve(&s, WIDTH), 0);
	sgd_kind.widen(&s, 0, WIDTH);
	for (int row = 0; row < 10 * ROWS; row++) {
		y = next_row(&random, x);
		below += row >= 5 * ROWS && y <= sgd_kind.score(&s, x);
		assert_int_equal(sgd_kind.try(&s, x, y), 0);
		sgd_kind.keep(&s);
	}
	assert_true(fabs(below / (5 * ROWS) - 0.9) < 0.01);
	sgd_kind.close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_loss_is_scikit_learns),
		cmocka_unit_test(a_row_of_zeroes_changes_nothing_under_pa1),
		cmocka_unit_test(pinball_finds_the_quantile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
