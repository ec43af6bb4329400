/*
 * Configurations.  A broken one gives a reason.  With any other one every id gets an arm, for
 * a reason that the plan knows, from a bucket that exists.
 */
#include "split/config.h"

#include "fuzz.h"

static void
check_assignment(const struct plan *plan, const struct assignment *a)
{
	int32_t buckets = plan->fine ? BUCKETS_FINE : BUCKETS_COARSE;

	need(a->arm < plan->arms.count);
	switch (a->reason) {
	case REASON_PIN:
		need(a->bucket == -1 && plan->pins.table != NULL);
		break;
	case REASON_HOLDOUT:
		need(plan->holdout.set && a->bucket < (int32_t)plan->holdout.size);
		break;
	case REASON_GATE:
		need(plan->gate.set && a->bucket >= (int32_t)plan->gate.size);
		break;
	case REASON_OTHERWISE:
		need(a->arm == plan->otherwise && a->bucket < buckets);
		break;
	case REASON_SPLIT:
		need(plan->arms.arm[a->arm].weight > 0 && a->bucket < buckets);
		break;
	}
}

static void
check_plan(const struct plan *plan)
{
	struct assignment a;
	uint64_t total = 0;

	for (uint32_t i = 0; i < plan->arms.count; i++) {
		const char *name = plan->arms.arm[i].name;

		need(name[0] != '\0');
		need(arms_find(&plan->arms, name, strlen(name)) == i);
		total += plan->arms.arm[i].weight;
	}
	need(plan->arms.count > 0 && (plan->relative || total <= SHARE_ALL));
	need(plan->otherwise < plan->arms.count);
	need(plan->fallback >= -1 && plan->fallback < plan->arms.count);
	for (uint16_t id = 0; id < 500; id++) {
		plan_assign(plan, &id, sizeof(id), &a);
		check_assignment(plan, &a);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *doc = json_loadb((const char *)data, size,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	struct plan plan = { 0 };
	struct err err = { 0 };

	if (doc == NULL)
		return 0;
	if (config_read(doc, &plan, &err) == 0)
		check_plan(&plan);
	else
		need(err.text[0] != '\0');
	plan_free(&plan);
	json_decref(doc);
	return 0;
}
