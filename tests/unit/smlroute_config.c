/* Configurations: what they may say, and what is said of broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "split/config.h"

static int
read_text(const char *text, struct plan *plan, struct err *err)
{
	json_t *doc = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	int result;

	assert_non_null(doc);
	result = config_read(doc, plan, err);
	json_decref(doc);
	return result;
}

static void
everything_can_be_said(void **state)
{
	struct plan plan = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(
	    read_text("{\"pins\":{\"alice\":\"b\",\"42\":\"a\"},"
		      "\"arms\":[{\"name\":\"a\",\"weight\":33.33,\"model\":\"const:1\"},"
		      "{\"weight\":20,\"name\":\"b\"}],"
		      "\"shadows\":[{\"name\":\"s\",\"model\":\"exec:cat\"}],"
		      "\"otherwise\":\"b\",\"fallback\":\"a\",\"method\":\"classic\","
		      "\"buckets\":10000,\"salt\":\"spring\",\"holdout\":5,"
		      "\"gate\":{\"share\":10.5,\"salt\":\"door\"},\"shadow_share\":1e1}",
		&plan, &err),
	    0);
	assert_int_equal(plan.arms.count, 2);
	assert_string_equal(plan.arms.arm[0].model, "const:1");
	assert_int_equal(plan.arms.arm[0].weight, 3333);
	assert_null(plan.arms.arm[1].model);
	assert_int_equal(plan.arms.arm[1].weight, 2000);
	assert_int_equal(plan.shadows.count, 1);
	assert_int_equal(plan.otherwise, 1);
	assert_int_equal(plan.fallback, 0);
	assert_int_equal(plan.method, METHOD_CLASSIC);
	assert_true(plan.fine);
	assert_string_equal(plan.salt, "spring");
	assert_int_equal(plan.holdout.size, 500);
	assert_null(plan.holdout.salt);
	assert_int_equal(plan.gate.size, 1050);
	assert_string_equal(plan.gate.salt, "door");
	assert_int_equal(plan.shadow.size, 1000);
	assert_int_equal(pins_find(&plan.pins, "alice", 5), 1);
	assert_int_equal(pins_find(&plan.pins, "42", 2), 0);
	assert_int_equal(pins_find(&plan.pins, "bob", 3), -1);
	plan_free(&plan);
}

static void
little_is_needed(void **state)
{
	struct plan plan = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(read_text("{\"arms\":[{\"name\":\"a\",\"weight\":0}]}", &plan, &err),
	    0);
	assert_int_equal(plan.otherwise, 0);
	assert_int_equal(plan.fallback, -1);
	assert_false(plan.fine);
	assert_false(plan.holdout.set || plan.gate.set || plan.shadow.set);
	plan_free(&plan);
}

#define ARMS "\"arms\":[{\"name\":\"a\",\"weight\":50},{\"name\":\"b\",\"weight\":50}]"

static void
what_is_wrong_is_said(void **state)
{
	static const struct {
		const char *text, *message;
	} golden[] = {
		{ "[]", "an object is needed" },
		{ "{}", "the member \"arms\" is missing" },
		{ "{\"arm\":[]}", "no member is called \"arm\"; did you mean \"arms\"?" },
		{ "{" ARMS ",\"x\":1}", "no member is called \"x\"" },
		{ "{\"arms\":{}}", "arms: an array is needed" },
		{ "{\"arms\":[]}", "no arm: at least one is needed" },
		{ "{\"arms\":[1]}", "arms: number 1: an object is needed" },
		{ "{\"arms\":[{\"name\":\"a\"}]}",
		    "arms: number 1: the member \"weight\" is missing" },
		{ "{\"arms\":[{\"weight\":1}]}",
		    "arms: number 1: the member \"name\" is missing" },
		{ "{\"arms\":[{\"name\":\"\",\"weight\":1}]}",
		    "arms: number 1: name: a text that is not empty is needed" },
		{ "{\"arms\":[{\"name\":\"a\\u0000\",\"weight\":1}]}",
		    "arms: number 1: name: a name cannot contain the character U+0000" },
		{ "{\"arms\":[{\"name\":\"a\",\"weight\":1},{\"name\":\"a\",\"weight\":1}]}",
		    "arms: number 2: two arms are called \"a\"" },
		{ "{\"arms\":[{\"name\":\"a\",\"weight\":\"1\"}]}",
		    "arms: number 1: weight: a number is needed" },
		{ "{\"arms\":[{\"name\":\"a\",\"weight\":-1}]}",
		    "arms: number 1: weight: 0 to 100 percent, or to a million where weights "
		    "are relative, with at most two decimals are needed" },
		{ "{\"arms\":[{\"name\":\"a\",\"weight\":1.005}]}",
		    "arms: number 1: weight: 0 to 100 percent, or to a million where weights "
		    "are relative, with at most two decimals are needed" },
		{ "{\"arms\":[{\"name\":\"a\",\"weight\":1.5}]}",
		    "arm \"a\": a weight with decimals needs --buckets 10000" },
		{ "{\"arms\":[{\"name\":\"a\",\"weight\":60},{\"name\":\"b\",\"weight\":41}]}",
		    "the weights of the arms add up to 101.00 percent: 100 is the most" },
		{ "{" ARMS ",\"shadows\":[{\"name\":\"s\"}]}",
		    "shadows: number 1: the member \"model\" is missing" },
		{ "{" ARMS ",\"shadows\":[{\"name\":\"s\",\"weight\":1}]}",
		    "shadows: number 1: no member is called \"weight\"" },
		{ "{" ARMS ",\"otherwise\":\"c\"}", "otherwise: no arm is called \"c\"" },
		{ "{" ARMS ",\"fallback\":\"alpha\"}",
		    "fallback: no arm is called \"alpha\"" },
		{ "{" ARMS ",\"method\":\"md5\"}",
		    "method: \"md5\" is no method: classic or rendezvous" },
		{ "{" ARMS ",\"buckets\":1000}", "buckets: 100 or 10000 is needed" },
		{ "{" ARMS ",\"buckets\":\"100\"}", "buckets: 100 or 10000 is needed" },
		{ "{" ARMS ",\"salt\":7}", "salt: a text that is not empty is needed" },
		{ "{" ARMS ",\"gate\":{\"salt\":\"x\"}}",
		    "gate: the member \"share\" is missing" },
		{ "{" ARMS ",\"gate\":{\"share\":101}}",
		    "gate: share: 0 to 100 percent with at most two decimals are needed" },
		{ "{" ARMS ",\"holdout\":null}", "holdout: a number of percent is needed" },
		{ "{" ARMS ",\"pins\":[]}", "pins: an object is needed" },
		{ "{" ARMS ",\"pins\":{\"x\":\"d\"}}", "pins: x: no arm is called \"d\"" },
		{ "{" ARMS ",\"pins\":{\"\":\"a\"}}", "pins: : an id must not be empty" },
		{ "{" ARMS ",\"pins\":{\"x\":1}}",
		    "pins: x: a text that is not empty is needed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		struct plan plan = { 0 };
		struct err err = { 0 };

		assert_int_equal(read_text(golden[i].text, &plan, &err), -1);
		if (strncmp(err.text, golden[i].message, strlen(golden[i].message)) != 0)
			assert_string_equal(err.text, golden[i].message);
		plan_free(&plan);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_can_be_said),
		cmocka_unit_test(little_is_needed),
		cmocka_unit_test(what_is_wrong_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
