/* Lists the learners by name, and runs a model together with the scaler before it. */
#include <stdlib.h>
#include <string.h>

#include "learn/adaptive.h"
#include "learn/baseline.h"
#include "learn/coin.h"
#include "learn/ftrl.h"
#include "learn/learner.h"
#include "learn/mixture.h"
#include "learn/sgd.h"
#include "learn/vector.h"

const struct learner_kind *const learner_kinds[] = { &mixture_kind, &sgd_kind, &adaptive_kind,
	&coin_kind, &ftrl_kind, &pa_kind, &mean_kind, &last_kind, NULL };

int
learner_open(struct learner *l, int kind, const struct learner_rule *rule, bool scales)
{
	*l = (struct learner){ .kind = learner_kinds[kind], .scales = scales };
	l->state = calloc(1, l->kind->size);
	if (l->state == NULL)
		return -1;
	l->kind->open(l->state, rule);
	return 0;
}

void
learner_close(struct learner *l)
{
	if (l->state != NULL)
		l->kind->close(l->state);
	free(l->state);
	scaler_close(&l->scaler);
	free(l->z);
	*l = (struct learner){ .kind = l->kind };
}

void
learner_clear(struct learner *l)
{
	l->kind->clear(l->state);
	scaler_close(&l->scaler);
}

int
learner_restart(struct learner *l, const struct learner_rule *rule)
{
	uint64_t width = learner_width(l);

	l->kind->close(l->state);
	memset(l->state, 0, l->kind->size);
	l->kind->open(l->state, rule);
	if (l->kind->reserve(l->state, width) == -1)
		return -1;
	l->kind->widen(l->state, 0, width);
	return 0;
}

int
learner_reserve(struct learner *l, uint64_t width)
{
	if (vector_reserve(&l->z, width) == -1)
		return -1;
	if (l->scales && scaler_reserve(&l->scaler, width) == -1)
		return -1;
	return l->kind->reserve(l->state, width);
}

void
learner_widen(struct learner *l, uint64_t at, uint64_t n)
{
	if (l->scales)
		scaler_widen(&l->scaler, at, n);
	l->kind->widen(l->state, at, n);
}

void
learner_narrow(struct learner *l, uint64_t at, uint64_t n)
{
	if (l->scales)
		scaler_narrow(&l->scaler, at, n);
	l->kind->narrow(l->state, at, n);
}

int
learner_loaded(struct learner *l, uint64_t width)
{
	if (l->kind->loaded(l->state, width) == -1 || vector_reserve(&l->z, width) == -1)
		return -1;
	if (l->scales &&
	    (l->scaler.rows != learner_steps(l) || scaler_loaded(&l->scaler, width) == -1))
		return -1;
	return 0;
}

double
learner_score(struct learner *l, const double *x)
{
	if (!l->scales)
		return l->kind->score(l->state, x);
	scaler_apply(&l->scaler, x, l->z);
	return l->kind->score(l->state, l->z);
}

int
learner_try(struct learner *l, const double *x, double y)
{
	if (!l->scales)
		return l->kind->try(l->state, x, y);
	if (scaler_try(&l->scaler, x, l->z) == -1)
		return -1;
	return l->kind->try(l->state, l->z, y);
}

void
learner_keep(struct learner *l)
{
	if (l->scales)
		scaler_keep(&l->scaler);
	l->kind->keep(l->state);
}

void
learner_mirror(struct learner *l)
{
	l->kind->mirror(l->state);
}

void
learner_members(const struct learner_part *part, struct member all[LEARNER_MEMBERS])
{
	int n = 0;

	for (const struct member *m = part->members; m->name != NULL; m++)
		all[n++] = *m;
	for (const struct feature_number *f = part->numbers; f->one != NULL; f++)
		all[n++] = (struct member){ f->many, M_F64S, f->at, f->count_at };
	all[n] = (struct member){ NULL, 0, 0, 0 };
}

bool
learner_part(struct learner *l, int i, struct learner_part *part, void **noun)
{
	if (l->kind->part != NULL)
		return l->kind->part(l->state, i, part, noun);
	for (const struct learner_part *p = l->kind->parts; p->section != NULL; p++, i--)
		if (i == 0) {
			*part = *p;
			*noun = (char *)l->state + p->at;
			return true;
		}
	if (i > 0 || !l->scales)
		return false;
	*part = scaler_part;
	*noun = &l->scaler;
	return true;
}
