/* Computes prequential scores: errors of numbers, and a confusion matrix of labels. */
#include <float.h>
#include <math.h>
#include <stddef.h>

#include "score.h"

const struct member score_members[] = {
	{ "count", M_U64, offsetof(struct score, count), 0 },
	{ "absolute", M_F64, offsetof(struct score, absolute), 0 },
	{ "squared", M_F64, offsetof(struct score, squared), 0 },
	{ "mean", M_F64, offsetof(struct score, mean), 0 },
	{ "spread", M_F64, offsetof(struct score, total_squares), 0 },
	{ NULL, 0, 0, 0 },
};

const struct member confusion_members[] = {
	{ "true0", M_U64, offsetof(struct confusion, true0), 0 },
	{ "false0", M_U64, offsetof(struct confusion, false0), 0 },
	{ "true1", M_U64, offsetof(struct confusion, true1), 0 },
	{ "false1", M_U64, offsetof(struct confusion, false1), 0 },
	{ "probable", M_U64, offsetof(struct confusion, probable), 0 },
	{ "surprise", M_F64, offsetof(struct confusion, surprise), 0 },
	{ NULL, 0, 0, 0 },
};

void
score_add(struct score *s, double prediction, double target)
{
	double error = target - prediction;
	double off = target - s->mean;

	s->count++;
	s->absolute += fabs(error);
	s->squared += error * error;
	s->mean += off / (double)s->count;
	s->total_squares += off * (target - s->mean);
}

/* Returns NaN for a sum that has overflowed. */
static double
known(double x)
{
	return isfinite(x) ? x : (double)NAN;
}

double
score_mae(const struct score *s)
{
	return known(s->absolute / (double)s->count);
}

double
score_rmse(const struct score *s)
{
	return known(sqrt(s->squared / (double)s->count));
}

double
score_r2(const struct score *s)
{
	return known(1.0 - s->squared / s->total_squares);
}

void
confusion_add(struct confusion *t, int prediction, int target)
{
	if (prediction == 1)
		*(target == 1 ? &t->true1 : &t->false1) += 1;
	else
		*(target == 0 ? &t->true0 : &t->false0) += 1;
}

void
confusion_probability(struct confusion *t, double of_label1, int target)
{
	double p = fmin(fmax(of_label1, DBL_EPSILON), 1.0 - DBL_EPSILON);

	t->probable++;
	t->surprise -= log(target == 1 ? p : 1.0 - p);
}

void
confusion_mirror(struct confusion *t)
{
	uint64_t right = t->true0, wrong = t->false0;

	t->true0 = t->true1;
	t->true1 = right;
	t->false0 = t->false1;
	t->false1 = wrong;
}

uint64_t
confusion_count(const struct confusion *t)
{
	return t->true0 + t->false0 + t->true1 + t->false1;
}

double
confusion_accuracy(const struct confusion *t)
{
	return (double)(t->true0 + t->true1) / (double)confusion_count(t);
}

double
confusion_f1(const struct confusion *t)
{
	double hits = 2.0 * (double)t->true1;
	double all = hits + (double)t->false1 + (double)t->false0;

	if (all == 0)
		return confusion_count(t) > 0 ? 0.0 : (double)NAN;
	return hits / all;
}

double
confusion_log_loss(const struct confusion *t)
{
	return known(t->surprise / (double)t->probable);
}
