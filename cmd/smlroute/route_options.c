/* The options of smlroute. */
#include <stddef.h>
#include <string.h>

#include "route_options.h"
#include "split/config.h"

#define AT(member) offsetof(struct route_options, member)

static const struct opt options[] = {
	{ 'k', "key", "FIELD", OPT_TEXT, AT(key), OPT_NEEDED | OPT_COMPARED,
	    "field that holds the id", 0, 0 },
	{ 'a', "arm", "NAME=WEIGHT[:MODEL]", OPT_LIST, AT(arms), OPT_COMPARED,
	    "an arm, its percentage, and the model that answers", 0, 0 },
	{ 0, "config", "FILE", OPT_TEXT, AT(config), OPT_IS_FILE,
	    "read arms and the split from FILE", 0, 0 },
	{ 0, "method", PLAN_METHODS, OPT_CHOICE, AT(method), OPT_COMPARED, "how to split ids",
	    0, 0 },
	{ 0, "buckets", PLAN_BUCKETS, OPT_CHOICE, AT(buckets), OPT_COMPARED,
	    "classic: split into whole or hundredths of percents", 0, 0 },
	{ 0, "weights", PLAN_WEIGHTS, OPT_CHOICE, AT(weights), OPT_COMPARED,
	    "whether weights are percentages or parts of their sum", 0, 0 },
	{ 0, "salt", "S", OPT_TEXT, AT(salt), OPT_COMPARED, "hash S:id instead of id", 0, 0 },
	{ 0, "otherwise", "ARM", OPT_TEXT, AT(otherwise), OPT_COMPARED,
	    "arm of ids in no share (default the first)", 0, 0 },
	{ 0, "pin", "FILE", OPT_TEXT, AT(pin), OPT_IS_FILE,
	    "give the ids in FILE the arms named there", 0, 0 },
	{ 0, "holdout", "SHARE[:SALT]", OPT_TEXT, AT(holdout), OPT_COMPARED,
	    "keep a share of the ids out of the split", 0, 0 },
	{ 0, "gate", "SHARE[:SALT]", OPT_TEXT, AT(gate), OPT_COMPARED,
	    "split only this share of the ids", 0, 0 },
	{ 0, "on-missing", "reject|otherwise", OPT_CHOICE, AT(on_missing), OPT_COMPARED,
	    "what to do with a record without an id", 0, 0 },
	{ 0, "fallback", "ARM", OPT_TEXT, AT(fallback), OPT_COMPARED,
	    "arm that answers for an arm that cannot", 0, 0 },
	{ 0, "exec-env", "NAME,...", OPT_TEXT, AT(exec_env), 0,
	    "pass these environment variables to co-processes too", 0, 0 },
	{ 0, "shadow", "NAME:MODEL", OPT_LIST, AT(shadows), OPT_COMPARED,
	    "model that gets every request too", 0, 0 },
	{ 0, "shadow-share", "SHARE[:SALT]", OPT_TEXT, AT(shadow_share), OPT_COMPARED,
	    "send shadows only this share of the ids", 0, 0 },
	{ 0, "shadow-out", "FILE", OPT_TEXT, AT(shadow_out), OPT_IS_FILE | OPT_WRITES,
	    "write the answers of shadows to FILE", 0, 0 },
	{ 0, "reload", NULL, OPT_FLAG, AT(reload), 0,
	    "read a model again when its file changes", 0, 0 },
	{ 0, "model-from-stream", NULL, OPT_FLAG, AT(from_stream), OPT_COMPARED,
	    "take models from control lines", 0, 0 },
	{ 0, "exposure", "FILE", OPT_TEXT, AT(exposure), OPT_IS_FILE | OPT_WRITES,
	    "write who got which arm, and why, to FILE", 0, 0 },
	{ 0, "out", "ARM=FILE", OPT_LIST, AT(outs), 0, "write the records of an arm to FILE",
	    0, 0 },
	{ 0, "shard", "N", OPT_COUNT, AT(shards), OPT_COMPARED,
	    "append the number of one of N shards", 1, INT32_MAX },
	{ 0, "nodes", "NAME[=WEIGHT],...", OPT_TEXT, AT(nodes), OPT_COMPARED,
	    "append the name of one of these nodes", 0, 0 },
	{ 0, "out-shard", "PATTERN", OPT_TEXT, AT(out_shard), 0,
	    "write each shard to a file of its own", 0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

static const struct opt no_options[] = { { 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 } };

const struct cli check_cli = {
	.tool = "smlroute",
	.command = "check",
	.what = "check configurations",
	.operands = "file ...",
	.options = no_options,
};

static const struct cli route_cli = {
	.tool = "smlroute",
	.what = "assign each record to an arm, and add the answer of its model",
	.operands = "[file ...]",
	.options = options,
	.common = COMMON_INPUT | COMMON_REJECTS | COMMON_QUIET | COMMON_APPEND |
	    COMMON_DEFAULT | COMMON_TIMEOUT | COMMON_CONTROL_LINES,
	.program = &program,
};

static const struct cli *const commands[] = { &route_cli, &check_cli, NULL };

const struct program program = {
	.tool = "smlroute",
	.what = "assign each record to an arm, and add the answer of its model",
	.commands = commands,
};

/* With --config, refuses the options that describe a plan. */
static void
check_config(const struct route_options *o)
{
	const struct {
		const char *name;
		bool given;
	} option[] = {
		{ "--arm", o->arms.count > 0 },
		{ "--method", o->method != 0 },
		{ "--buckets", o->buckets != 0 },
		{ "--weights", o->weights != 0 },
		{ "--salt", o->salt != NULL },
		{ "--otherwise", o->otherwise != NULL },
		{ "--holdout", o->holdout != NULL },
		{ "--gate", o->gate != NULL },
		{ "--fallback", o->fallback != NULL },
		{ "--shadow", o->shadows.count > 0 },
		{ "--shadow-share", o->shadow_share != NULL },
	};

	for (size_t i = 0; o->config != NULL && i < sizeof(option) / sizeof(option[0]); i++)
		if (option[i].given)
			opt_usage(&o->common,
			    "%s cannot be given with --config: put it into that file",
			    option[i].name);
}

/* Refuses options about arms if there are no arms. */
static void
check_arms(const struct route_options *o)
{
	const struct {
		const char *name;
		bool given;
	} option[] = {
		{ "--otherwise", o->otherwise != NULL },
		{ "--pin", o->pin != NULL },
		{ "--holdout", o->holdout != NULL },
		{ "--gate", o->gate != NULL },
		{ "--fallback", o->fallback != NULL },
		{ "--shadow", o->shadows.count > 0 },
		{ "--exposure", o->exposure != NULL },
		{ "--out", o->outs.count > 0 },
	};

	if (o->arms.count > 0 || o->config != NULL)
		return;
	if (o->shards == 0 && o->nodes == NULL)
		opt_usage(&o->common, "no arm: -a NAME=WEIGHT, or --config FILE");
	for (size_t i = 0; i < sizeof(option) / sizeof(option[0]); i++)
		if (option[i].given)
			opt_usage(&o->common, "%s needs arms: -a NAME=WEIGHT", option[i].name);
}

void
options_check(const struct route_options *o)
{
	const struct common *c = &o->common;

	check_config(o);
	check_arms(o);
	if (o->shards > 0 && o->nodes != NULL)
		opt_usage(c, "--shard and --nodes cannot be given together");
	if (o->out_shard != NULL && o->shards == 0 && o->nodes == NULL)
		opt_usage(c, "--out-shard needs --shard or --nodes");
	if (o->out_shard != NULL && o->outs.count > 0)
		opt_usage(c, "--out and --out-shard cannot be given together");
	if (o->on_missing == MISSING_OTHERWISE && o->config == NULL && o->arms.count == 0)
		opt_usage(c, "--on-missing otherwise needs arms: -a NAME=WEIGHT");
}

static int
copy(char **to, const char *text, struct err *err)
{
	*to = text == NULL ? NULL : strdup(text);
	return text != NULL && *to == NULL ? err_memory(err) : 0;
}

/* Reads the share given to the option of this name, if one was given. */
static int
take_share(struct share *share, const char *name, const char *text, struct err *err)
{
	if (text == NULL || plan_share(share, text, err) == 0)
		return 0;
	return err_prefix(err, "%s: ", name);
}

/* Makes the plan of the options, without --config. */
static int
put_together(const struct route_options *o, struct plan *plan, struct err *err)
{
	for (size_t i = 0; i < o->arms.count; i++)
		if (arms_add_text(&plan->arms, o->arms.text[i], o->weights == 1, err) == -1)
			return -1;
	for (size_t i = 0; i < o->shadows.count; i++)
		if (arms_add_shadow(&plan->shadows, o->shadows.text[i], err) == -1)
			return -1;
	plan->method = o->method;
	plan->fine = o->buckets == 1;
	plan->relative = o->weights == 1;
	if (copy(&plan->salt, o->salt, err) == -1 ||
	    copy(&plan->otherwise_name, o->otherwise, err) == -1 ||
	    copy(&plan->fallback_name, o->fallback, err) == -1 ||
	    take_share(&plan->holdout, "--holdout", o->holdout, err) == -1 ||
	    take_share(&plan->gate, "--gate", o->gate, err) == -1 ||
	    take_share(&plan->shadow, "--shadow-share", o->shadow_share, err) == -1)
		return -1;
	return plan->arms.count == 0 ? 0 : plan_settle(plan, err);
}

int
options_plan(const struct route_options *o, struct plan *plan, struct err *err)
{
	if (o->config != NULL) {
		if (config_load(o->config, plan, err) == -1)
			return -1;
	} else if (put_together(o, plan, err) == -1) {
		if (err->memory)
			return -1;
		opt_refuse(&o->common, err);
	}
	return o->pin == NULL ? 0 :
				pins_load(&plan->pins, o->pin, &o->common, &plan->arms, err);
}
