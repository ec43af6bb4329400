/* Learns from records, and scores the predictions. */
#include <math.h>
#include <stddef.h>

#include "model.h"

int
model_open(struct model *m, const struct recipe *recipe, struct fields *fields,
    struct err *err)
{
	const struct features *f = &m->predictor.features;

	*m = (struct model){ .target_slot = -1 };
	if (predictor_open(&m->predictor, recipe, fields, err) == -1)
		return -1;
	m->target_slot = fields_add(fields, recipe->target, NULL, err);
	if (m->target_slot == -1)
		return -1;
	for (uint64_t i = 0; i < f->count; i++)
		if (f->slot[i] == m->target_slot)
			return err_set(err, NULL, "the target \"%s\" cannot also be a feature",
			    recipe->target);
	return 0;
}

void
model_close(struct model *m)
{
	predictor_close(&m->predictor);
}

void
model_clear(struct model *m)
{
	predictor_clear(&m->predictor);
	m->score = (struct score){ .count = 0 };
	m->naive_value = (struct naive_value){ .count = 0 };
	m->confusion = (struct confusion){ .probable = 0 };
	m->naive_label = (struct naive_label){ .last = 0 };
}

/* Decides the task from the first target. */
static int
decide(struct model *m, struct value v, struct err *err)
{
	switch (label_kind(v)) {
	case LABEL_NUMBER:
		return predictor_decide(&m->predictor, TASK_REGRESS) == 0 ? 0 :
									    err_memory(err);
	case LABEL_BOOL:
	case LABEL_STRING:
		return predictor_decide(&m->predictor, TASK_CLASSIFY) == 0 ? 0 :
									     err_memory(err);
	case LABEL_NONE:
		break;
	}
	return err_set(err, v.p, "%s in the target \"%s\" is neither a number nor a label",
	    kind_name(v.kind), m->predictor.recipe.target);
}

static int
read_target(struct model *m, struct value v, struct err *err)
{
	struct target_value *t = &m->target;

	*t = (struct target_value){ .there = !value_none(v), .value = v };
	if (!t->there)
		return 0;
	if (m->predictor.recipe.rule.task == TASK_OPEN && decide(m, v, err) == -1)
		return -1;
	if (m->predictor.recipe.rule.task == TASK_CLASSIFY) {
		t->label = labels_find(&m->predictor.labels, v, err);
		if (t->label == -1)
			return -1;
		/*
		 * scikit-learn uses the labels 0 and 1 for log loss, but -1 and 1 for every
		 * other loss.
		 */
		t->number =
		    m->predictor.recipe.rule.loss == LOSS_LOG ? t->label : 2 * t->label - 1;
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
		    kind_name(v.kind), m->predictor.recipe.target);
	}
}

int
model_read(struct model *m, const struct record *r, struct err *err)
{
	predictor_undo(&m->predictor);
	if (read_target(m, record_at(r, m->target_slot), err) == -1)
		return -1;
	return predictor_read(&m->predictor, r, err);
}

void
model_guess(struct model *m)
{
	predictor_guess(&m->predictor,
	    m->target.there ? label_kind(m->target.value) : LABEL_NONE);
}

int
model_try(struct model *m, struct err *err)
{
	const struct target_value *t = &m->target;

	if (!t->there)
		return 0;
	if (m->predictor.recipe.rule.task == TASK_CLASSIFY &&
	    labels_try(&m->predictor.labels, t->value, t->label) == -1)
		return err_memory(err);
	if (learner_try(&m->predictor.learner, m->predictor.features.x, t->number) == 0)
		return 0;
	return err_set(err, NULL, "learning this record would overflow the model%s",
	    m->predictor.recipe.learner != LEARNER_SGD || m->predictor.recipe.scale != 0 ?
		"" :
		"; --scale standard, or a smaller --eta0, may help");
}

static void
score_label(struct model *m)
{
	const struct guess *g = &m->predictor.guess;

	if (g->made)
		confusion_add(&m->confusion, g->label, m->target.label);
	if (g->made && g->probable)
		confusion_probability(&m->confusion, g->probability, m->target.label);
	naive_label_meet(&m->naive_label, m->target.label);
}

static void
score_number(struct model *m)
{
	if (m->predictor.guess.made)
		score_add(&m->score, m->predictor.guess.score, m->target.number);
	naive_value_meet(&m->naive_value, m->target.number);
}

void
model_keep(struct model *m)
{
	predictor_settle(&m->predictor);
	if (!m->target.there)
		return;
	learner_keep(&m->predictor.learner);
	if (m->predictor.recipe.rule.task == TASK_REGRESS) {
		score_number(m);
		return;
	}
	score_label(m);
	/* Labels change places only before the first prediction. */
	if (labels_keep(&m->predictor.labels, m->target.label)) {
		learner_mirror(&m->predictor.learner);
		naive_label_mirror(&m->naive_label);
	}
}
