/* Stores the numbers that learners with weights have for each feature. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/linear.h"
#include "learn/vector.h"

void
linear_open(struct linear *l, const struct learner_rule *rule, int numbers, int odd)
{
	*l = (struct linear){ .numbers = numbers, .odd = odd, .rule = *rule };
}

void
linear_close(void *state)
{
	struct linear *l = state;

	for (int i = 0; i < LINEAR_NUMBERS; i++) {
		free(l->of[i]);
		free(l->next[i]);
		l->of[i] = l->next[i] = NULL;
	}
	linear_clear(l);
}

static void
set_width(struct linear *l, uint64_t width)
{
	l->width = width;
	for (int i = 0; i < l->numbers; i++)
		l->length[i] = width;
}

void
linear_clear(void *state)
{
	struct linear *l = state;

	l->steps = 0;
	set_width(l, 0);
	memset(l->intercept, 0, sizeof l->intercept);
	memset(l->total, 0, sizeof l->total);
}

int
linear_reserve(void *state, uint64_t width)
{
	struct linear *l = state;

	for (int i = 0; i < l->numbers; i++)
		if (vector_reserve(&l->of[i], width) == -1 ||
		    vector_reserve(&l->next[i], width) == -1)
			return -1;
	return 0;
}

void
linear_widen(void *state, uint64_t at, uint64_t n)
{
	struct linear *l = state;

	for (int i = 0; i < l->numbers; i++)
		vector_insert(l->of[i], l->width, at, n);
	set_width(l, l->width + n);
}

void
linear_narrow(void *state, uint64_t at, uint64_t n)
{
	struct linear *l = state;

	for (int i = 0; i < l->numbers; i++)
		vector_remove(l->of[i], l->width, at, n);
	set_width(l, l->width - n);
}

static bool
all_finite(const double *x, int n)
{
	for (int i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

int
linear_loaded(void *state, uint64_t width)
{
	struct linear *l = state;

	if (!all_finite(l->intercept, LINEAR_NUMBERS) || !all_finite(l->total, LINEAR_TOTALS))
		return -1;
	for (int i = 0; i < l->numbers; i++)
		if (l->length[i] != width || !vector_finite(l->of[i], width))
			return -1;
	l->width = width;
	return linear_reserve(l, width);
}

void
linear_keep(void *state)
{
	struct linear *l = state;
	double *of;

	for (int i = 0; i < l->numbers; i++) {
		of = l->of[i];
		l->of[i] = l->next[i];
		l->next[i] = of;
		l->intercept[i] = l->next_intercept[i];
	}
	memcpy(l->total, l->next_total, sizeof l->total);
	l->steps++;
}

double
linear_score(const void *state, const double *x)
{
	const struct linear *l = state;
	const double *weight = l->of[0];
	double sum = 0.0;

	for (uint64_t i = 0; i < l->width; i++)
		sum += weight[i] * x[i];
	return sum + l->intercept[0];
}

void
linear_mirror(void *state)
{
	struct linear *l = state;

	for (int k = 0; k < l->odd; k++) {
		for (uint64_t i = 0; i < l->width; i++)
			l->of[k][i] = -l->of[k][i];
		l->intercept[k] = -l->intercept[k];
	}
}

void
linear_begin(struct linear *l)
{
	for (int k = 0; k < l->numbers && l->width > 0; k++)
		memcpy(l->next[k], l->of[k], l->width * sizeof *l->of[k]);
	memcpy(l->next_intercept, l->intercept, sizeof l->intercept);
	memcpy(l->next_total, l->total, sizeof l->total);
}

int
linear_finite(const struct linear *l)
{
	if (!all_finite(l->next_intercept, l->numbers) ||
	    !all_finite(l->next_total, LINEAR_TOTALS))
		return -1;
	for (int k = 0; k < l->numbers; k++)
		if (!vector_finite(l->next[k], l->width))
			return -1;
	return 0;
}
