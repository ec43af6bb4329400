/*
 * Scores and baselines.  smllearn.t compares whole streams with sklearn.metrics; here are the
 * special cases.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "naive.h"

static void
assert_near(double is, double should)
{
	if (!(fabs(is - should) <= 1e-14 * fmax(1.0, fabs(should))))
		fail_msg("%.17g is not %.17g", is, should);
}

/* scikit-learn 1.9.1: y = [3, -0.5, 2, 7], p = [2.5, 0, 2, 8] */
static void
numbers_are_scored_as_scikit_learn_does(void **state)
{
	struct score s = { 0 };

	(void)state;
	score_add(&s, 2.5, 3);
	score_add(&s, 0, -0.5);
	score_add(&s, 2, 2);
	score_add(&s, 8, 7);
	assert_near(score_mae(&s), 0.5);
	assert_near(score_rmse(&s), 0.6123724356957945);
	assert_near(score_r2(&s), 0.9486081370449679);
}

/* scikit-learn 1.9.1: y = [1, 0, 1, 1, 0], p = [1, 1, 0, 1, 0] */
static void
labels_are_scored_as_scikit_learn_does(void **state)
{
	struct confusion t = { 0 };

	(void)state;
	confusion_add(&t, 1, 1);
	confusion_add(&t, 1, 0);
	confusion_add(&t, 0, 1);
	confusion_add(&t, 1, 1);
	confusion_add(&t, 0, 0);
	assert_near(confusion_accuracy(&t), 0.6);
	assert_near(confusion_f1(&t), 2.0 / 3.0);
	confusion_mirror(&t);
	assert_near(confusion_accuracy(&t), 0.6);
	assert_near(confusion_f1(&t), 0.5);
}

/* scikit-learn 1.9.1: log_loss([1, 0, 1], [0.9, 0.2, 0.0]), clipped to DBL_EPSILON */
static void
a_certain_mistake_costs_much_but_not_all(void **state)
{
	struct confusion t = { 0 };

	(void)state;
	confusion_probability(&t, 0.9, 1);
	confusion_probability(&t, 0.2, 0);
	confusion_probability(&t, 0.0, 1);
	assert_near(confusion_log_loss(&t), 12.124052485363064);
}

static void
nothing_scored_is_no_number(void **state)
{
	struct score s = { 0 };
	struct confusion t = { 0 };

	(void)state;
	assert_true(isnan(score_mae(&s)) && isnan(score_rmse(&s)) && isnan(score_r2(&s)));
	assert_true(isnan(confusion_accuracy(&t)) && isnan(confusion_f1(&t)) &&
	    isnan(confusion_log_loss(&t)));
	score_add(&s, 1, 2);
	assert_true(isnan(score_r2(&s)));
	score_add(&s, -1e200, 1e200);
	assert_true(isnan(score_rmse(&s)) && score_mae(&s) == 1e200);
	confusion_add(&t, 0, 0);
	assert_true(confusion_f1(&t) == 0);
}

static void
the_naive_ones_know_only_what_was_before(void **state)
{
	struct naive_value n = { 0 };

	(void)state;
	naive_value_meet(&n, 10);
	assert_int_equal(n.by_last.count, 0);
	naive_value_meet(&n, 20);
	naive_value_meet(&n, 40);
	assert_near(score_mae(&n.by_last), 15);
	assert_near(score_mae(&n.by_mean), (10 + 25) / 2.0);
}

static void
a_tie_of_labels_goes_to_the_earlier(void **state)
{
	struct naive_label n = { 0 };

	(void)state;
	naive_label_meet(&n, 1);
	assert_int_equal(confusion_count(&n.by_last), 0);
	naive_label_meet(&n, 0); /* last 1, majority 1 */
	naive_label_meet(&n, 0); /* last 0, tie: 0 */
	naive_label_meet(&n, 1); /* last 0, majority 0 */
	assert_int_equal(n.by_last.true0, 1);
	assert_int_equal(n.by_last.false1, 1);
	assert_int_equal(n.by_last.false0, 1);
	assert_int_equal(n.by_majority.true0, 1);
	assert_int_equal(n.by_majority.false0, 1);
	assert_int_equal(n.by_majority.false1, 1);
	assert_near(n.by_majority.surprise, -log(0x1p-52) - log(0.5) - log(1 / 3.0));
}

static void
exchanged_labels_are_as_if_met_so(void **state)
{
	const int met[] = { 1, 1, 0, 1, 1 };
	struct naive_label a = { 0 }, b = { 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		naive_label_meet(&a, met[i]);
		naive_label_meet(&b, !met[i]);
	}
	naive_label_mirror(&b);
	assert_memory_equal(&a, &b, sizeof a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_scored_as_scikit_learn_does),
		cmocka_unit_test(labels_are_scored_as_scikit_learn_does),
		cmocka_unit_test(a_certain_mistake_costs_much_but_not_all),
		cmocka_unit_test(nothing_scored_is_no_number),
		cmocka_unit_test(the_naive_ones_know_only_what_was_before),
		cmocka_unit_test(a_tie_of_labels_goes_to_the_earlier),
		cmocka_unit_test(exchanged_labels_are_as_if_met_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
