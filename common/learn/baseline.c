/* Learners without features: the mean of the targets, and the last one. */
#include <math.h>

#include "learn/baseline.h"

#define NOW(member) offsetof(struct baseline, now.member)

static const struct member mean_members[] = {
	{ "steps", M_U64, offsetof(struct baseline, steps), 0 },
	{ "mean", M_F64, NOW(mean), 0 },
	{ "later", M_F64, NOW(later), 0 },
	{ NULL, 0, 0, 0 },
};

static const struct member last_members[] = {
	{ "steps", M_U64, offsetof(struct baseline, steps), 0 },
	{ "last", M_F64, NOW(last), 0 },
	{ "earlier_after_earlier", M_F64, NOW(after[0]), 0 },
	{ "later_after_earlier", M_F64, NOW(after[1]), 0 },
	{ "earlier_after_later", M_F64, NOW(after[2]), 0 },
	{ "later_after_later", M_F64, NOW(after[3]), 0 },
	{ NULL, 0, 0, 0 },
};

static const struct feature_number numbers[] = { { NULL, NULL, 0, 0 } };

static const struct learner_part mean_parts[] = {
	{ "mean_so_far", mean_members, numbers, 0, false, false },
	{ NULL, NULL, NULL, 0, false, false },
};

static const struct learner_part last_parts[] = {
	{ "last_target", last_members, numbers, 0, false, false },
	{ NULL, NULL, NULL, 0, false, false },
};

static void
clear(void *state)
{
	struct baseline *b = state;

	*b = (struct baseline){ .rule = b->rule, .now.after = { 1, 1, 1, 1 } };
}

static void
baseline_open(void *state, const struct learner_rule *rule)
{
	struct baseline *b = state;

	b->rule = *rule;
	clear(b);
}

static int
reserve(void *state, uint64_t width)
{
	(void)state;
	(void)width;
	return 0;
}

static void
widen(void *state, uint64_t at, uint64_t n)
{
	(void)at;
	((struct baseline *)state)->width += n;
}

static void
narrow(void *state, uint64_t at, uint64_t n)
{
	(void)at;
	((struct baseline *)state)->width -= n;
}

static int
loaded(void *state, uint64_t width)
{
	struct baseline *b = state;
	const struct baseline_counts *n = &b->now;

	b->width = width;
	if (!isfinite(n->mean) || !isfinite(n->last) ||
	    !(n->later >= 0 && n->later <= (double)b->steps))
		return -1;
	for (int i = 0; i < 4; i++)
		if (!(n->after[i] >= 1 && isfinite(n->after[i])))
			return -1;
	return n->last == 0 || n->last == 1 || b->rule.task == TASK_REGRESS ? 0 : -1;
}

static double
mean_score(const void *state, const double *x)
{
	const struct baseline *b = state;
	double n = (double)b->steps;

	(void)x;
	if (b->rule.task == TASK_REGRESS)
		return b->now.mean;
	return log((b->now.later + 1) / (n - b->now.later + 1));
}

static double
last_score(const void *state, const double *x)
{
	const struct baseline *b = state;
	const double *after = b->now.last == 1 ? b->now.after + 2 : b->now.after;

	(void)x;
	if (b->rule.task == TASK_REGRESS)
		return b->now.last;
	return b->steps == 0 ? 0 : log(after[1] / after[0]);
}

static int
try(void *state, const double *x, double y)
{
	struct baseline *b = state;

	(void)x;
	b->next = b->now;
	b->next.last = y;
	b->next.mean += (y - b->now.mean) / ((double)b->steps + 1);
	if (b->rule.task == TASK_CLASSIFY) {
		b->next.later += y;
		if (b->steps > 0)
			b->next.after[2 * (b->now.last == 1) + (y == 1)] += 1;
	}
	return isfinite(b->next.mean) ? 0 : -1;
}

static void
keep(void *state)
{
	struct baseline *b = state;

	b->now = b->next;
	b->steps++;
}

static void
mirror(void *state)
{
	struct baseline *b = state;
	struct baseline_counts *n = &b->now, was = b->now;

	n->later = (double)b->steps - was.later;
	n->mean = 1 - was.mean;
	n->last = 1 - was.last;
	for (int i = 0; i < 4; i++)
		n->after[i] = was.after[3 - i];
}

#define BASELINE \
	.size = sizeof(struct baseline), .open = baseline_open, .close = clear, \
	.clear = clear, .reserve = reserve, .widen = widen, .narrow = narrow, \
	.loaded = loaded, .try = try, .keep = keep, .mirror = mirror

const struct learner_kind mean_kind = {
	BASELINE,
	.name = "mean",
	.parts = mean_parts,
	.score = mean_score,
};

const struct learner_kind last_kind = {
	BASELINE,
	.name = "last",
	.parts = last_parts,
	.score = last_score,
};
