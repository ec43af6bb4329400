#include <math.h>
#include <stddef.h>

#include "model.h"

int
model_open(struct model *m, const struct recipe *recipe, struct fields *fields,
    struct err *err)
{
	struct sgd_rule rule = recipe_rule(recipe);

	*m = (struct model){ .recipe = *recipe };
	learner_open(&m->learner, &rule, recipe->scale != 0);
	if (features_open(&m->features, fields, recipe->features, err) == -1)
		return -1;
	m->features_wanted = m->features.count;
	m->target_slot = fields_add(fields, recipe->target, NULL, err);
	if (m->target_slot == -1)
		return -1;
	for (uint64_t i = 0; i < m->features.count; i++)
		if (m->features.slot[i] == m->target_slot)
			return err_set(err, NULL, "the target \"%s\" cannot be a feature too",
			    recipe->target);
	return 0;
}

void
model_close(struct model *m)
{
	features_close(&m->features);
	labels_close(&m->labels);
	learner_close(&m->learner);
}

void
model_clear(struct model *m)
{
	struct sgd_rule rule = recipe_rule(&m->recipe);

	labels_close(&m->labels);
	learner_close(&m->learner);
	learner_open(&m->learner, &rule, m->recipe.scale != 0);
	features_clear(&m->features);
	m->widened = false;
	m->score = (struct score){ .count = 0 };
	m->naive_value = (struct naive_value){ .count = 0 };
	m->tally = (struct tally){ .probable = 0 };
	m->naive_label = (struct naive_label){ .last = 0 };
}

void
model_undo(struct model *m)
{
	uint64_t at = m->learner.sgd.width, n;

	if (m->widened)
		for (uint64_t i = m->features.count; i-- > 0;) {
			n = features_width(&m->features, i);
			at -= n;
			if (m->features.fresh[i])
				learner_narrow(&m->learner, at, n);
		}
	m->widened = false;
	features_forget(&m->features);
}

/* Gives weights to the features that this record is the first to have. */
static int
widen(struct model *m, struct err *err)
{
	uint64_t at = 0, n;

	if (learner_reserve(&m->learner, m->features.width) == -1)
		return err_memory(err);
	for (uint64_t i = 0; i < m->features.count; i++, at += n) {
		n = features_width(&m->features, i);
		if (m->features.fresh[i])
			learner_widen(&m->learner, at, n);
	}
	m->widened = true;
	return 0;
}

static int
read_target(struct model *m, struct value v, struct err *err)
{
	struct target *t = &m->target;

	*t = (struct target){ .there = !value_none(v), .value = v };
	if (!t->there)
		return 0;
	if (m->recipe.task == TASK_CLASSIFY) {
		t->label = labels_find(&m->labels, v, err);
		if (t->label == -1)
			return -1;
		/* scikit-learn gives log loss 0 and 1, every other loss -1 and 1. */
		t->number = m->recipe.loss == SGD_LOG_LOSS ? t->label : 2 * t->label - 1;
		return 0;
	}
	switch (v.kind) {
	case V_FALSE:
	case V_TRUE:
		t->number = v.kind == V_TRUE;
		return 0;
	case V_NUMBER:
		return value_f64(v, &t->number, err);
	default:
		return err_set(err, v.p, "%s in the target \"%s\" is no number",
		    kind_name(v.kind), m->recipe.target);
	}
}

int
model_read(struct model *m, const struct record *r, struct err *err)
{
	int all;

	model_undo(m);
	m->guess = (struct guess){ .made = false };
	if (read_target(m, record_at(r, m->target_slot), err) == -1)
		return -1;
	all = features_read(&m->features, r, (enum missing)m->recipe.missing, err);
	if (all == 1 && features_any_fresh(&m->features) && widen(m, err) == -1)
		return -1;
	return all;
}

static void
guess_label(struct model *m, struct guess *g, bool cold)
{
	enum label_kind kind = m->labels.kind;

	/* What kind the labels are the first of them says, if only by being one. */
	if (kind == LABEL_NONE && m->target.there)
		kind = label_kind(m->target.value);
	if (kind == LABEL_NONE)
		kind = LABEL_NUMBER;
	g->label = g->score > 0;
	g->probability = sgd_probability(g->score);
	/* One string alone does not say which of the two it is. */
	g->made = kind != LABEL_STRING || m->labels.length[0] > 0;
	g->probable = m->recipe.loss == SGD_LOG_LOSS && (g->made || cold);
	if (g->made)
		g->spelling = labels_spelling(&m->labels, kind, g->label);
}

void
model_guess(struct model *m)
{
	struct guess *g = &m->guess;
	bool cold = m->learner.sgd.steps == 0;

	*g = (struct guess){ .made = false };
	if (cold && m->recipe.cold_start == 0)
		return;
	g->score = learner_score(&m->learner, m->features.x);
	if (!isfinite(g->score))
		return;
	if (m->recipe.task == TASK_REGRESS)
		g->made = true;
	else
		guess_label(m, g, cold);
}

int
model_try(struct model *m, struct err *err)
{
	const struct target *t = &m->target;

	if (!t->there)
		return 0;
	if (m->recipe.task == TASK_CLASSIFY &&
	    labels_try(&m->labels, t->value, t->label) == -1)
		return err_memory(err);
	if (learner_try(&m->learner, m->features.x, t->number) == 0)
		return 0;
	return err_set(err, NULL, "learning this record would overflow the model%s",
	    m->recipe.scale != 0 ? "" : "; --scale standard, or a smaller --eta0, may help");
}

static void
score_label(struct model *m)
{
	const struct guess *g = &m->guess;

	if (g->made)
		tally_add(&m->tally, g->label, m->target.label);
	if (g->made && g->probable)
		tally_probability(&m->tally, g->probability, m->target.label);
	naive_label_meet(&m->naive_label, m->target.label);
}

static void
score_number(struct model *m)
{
	if (m->guess.made)
		score_add(&m->score, m->guess.score, m->target.number);
	naive_value_meet(&m->naive_value, m->target.number);
}

void
model_keep(struct model *m)
{
	features_settle(&m->features);
	m->widened = false;
	if (!m->target.there)
		return;
	learner_keep(&m->learner);
	if (m->recipe.task == TASK_REGRESS) {
		score_number(m);
		return;
	}
	score_label(m);
	/* Nothing has been predicted yet where labels change places. */
	if (labels_keep(&m->labels, m->target.label)) {
		sgd_mirror(&m->learner.sgd);
		naive_label_mirror(&m->naive_label);
	}
}
