/* A model that is read from its document. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "json/doc.h"
#include "learn/linear.h"
#include "learn/predictor.h"

#define OPTIONS(task, loss, scale) \
	"{\"smllearn\":1,\"options\":{\"target\":\"y\",\"features\":\"a,b.c\",\"task\":" \
	"\"" task "\",\"learner\":\"sgd\",\"loss\":\"" loss \
	"\",\"penalty\":\"l2\",\"alpha\":0.0001," \
	"\"learning_rate\":\"invscaling\",\"eta0\":0.01,\"power_t\":0.25,\"scale\":\"" scale \
	"\"},\"steps\":3,\"intercept\":0.5,"

static const char plain[] =
    OPTIONS("regress", "squared_error", "none") "\"features\":[{\"path\":\"a\",\"weight\":0.1}"
						",{\"path\":\"b.c\",\"weights\":[2.0,-3.0]}]}";
static const char scaled[] = OPTIONS("regress", "squared_error",
    "standard") "\"features\":[{\"path\":\"a\",\"weight\":2.0,\"mean\":1.0,\"variance\":4.0},"
		"{\"path\":\"b.c\"}]}";
static const char labels[] = OPTIONS("classify", "log_loss",
    "none") "\"features\":[{\"path\":\"a\",\"weight\":1.0},{\"path\":\"b.c\"}],"
	    "\"labels\":[\"\\\"no\\\"\",\"\\\"yes\\\"\"]}";

struct state {
	struct fields *fields;
	struct predictor predictor;
	struct record record;
	struct err err;
};

static int
load(struct state *s, const char *text)
{
	json_t *doc = doc_read(text, strlen(text), &s->err);
	int result;

	assert_non_null(doc);
	result = predictor_load(&s->predictor, s->fields, doc, &s->err);
	json_decref(doc);
	return result;
}

/* Predicts for a record; returns 1, 0 or -1, as predictor_read does. */
static int
guess(struct state *s, const char *text)
{
	int all;

	assert_int_equal(record_parse_text(&s->record, s->fields, text, strlen(text), &s->err),
	    0);
	all = predictor_read(&s->predictor, &s->record, &s->err);
	if (all == 1)
		predictor_guess(&s->predictor, LABEL_NONE);
	return all;
}

static int
enter(void **state)
{
	static struct state s;

	s = (struct state){ .fields = fields_new() };
	*state = &s;
	return s.fields == NULL ? -1 : 0;
}

static int
leave(void **state)
{
	struct state *s = *state;

	predictor_close(&s->predictor);
	record_close(&s->record);
	fields_free(s->fields);
	return 0;
}

static void
open_record(struct state *s)
{
	assert_int_equal(record_open(&s->record, s->fields, 10, &s->err), 0);
}

static void
assert_score(struct state *s, const char *text, double score)
{
	if (guess(s, text) != 1)
		fail_msg("%s", s->err.text);
	assert_true(s->predictor.guess.made);
	assert_true(s->predictor.guess.score == score);
}

static void
numbers_are_predicted(void **state)
{
	struct state *s = *state;

	assert_int_equal(load(s, plain), 0);
	open_record(s);
	assert_score(s, "{\"a\":7,\"b\":{\"c\":[11,13]}}",
	    0.1 * 7 + 2.0 * 11 + -3.0 * 13 + 0.5);
	assert_int_equal(guess(s, "{\"a\":7}"), -1);
	assert_string_equal(s->err.text,
	    "the feature \"b.c\" is missing; the record has \"a\" (see smllearn's --missing)");
	assert_int_equal(guess(s, "{\"a\":7,\"b\":{\"c\":[1]}}"), -1);
}

/* It adds nothing, neither to this prediction nor to the next. */
static void
a_feature_that_no_record_had_counts_nothing(void **state)
{
	struct state *s = *state;

	assert_int_equal(load(s, scaled), 0);
	open_record(s);
	assert_score(s, "{\"a\":5,\"b\":{\"c\":[11,13]}}", 2.0 * ((5 - 1.0) / 2.0) + 0.5);
	assert_score(s, "{\"a\":5,\"b\":{\"c\":3}}", 2.0 * ((5 - 1.0) / 2.0) + 0.5);
	assert_score(s, "{\"a\":5,\"b\":{\"c\":[1,2,3]}}", 2.0 * ((5 - 1.0) / 2.0) + 0.5);
	predictor_undo(&s->predictor);
	assert_int_equal(learner_width(&s->predictor.learner), 1);
}

static void
labels_are_predicted(void **state)
{
	struct state *s = *state;
	const struct guess *g = &s->predictor.guess;

	assert_int_equal(load(s, labels), 0);
	open_record(s);
	assert_score(s, "{\"a\":1,\"b\":{\"c\":0}}", 1.5);
	assert_memory_equal(g->spelling.p, "\"yes\"", 5);
	assert_true(g->probable && g->probability == 1 / (1 + exp(-1.5)));
	assert_score(s, "{\"a\":-1,\"b\":{\"c\":0}}", -0.5);
	assert_memory_equal(g->spelling.p, "\"no\"", 4);
}

static void
what_is_saved_is_the_same_again(void **state)
{
	struct state *s = *state;
	struct predictor again = { .widened = false };
	json_t *doc, *was = doc_read(labels, sizeof labels - 1, &s->err);

	assert_int_equal(predictor_load(&s->predictor, s->fields, was, &s->err), 0);
	/* The recipe's texts were freed with the document; set them again. */
	s->predictor.recipe.target = "y";
	s->predictor.recipe.features = "a,b.c";
	doc = predictor_json(&s->predictor);
	assert_int_equal(predictor_open(&again, &s->predictor.recipe, s->fields, &s->err), 0);
	assert_int_equal(predictor_read_json(&again, doc, &s->err), 0);
	assert_true(((struct linear *)again.learner.state)->of[0][0] == 1.0 &&
	    learner_steps(&again.learner) == 3);
	assert_true(
	    json_equal(json_object_get(doc, "labels"), json_object_get(was, "labels")));
	assert_string_equal(json_string_value(
				json_object_get(json_object_get(doc, "options"), "missing")),
	    "reject");
	predictor_close(&again);
	json_decref(doc);
	json_decref(was);
}

/* Checks that a document is refused after one text in it is replaced by another. */
static void
assert_refused(struct state *s, const char *from, const char *to, const char *why)
{
	const char *at = strstr(plain, from);
	char text[2048];

	assert_non_null(at);
	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - plain), plain, to,
	    at + strlen(from));
	assert_int_equal(load(s, text), -1);
	predictor_close(&s->predictor);
	if (strstr(s->err.text, why) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", to, s->err.text, why);
}

static void
what_is_no_model_is_refused(void **state)
{
	struct state *s = *state;

	assert_refused(s, "\"smllearn\":1", "\"smllearn\":2", "format is 2");
	assert_refused(s, "\"smllearn\":1", "\"x\":1", "no model of smllearn");
	assert_refused(s, "\"options\":", "\"x\":", "learner is missing or unknown");
	assert_refused(s, "\"target\":", "\"x\":", "target is missing or unknown");
	assert_refused(s, "\"a,b.c\"", "\"a\"", "features are damaged");
	assert_refused(s, "\"a,b.c\"", "\"a,a\"", "a");
	assert_refused(s, "\"a,b.c\"", "\"\"", "");
	assert_refused(s, "\"a,b.c\"", "7", "features is missing or unknown");
	assert_refused(s, "\"regress\"", "\"regres\"", "task is missing or unknown");
	assert_refused(s, "\"regress\"", "\"regress|classify\"", "task is missing or unknown");
	assert_refused(s, "squared_error", "log_loss", "needs --task classify");
	assert_refused(s, "\"eta0\":0.01", "\"eta0\":\"x\"", "eta0 is missing or unknown");
	assert_refused(s, "\"steps\":3", "\"steps\":-3", "steps");
	assert_refused(s, "\"intercept\":0.5", "\"intercept\":null", "damaged");
	assert_refused(s, "\"weight\":0.1", "\"weight\":[]", "features are damaged");
	assert_refused(s, "\"weight\":0.1", "\"weights\":{}", "features are damaged");
	assert_refused(s, "[2.0,-3.0]", "[2.0,\"\"]", "features are damaged");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_predicted),
		TEST(a_feature_that_no_record_had_counts_nothing),
		TEST(labels_are_predicted),
		TEST(what_is_saved_is_the_same_again),
		TEST(what_is_no_model_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
