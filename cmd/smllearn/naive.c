/* Scores the baselines that a model must beat: last value, mean, last label, majority. */
#include <stddef.h>

#include "naive.h"

const struct member naive_value_members[] = {
	{ "count", M_U64, offsetof(struct naive_value, count), 0 },
	{ "last", M_F64, offsetof(struct naive_value, last), 0 },
	{ "mean", M_F64, offsetof(struct naive_value, mean), 0 },
	{ NULL, 0, 0, 0 },
};

const struct member naive_label_members[] = {
	{ "count0", M_U64, offsetof(struct naive_label, count0), 0 },
	{ "count1", M_U64, offsetof(struct naive_label, count1), 0 },
	{ "last", M_U64, offsetof(struct naive_label, last), 0 },
	{ NULL, 0, 0, 0 },
};

void
naive_value_meet(struct naive_value *n, double target)
{
	if (n->count > 0) {
		score_add(&n->by_last, n->last, target);
		score_add(&n->by_mean, n->mean, target);
	}
	n->count++;
	n->last = target;
	n->mean += (target - n->mean) / (double)n->count;
}

void
naive_label_meet(struct naive_label *n, int target)
{
	uint64_t count = n->count0 + n->count1;

	if (count > 0) {
		confusion_add(&n->by_last, (int)n->last, target);
		confusion_add(&n->by_majority, n->count1 > n->count0, target);
		confusion_probability(&n->by_majority, (double)n->count1 / (double)count,
		    target);
	}
	*(target == 1 ? &n->count1 : &n->count0) += 1;
	n->last = (uint64_t)target;
}

void
naive_label_mirror(struct naive_label *n)
{
	uint64_t count0 = n->count0;

	n->count0 = n->count1;
	n->count1 = count0;
	n->last = !n->last;
	confusion_mirror(&n->by_last);
	confusion_mirror(&n->by_majority);
}
