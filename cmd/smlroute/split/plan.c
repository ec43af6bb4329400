/* Decides which id gets which arm. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "split/plan.h"

const char *
reason_name(enum reason reason)
{
	static const char *const name[] = { "split", "pin", "holdout", "gate", "otherwise" };

	return name[reason];
}

int
plan_share(struct share *share, const char *text, struct err *err)
{
	const char *end = text;

	if (share_read(text, &end, &share->size, err) == -1 || (*end != '\0' && *end != ':'))
		return err_set(err, NULL,
		    "\"%s\" is no share: SHARE or SHARE:SALT, 0 to 100 percent with at most "
		    "two decimals",
		    text);
	if (*end == ':' && end[1] == '\0')
		return err_set(err, NULL, "\"%s\": a salt is missing after the colon", text);
	share->set = true;
	if (*end == ':' && (share->salt = strdup(end + 1)) == NULL)
		return err_memory(err);
	return 0;
}

/*
 * Prepares the salts of the shares.  Each share has its own salt: with the hash of the split,
 * the ids of a share would all be in one part of the split.  The holdout does not depend on
 * the plan's salt, so that experiments can have the same holdout.
 */
static void
settle_salts(struct plan *plan)
{
	md5_salt(&plan->begun, plan->salt, NULL);
	md5_salt(&plan->holdout.begun,
	    plan->holdout.salt != NULL ? plan->holdout.salt : "holdout", NULL);
	if (plan->gate.salt != NULL)
		md5_salt(&plan->gate.begun, plan->gate.salt, NULL);
	else
		md5_salt(&plan->gate.begun, plan->salt, "gate");
	if (plan->shadow.salt != NULL)
		md5_salt(&plan->shadow.begun, plan->shadow.salt, NULL);
	else
		md5_salt(&plan->shadow.begun, plan->salt, "shadow");
}

/*
 * Gives buckets to the arms in order, from 0 on.  An arm ends at bucket w times the number of
 * buckets, rounded; w is the share of the total weight that belongs to this arm and the arms
 * before it.
 */
static int
settle_buckets(struct plan *plan, uint64_t total, struct err *err)
{
	uint64_t buckets = plan->fine ? BUCKETS_FINE : BUCKETS_COARSE, bucket = 0, sum = 0;
	uint64_t all = plan->relative ? total : SHARE_ALL;

	plan->arm_of = malloc(buckets * sizeof *plan->arm_of);
	if (plan->arm_of == NULL)
		return err_memory(err);
	for (uint32_t i = 0; i < plan->arms.count; i++) {
		const struct arm *arm = &plan->arms.arm[i];

		if (!plan->relative && arm->weight % (SHARE_ALL / buckets) != 0)
			return err_set(err, NULL,
			    "arm \"%s\": a weight with decimals needs --buckets 10000",
			    arm->name);
		sum += arm->weight;
		while (bucket < (2 * buckets * sum + all) / (2 * all))
			plan->arm_of[bucket++] = i;
	}
	while (bucket < buckets)
		plan->arm_of[bucket++] = PLAN_NO_ARM;
	return 0;
}

/* Adds a node, named after its arm, or SALT:NAME. */
static int
add_node(struct plan *plan, struct buf *name, const char *arm, uint32_t weight)
{
	name->len = 0;
	if (plan->salt != NULL &&
	    (buf_puts(name, plan->salt) == -1 || buf_putc(name, ':') == -1))
		return -1;
	if (buf_puts(name, arm) == -1)
		return -1;
	return rendezvous_add(&plan->nodes, name->p, name->len, weight);
}

/*
 * Adds a node for each arm.  A node without a name gets the ids that the weights leave; an arm
 * whose weight grows takes ids from this node.
 */
static int
settle_nodes(struct plan *plan, struct err *err)
{
	struct buf name = { 0 };
	int result = 0;

	for (uint32_t i = 0; i < plan->arms.count && result == 0; i++)
		result =
		    add_node(plan, &name, plan->arms.arm[i].name, plan->arms.arm[i].weight);
	if (result == 0)
		result = add_node(plan, &name, "", plan->left);
	buf_free(&name);
	return result == -1 ? err_memory(err) : 0;
}

/* Finds the arm with the name that an option or a member gives.  Returns -1 with err. */
static int64_t
named(const struct plan *plan, const char *what, const char *name, struct err *err)
{
	int64_t arm = arms_need(&plan->arms, name, strlen(name), err);

	return arm == -1 ? err_prefix(err, "%s: ", what) : arm;
}

static int
settle_names(struct plan *plan, struct err *err)
{
	int64_t arm = 0;

	plan->fallback = -1;
	if (plan->fallback_name != NULL) {
		plan->fallback = named(plan, "fallback", plan->fallback_name, err);
		if (plan->fallback == -1)
			return -1;
	}
	if (plan->otherwise_name != NULL)
		arm = named(plan, "otherwise", plan->otherwise_name, err);
	if (arm == -1)
		return -1;
	plan->otherwise = (uint32_t)arm;
	return 0;
}

/* Adds up the weights, and refuses weights that cannot have been meant. */
static int
settle_weights(struct plan *plan, uint64_t *total, struct err *err)
{
	bool decimals = false;

	*total = 0;
	for (uint32_t i = 0; i < plan->arms.count; i++) {
		*total += plan->arms.arm[i].weight;
		decimals = decimals || plan->arms.arm[i].weight % 100 != 0;
	}
	plan->left = 0;
	if (plan->relative)
		return *total > 0 ? 0 : err_set(err, NULL, "all weights are 0");
	if (*total > SHARE_ALL)
		return err_set(err, NULL,
		    "the weights of the arms add up to %" PRIu64 ".%02" PRIu64
		    " percent: 100 is the most",
		    *total / 100, *total % 100);
	if (decimals && *total <= 100 && plan->arms.count > 1 && plan->otherwise_name == NULL)
		return err_set(err, NULL,
		    "the weights add up to 1 percent or less: --weights relative takes them "
		    "as "
		    "parts of their sum; --otherwise ARM says that percent are meant");
	plan->left = SHARE_ALL - (uint32_t)*total;
	return 0;
}

int
plan_settle(struct plan *plan, struct err *err)
{
	uint64_t total;

	if (plan->arms.count == 0)
		return err_set(err, NULL, "no arm: at least one is needed");
	if (settle_names(plan, err) == -1)
		return -1;
	settle_salts(plan);
	if (settle_weights(plan, &total, err) == -1)
		return -1;
	if (plan->method == METHOD_RENDEZVOUS)
		return settle_nodes(plan, err);
	return settle_buckets(plan, total, err);
}

/* Returns whether the id is in the share. *bucket: the bucket of its hash. */
static bool
holds(const struct share *share, const void *id, size_t n, int32_t *bucket)
{
	uint32_t at = md5_bucket(&share->begun, id, n, BUCKETS_FINE);

	*bucket = (int32_t)at;
	return at < share->size;
}

/* Returns the arm that the split gives, or PLAN_NO_ARM. */
static uint32_t
split(const struct plan *plan, const void *id, size_t n, int32_t *bucket)
{
	uint32_t at;

	if (plan->method == METHOD_RENDEZVOUS) {
		*bucket = -1;
		at = rendezvous_pick(&plan->nodes, id, n);
		return at < plan->arms.count ? at : PLAN_NO_ARM;
	}
	at = md5_bucket(&plan->begun, id, n, plan->fine ? BUCKETS_FINE : BUCKETS_COARSE);
	*bucket = (int32_t)at;
	return plan->arm_of[at];
}

void
plan_assign(const struct plan *plan, const void *id, size_t n, struct assignment *a)
{
	int64_t pinned = pins_find(&plan->pins, id, n);

	a->arm = plan->otherwise;
	if (pinned != -1) {
		*a = (struct assignment){ (uint32_t)pinned, -1, REASON_PIN };
	} else if (plan->holdout.set && holds(&plan->holdout, id, n, &a->bucket)) {
		a->reason = REASON_HOLDOUT;
	} else if (plan->gate.set && !holds(&plan->gate, id, n, &a->bucket)) {
		a->reason = REASON_GATE;
	} else {
		uint32_t arm = split(plan, id, n, &a->bucket);

		a->reason = arm == PLAN_NO_ARM ? REASON_OTHERWISE : REASON_SPLIT;
		if (arm != PLAN_NO_ARM)
			a->arm = arm;
	}
}

void
plan_assign_none(const struct plan *plan, struct assignment *a)
{
	*a = (struct assignment){ plan->otherwise, -1, REASON_OTHERWISE };
}

bool
plan_shadowed(const struct plan *plan, const void *id, size_t n)
{
	int32_t bucket;

	return !plan->shadow.set || holds(&plan->shadow, id, n, &bucket);
}

void
plan_free(struct plan *plan)
{
	arms_free(&plan->arms);
	arms_free(&plan->shadows);
	free(plan->otherwise_name);
	free(plan->fallback_name);
	free(plan->salt);
	free(plan->holdout.salt);
	free(plan->gate.salt);
	free(plan->shadow.salt);
	pins_free(&plan->pins);
	free(plan->arm_of);
	rendezvous_free(&plan->nodes);
	*plan = (struct plan){ 0 };
}
