/* The learners against the programs that define them, row by row: tests/smllearn/vw.py. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "learn/learner.h"
#include "learn/mixture.h"
#include "learn/recipe.h"

#include "near.h"

enum { WIDTH = 4 };

/* Vowpal Wabbit has single precision. */
static const double precision = 1e-5;

static int
kind_of(const char *name)
{
	int i;

	for (i = 0; strcmp(learner_kinds[i]->name, name) != 0; i++)
		assert_non_null(learner_kinds[i + 1]);
	return i;
}

/* Sets an option of a rule by its name on the command line. */
static void
set_option(struct learner_rule *rule, const char *option, FILE *f)
{
	const struct {
		const char *name;
		double *at;
	} numbers[] = { { "--alpha", &rule->alpha }, { "--beta", &rule->beta },
		{ "--eta0", &rule->eta0 }, { "--power-t", &rule->power_t },
		{ "--l1", &rule->l1 }, { "--l2", &rule->l2 },
		{ "--initial-t", &rule->initial_t } };

	if (strcmp(option, "--no-intercept") == 0) {
		rule->no_intercept = true;
		return;
	}
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (strcmp(option, numbers[i].name) == 0) {
			assert_int_equal(fscanf(f, "%lf", numbers[i].at), 1);
			return;
		}
	fail_msg("%s", option);
}

/* Reads the options of a case, and settles them. */
static struct recipe
read_recipe(FILE *f, const char *learner, const char *task)
{
	struct recipe recipe = recipe_none;
	char option[32], end[2];
	struct err err;

	recipe.learner = kind_of(learner);
	recipe.rule.task = strcmp(task, "classify") == 0;
	while (fscanf(f, "%31s", option) == 1) {
		if (strcmp(option, "-") != 0)
			set_option(&recipe.rule, option, f);
		if (fscanf(f, "%*[ ]%1[\n]", end) == 1 || fscanf(f, "%1[\n]", end) == 1)
			break;
	}
	assert_int_equal(recipe_settle(&recipe, &err), 0);
	return recipe;
}

static void
learn_rows(FILE *f, struct learner *l, int rows, double within)
{
	double x[WIDTH], y, want, is;

	for (int i = 0; i < rows; i++) {
		assert_int_equal(fscanf(f, "%lf %lf %lf %lf %lf %lf", x, x + 1, x + 2, x + 3,
				     &y, &want),
		    6);
		is = learner_score(l, x);
		if (!(fabs(is - want) <= within * fmax(1, fabs(want))))
			fail_msg("row %d: %.9g is not %.9g", i, is, want);
		assert_int_equal(learner_try(l, x, y), 0);
		learner_keep(l);
	}
}

static void
every_prediction_is_vowpal_wabbits(void **state)
{
	char name[32], task[32];
	FILE *f = fopen("tests/smllearn/vw.golden", "r");
	struct recipe recipe;
	struct learner l;
	int rows, cases = 0;

	(void)state;
	assert_non_null(f);
	assert_int_equal(fscanf(f, "#%*[^\n] "), 0);
	while (fscanf(f, " case %31s %31s %d", name, task, &rows) == 3) {
		recipe = read_recipe(f, name, task);
		print_message("# %s %s\n", name, task);
		assert_int_equal(learner_open(&l, recipe.learner, &recipe.rule, false), 0);
		assert_int_equal(learner_reserve(&l, WIDTH), 0);
		learner_widen(&l, 0, WIDTH);
		learn_rows(f, &l, rows, precision);
		learner_close(&l);
		cases++;
	}
	assert_int_equal(cases, 14);
	fclose(f);
}

/* Learns a row of two features. */
static void
learn(struct learner *l, double a, double b, double y)
{
	const double x[2] = { a, b };

	assert_int_equal(learner_try(l, x, y), 0);
	learner_keep(l);
}

static void
open_kind(struct learner *l, int kind, enum task task)
{
	struct recipe recipe = recipe_none;
	struct err err;

	recipe.learner = kind;
	recipe.rule.task = (int)task;
	assert_int_equal(recipe_settle(&recipe, &err), 0);
	assert_int_equal(learner_open(l, kind, &recipe.rule, false), 0);
	assert_int_equal(learner_reserve(l, 2), 0);
	learner_widen(l, 0, 2);
}

static void
the_names_are_those_of_the_option(void **state)
{
	const char *word = LEARNER_NAMES;
	size_t n;

	(void)state;
	for (int i = 0; learner_kinds[i] != NULL; i++) {
		n = strcspn(word, "|");
		assert_int_equal(strlen(learner_kinds[i]->name), n);
		assert_memory_equal(learner_kinds[i]->name, word, n);
		word += n + (word[n] != '\0');
	}
	assert_string_equal(word, "");
}

static void
exchanged_labels_change_the_sign_of_every_learner(void **state)
{
	const double x[2] = { 0.5, -2 };
	struct learner a, b;

	(void)state;
	for (int kind = 0; learner_kinds[kind] != NULL; kind++) {
		const double earlier = kind == LEARNER_PA ? -1 : 0;

		open_kind(&a, kind, TASK_CLASSIFY);
		open_kind(&b, kind, TASK_CLASSIFY);
		for (int i = 0; i < 20; i++) {
			learn(&a, i % 3, -1 * (i % 5), i % 7 < 3 ? 1 : earlier);
			learn(&b, i % 3, -1 * (i % 5), i % 7 >= 3 ? 1 : earlier);
		}
		learner_mirror(&b);
		assert_near(learner_score(&b, x), learner_score(&a, x));
		learner_close(&a);
		learner_close(&b);
	}
}

static void
a_row_that_overflows_leaves_no_trace(void **state)
{
	const double x[2] = { 1, 2 }, far[2] = { 1e200, -1e308 };
	struct learner l;
	double before;

	(void)state;
	for (int kind = 0; kind < LEARNER_MEAN; kind++) {
		open_kind(&l, kind, TASK_REGRESS);
		learn(&l, 1, 3, 5);
		learn(&l, 2, -1, 4);
		before = learner_score(&l, x);
		assert_true(isfinite(before));
		/* pa steps less far the longer the row is: here not at all. */
		assert_int_equal(learner_try(&l, far, 1e300), kind == LEARNER_PA ? 0 : -1);
		assert_true(learner_score(&l, x) == before);
		assert_int_equal(learner_steps(&l), 2);
		learner_close(&l);
	}
}

static void
a_feature_that_comes_later_was_zero_before(void **state)
{
	const double row[2] = { 3, 4 }, short_row[1] = { 2 };
	struct learner late, early;

	(void)state;
	for (int kind = 0; learner_kinds[kind] != NULL; kind++) {
		open_kind(&early, kind, TASK_REGRESS);
		open_kind(&late, kind, TASK_REGRESS);
		learner_narrow(&late, 0, 1);
		learn(&early, 0, 2, 3);
		assert_int_equal(learner_try(&late, short_row, 3), 0);
		learner_keep(&late);
		learner_widen(&late, 0, 1);
		assert_true(learner_score(&late, row) == learner_score(&early, row));
		learner_close(&early);
		learner_close(&late);
	}
}

/* The squared gradient of one feature is beyond doubles: too much for adaptive. */
static void
an_expert_that_leaves_the_numbers_goes_and_the_others_stay(void **state)
{
	const double x[2] = { 1, 2 };
	struct learner l;

	(void)state;
	open_kind(&l, LEARNER_AUTO, TASK_REGRESS);
	for (int row = 0; row < 10; row++)
		learn(&l, 1, 2, 7);
	assert_int_equal(mixture_gone(&l), 0);
	learn(&l, -1e153, 2, 100);
	assert_int_equal(mixture_gone(&l), 1);
	for (int row = 0; row < 300; row++)
		learn(&l, 1, 2, 7);
	assert_int_equal(mixture_gone(&l), 1);
	assert_true(fabs(learner_score(&l, x) - 7) < 0.1);
	assert_int_equal(l.kind->loaded(l.state, 2), 0);
	learner_close(&l);
}

static void
the_average_is_near_the_best_of_unlike_experts(void **state)
{
	const double x[2] = { 0, 0 };
	double mine = 0, last = 0;
	struct learner l;

	(void)state;
	/* Of a target that stays for long, the last one is the best prediction by far. */
	open_kind(&l, LEARNER_AUTO, TASK_REGRESS);
	for (int row = 0; row < 2000; row++) {
		double y = 1e6 * (row / 100 % 3);

		if (row > 0) {
			mine += fabs(learner_score(&l, x) - y);
			last += row % 100 == 0 ? fabs(1e6 * ((row - 1) / 100 % 3) - y) : 0;
		}
		learn(&l, 0, 0, y);
	}
	assert_true(mine < 1.3 * last);
	learner_close(&l);
}

static void
means_and_last_targets_are_shares_of_labels(void **state)
{
	static const int labels[] = { 1, 1, 0, 1, 1, 1 };
	const double x[2] = { 0, 0 };
	struct learner mean, last;

	(void)state;
	open_kind(&mean, LEARNER_MEAN, TASK_CLASSIFY);
	open_kind(&last, LEARNER_LAST, TASK_CLASSIFY);
	assert_true(learner_score(&mean, x) == 0 && learner_score(&last, x) == 0);
	for (int i = 0; i < 6; i++) {
		learn(&mean, 0, 0, labels[i]);
		learn(&last, 0, 0, labels[i]);
	}
	/* 5 of 6, counted from one each: 6 to 2.  After a 1 came 1, 0, 1, 1: 4 to 2. */
	assert_near(learner_score(&mean, x), log(3));
	assert_near(learner_score(&last, x), log(2));
	learner_close(&mean);
	learner_close(&last);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_prediction_is_vowpal_wabbits),
		cmocka_unit_test(the_names_are_those_of_the_option),
		cmocka_unit_test(exchanged_labels_change_the_sign_of_every_learner),
		cmocka_unit_test(a_row_that_overflows_leaves_no_trace),
		cmocka_unit_test(a_feature_that_comes_later_was_zero_before),
		cmocka_unit_test(an_expert_that_leaves_the_numbers_goes_and_the_others_stay),
		cmocka_unit_test(the_average_is_near_the_best_of_unlike_experts),
		cmocka_unit_test(means_and_last_targets_are_shares_of_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
