/* The model compared with scikit-learn, row by row: tests/smllearn/reference.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "learn/sgd.h"

#include "near.h"

enum { WIDTH = 4 };

static const char *const losses[] = { "squared_error", "log_loss", NULL };
static const char *const penalties[] = { "l2", "none", NULL };
static const char *const rates[] = { "constant", "invscaling", "optimal", NULL };

static int
word(const char *const *words, const char *text)
{
	int i;

	for (i = 0; words[i] != NULL && strcmp(words[i], text) != 0; i++)
		;
	assert_non_null(words[i]);
	return i;
}

static void
widen(struct sgd *s, uint64_t at, uint64_t n)
{
	assert_int_equal(sgd_kind.reserve(s, s->linear.width + n), 0);
	sgd_kind.widen(s, at, n);
}

/* The bits are the same if only + - * / and sqrt were used; exp and pow depend on the libm. */
static void
assert_weight(const struct learner_rule *rule, double is, double should)
{
	if (rule->loss == LOSS_LOG || rule->rate == RATE_INVSCALING)
		assert_near(is, should);
	else if (is != should)
		fail_msg("%a is not %a", is, should);
}

struct row {
	double x[WIDTH], y, score, weight[WIDTH], intercept;
};

static void
row_read(FILE *f, struct row *row)
{
	double *const at[] = { row->x, row->x + 1, row->x + 2, row->x + 3, &row->y,
		&row->score, row->weight, row->weight + 1, row->weight + 2, row->weight + 3,
		&row->intercept };

	for (size_t i = 0; i < sizeof at / sizeof *at; i++)
		assert_int_equal(fscanf(f, "%lf", at[i]), 1);
}

static void
row_check(struct sgd *s, const struct row *row, int classify)
{
	double y = row->y;

	if (!isnan(row->score))
		assert_near(sgd_kind.score(s, row->x), row->score);
	if (classify && s->linear.rule.loss == LOSS_SQUARED_ERROR)
		y = y * 2 - 1;
	assert_int_equal(sgd_kind.try(s, row->x, y), 0);
	sgd_kind.keep(s);
	for (int i = 0; i < WIDTH; i++)
		assert_weight(&s->linear.rule, s->linear.of[0][i], row->weight[i]);
	assert_weight(&s->linear.rule, s->linear.intercept[0], row->intercept);
}

static void
every_step_is_scikit_learns(void **state)
{
	char name[80], task[32], loss[32], penalty[32], rate[32];
	struct learner_rule rule = { .task = TASK_REGRESS };
	struct sgd s;
	struct row row;
	FILE *f;
	int rows, cases = 0;

	(void)state;
	f = fopen("tests/smllearn/sgd.golden", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "#%*[^\n] "), 0);
	while (fscanf(f, " case %79s %31s %31s %31s %31s %lf %lf %lf %d", name, task, loss,
		   penalty, rate, &rule.alpha, &rule.eta0, &rule.power_t, &rows) == 9) {
		rule.loss = word(losses, loss);
		rule.penalty = word(penalties, penalty);
		rule.rate = word(rates, rate);
		print_message("# %s %s\n", task, name);
		sgd_kind.open(&s, &rule);
		widen(&s, 0, WIDTH);
		for (int i = 0; i < rows; i++) {
			row_read(f, &row);
			row_check(&s, &row, strcmp(task, "classify") == 0);
		}
		assert_int_equal(s.linear.steps, rows);
		sgd_kind.close(&s);
		cases++;
	}
	assert_int_equal(cases, 14);
	fclose(f);
}

static const struct learner_rule plain = { .loss = LOSS_SQUARED_ERROR,
	.penalty = PENALTY_L2,
	.rate = RATE_CONSTANT,
	.alpha = 1e-4,
	.eta0 = 0.1,
	.power_t = 0.25 };

static void
a_step_not_kept_leaves_no_trace(void **state)
{
	const double x[2] = { 1, 2 }, far[2] = { 1e300, 1e300 };
	double weight[2], intercept;
	struct sgd s;

	(void)state;
	sgd_kind.open(&s, &plain);
	widen(&s, 0, 2);
	assert_int_equal(sgd_kind.try(&s, x, 3), 0);
	sgd_kind.keep(&s);
	memcpy(weight, s.linear.of[0], sizeof weight);
	intercept = s.linear.intercept[0];
	assert_int_equal(sgd_kind.try(&s, x, 5), 0);
	assert_int_equal(sgd_kind.try(&s, far, 5), -1);
	assert_memory_equal(s.linear.of[0], weight, sizeof weight);
	assert_true(s.linear.intercept[0] == intercept);
	assert_int_equal(s.linear.steps, 1);
	sgd_kind.close(&s);
}

static void
a_feature_that_comes_later_was_zero_before(void **state)
{
	const double with[2][3] = { { 1, 0, 2 }, { 3, 4, 5 } };
	const double without[2] = { 1, 2 };
	struct sgd late, early;

	(void)state;
	sgd_kind.open(&late, &plain);
	sgd_kind.open(&early, &plain);
	widen(&early, 0, 3);
	assert_int_equal(sgd_kind.try(&early, with[0], 1), 0);
	sgd_kind.keep(&early);
	widen(&late, 0, 2);
	assert_int_equal(sgd_kind.try(&late, without, 1), 0);
	sgd_kind.keep(&late);
	widen(&late, 1, 1);
	assert_memory_equal(late.linear.of[0], early.linear.of[0],
	    3 * sizeof *late.linear.of[0]);
	assert_true(sgd_kind.score(&late, with[1]) == sgd_kind.score(&early, with[1]));
	sgd_kind.close(&late);
	sgd_kind.close(&early);
}

static void
exchanged_labels_exchange_the_probabilities(void **state)
{
	const struct learner_rule rule = { .loss = LOSS_LOG,
		.penalty = PENALTY_L2,
		.rate = RATE_OPTIMAL,
		.alpha = 1e-4,
		.eta0 = 0.01,
		.power_t = 0.5 };
	const double x[2] = { 0.5, -0.25 };
	struct sgd a, b;

	(void)state;
	sgd_kind.open(&a, &rule);
	sgd_kind.open(&b, &rule);
	widen(&a, 0, 2);
	widen(&b, 0, 2);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(sgd_kind.try(&a, x, 1), 0);
		sgd_kind.keep(&a);
		assert_int_equal(sgd_kind.try(&b, x, 0), 0);
		sgd_kind.keep(&b);
	}
	sgd_kind.mirror(&b);
	assert_near(sgd_kind.score(&b, x), sgd_kind.score(&a, x));
	assert_near(sgd_probability(-3) + sgd_probability(3), 1);
	assert_true(sgd_probability(0) == 0.5);
	assert_true(sgd_probability(-1000) == 0 && sgd_probability(1000) == 1);
	sgd_kind.close(&a);
	sgd_kind.close(&b);
}

static void
what_is_no_model_is_not_taken_for_one(void **state)
{
	struct sgd s;

	(void)state;
	sgd_kind.open(&s, &plain);
	widen(&s, 0, 2);
	assert_int_equal(sgd_kind.loaded(&s, 2), 0);
	assert_int_equal(sgd_kind.loaded(&s, 3), -1);
	s.linear.of[0][1] = (double)NAN;
	assert_int_equal(sgd_kind.loaded(&s, 2), -1);
	s.linear.of[0][1] = 0;
	s.linear.intercept[0] = (double)INFINITY;
	assert_int_equal(sgd_kind.loaded(&s, 2), -1);
	sgd_kind.close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_is_scikit_learns),
		cmocka_unit_test(a_step_not_kept_leaves_no_trace),
		cmocka_unit_test(a_feature_that_comes_later_was_zero_before),
		cmocka_unit_test(exchanged_labels_exchange_the_probabilities),
		cmocka_unit_test(what_is_no_model_is_not_taken_for_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
