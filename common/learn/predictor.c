/* Predicts with a model. */
#include <math.h>
#include <stddef.h>

#include "learn/predictor.h"
#include "learn/sgd.h"

int
predictor_open(struct predictor *p, const struct recipe *recipe, struct fields *fields,
    struct err *err)
{
	*p = (struct predictor){ .recipe = *recipe,
		.task_open = recipe->rule.task == TASK_OPEN };
	if (learner_open(&p->learner, recipe->learner, &recipe->rule, recipe->scale != 0) ==
	    -1)
		return err_memory(err);
	if (features_open(&p->features, fields, recipe->features, err) == -1)
		return -1;
	p->features_wanted = p->features.count;
	return 0;
}

void
predictor_close(struct predictor *p)
{
	features_close(&p->features);
	labels_close(&p->labels);
	learner_close(&p->learner);
}

int
predictor_decide(struct predictor *p, enum task task)
{
	struct learner_rule *rule = &p->recipe.rule;

	rule->task = task;
	rule->loss = task == TASK_CLASSIFY ? LOSS_LOG : LOSS_SQUARED_ERROR;
	p->deciding = true;
	return learner_restart(&p->learner, rule);
}

/* Makes the task open again. */
static void
undecide(struct predictor *p)
{
	p->recipe.rule.task = TASK_OPEN;
	p->recipe.rule.loss = LOSS_SQUARED_ERROR;
	p->deciding = false;
}

void
predictor_clear(struct predictor *p)
{
	if (p->task_open)
		undecide(p);
	labels_close(&p->labels);
	learner_clear(&p->learner);
	features_clear(&p->features);
	p->widened = false;
}

int
predictor_loaded(struct predictor *p, struct err *err)
{
	uint64_t width = 0;

	if (features_loaded(&p->features, p->features_wanted) == -1)
		return err_set(err, NULL, "it describes other features");
	for (uint64_t i = 0; i < p->features.count; i++)
		width += features_width(&p->features, i);
	if (learner_loaded(&p->learner, width) == -1)
		return err_set(err, NULL,
		    "the weights are damaged, or too many for the memory");
	if (labels_loaded(&p->labels) == -1)
		return err_set(err, NULL, "the labels are damaged");
	return 0;
}

/* Undoes widen. */
static void
narrow(struct predictor *p)
{
	uint64_t at = learner_width(&p->learner), n;

	for (uint64_t i = p->features.count; i-- > 0;) {
		n = features_width(&p->features, i);
		at -= n;
		if (p->features.fresh[i])
			learner_narrow(&p->learner, at, n);
	}
}

void
predictor_undo(struct predictor *p)
{
	if (p->widened)
		narrow(p);
	p->widened = false;
	if (p->deciding)
		undecide(p);
	features_forget(&p->features);
}

void
predictor_settle(struct predictor *p)
{
	features_settle(&p->features);
	p->widened = p->deciding = false;
}

/* Adds weights for features that no record had before. */
static int
widen(struct predictor *p, struct err *err)
{
	uint64_t at = 0, n;

	if (learner_reserve(&p->learner, p->features.width) == -1)
		return err_memory(err);
	for (uint64_t i = 0; i < p->features.count; i++, at += n) {
		n = features_width(&p->features, i);
		if (p->features.fresh[i])
			learner_widen(&p->learner, at, n);
	}
	p->widened = true;
	return 0;
}

int
predictor_read(struct predictor *p, const struct record *r, struct err *err)
{
	bool deciding = p->deciding;
	int all;

	p->deciding = false;
	predictor_undo(p);
	p->deciding = deciding;
	p->guess = (struct guess){ .made = false };
	all = features_read(&p->features, r, (enum missing)p->recipe.missing, err);
	if (all == 1 && features_any_fresh(&p->features) && widen(p, err) == -1)
		return -1;
	return all;
}

static void
guess_label(struct predictor *p, enum label_kind kind, bool cold)
{
	struct guess *g = &p->guess;

	/* The first label decides the kind of both. */
	if (p->labels.kind != LABEL_NONE)
		kind = p->labels.kind;
	else if (kind == LABEL_NONE)
		kind = LABEL_NUMBER;
	g->label = g->score > 0;
	g->probability = sgd_probability(g->score);
	/* If only one string is known, it may be either label. */
	g->made = kind != LABEL_STRING || p->labels.length[0] > 0;
	g->probable = p->recipe.rule.loss == LOSS_LOG && (g->made || cold);
	if (g->made)
		g->spelling = labels_spelling(&p->labels, kind, g->label);
}

void
predictor_guess(struct predictor *p, enum label_kind kind)
{
	struct guess *g = &p->guess;
	bool cold = learner_steps(&p->learner) == 0;

	*g = (struct guess){ .made = false };
	if (p->recipe.rule.task == TASK_OPEN || (cold && p->recipe.cold_start == 0))
		return;
	g->score = learner_score(&p->learner, p->features.x);
	if (!isfinite(g->score))
		return;
	if (p->recipe.rule.task == TASK_REGRESS)
		g->made = true;
	else
		guess_label(p, kind, cold);
}
