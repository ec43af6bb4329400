/* A linear model and the scaler before it, as one. */
#include <stdlib.h>

#include "learn/learner.h"
#include "learn/vector.h"

void
learner_open(struct learner *l, const struct sgd_rule *rule, bool scales)
{
	*l = (struct learner){ .scales = scales };
	sgd_open(&l->sgd, rule);
}

void
learner_close(struct learner *l)
{
	sgd_close(&l->sgd);
	scaler_close(&l->scaler);
	free(l->z);
	l->z = NULL;
}

int
learner_reserve(struct learner *l, uint64_t width)
{
	if (vector_reserve(&l->z, width) == -1)
		return -1;
	if (l->scales && scaler_reserve(&l->scaler, width) == -1)
		return -1;
	return sgd_reserve(&l->sgd, width);
}

void
learner_widen(struct learner *l, uint64_t at, uint64_t n)
{
	if (l->scales)
		scaler_widen(&l->scaler, at, n);
	sgd_widen(&l->sgd, at, n);
}

void
learner_narrow(struct learner *l, uint64_t at, uint64_t n)
{
	if (l->scales)
		scaler_narrow(&l->scaler, at, n);
	sgd_narrow(&l->sgd, at, n);
}

int
learner_loaded(struct learner *l, uint64_t width)
{
	if (l->sgd.width != width || vector_reserve(&l->z, width) == -1)
		return -1;
	if (l->scales &&
	    (l->scaler.rows != l->sgd.steps || scaler_loaded(&l->scaler, width) == -1))
		return -1;
	return sgd_loaded(&l->sgd, width);
}

double
learner_score(struct learner *l, const double *x)
{
	if (!l->scales)
		return sgd_score(&l->sgd, x);
	scaler_apply(&l->scaler, x, l->z);
	return sgd_score(&l->sgd, l->z);
}

int
learner_try(struct learner *l, const double *x, double y)
{
	if (!l->scales)
		return sgd_try(&l->sgd, x, y);
	if (scaler_try(&l->scaler, x, l->z) == -1)
		return -1;
	return sgd_try(&l->sgd, l->z, y);
}

void
learner_keep(struct learner *l)
{
	if (l->scales)
		scaler_keep(&l->scaler);
	sgd_keep(&l->sgd);
}
