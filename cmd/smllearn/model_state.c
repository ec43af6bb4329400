/* Writes and reads the state of a model, section by section, for snapshots. */
#include <stddef.h>
#include <string.h>

#include "model.h"

/* The sections of a snapshot, one line each: the features, those of the learner, and these. */
enum { LABELS, REGRESS, CLASSIFY };

static const struct section {
	const char *section;
	int when;
	const struct member *members;
	size_t at;
} pieces[] = {
	{ "model", REGRESS, score_members, offsetof(struct model, score) },
	{ "naive", REGRESS, naive_value_members, offsetof(struct model, naive_value) },
	{ "last", REGRESS, score_members, offsetof(struct model, naive_value.by_last) },
	{ "mean", REGRESS, score_members, offsetof(struct model, naive_value.by_mean) },
	{ "labels", LABELS, labels_members, offsetof(struct model, predictor.labels) },
	{ "model", CLASSIFY, confusion_members, offsetof(struct model, confusion) },
	{ "naive", CLASSIFY, naive_label_members, offsetof(struct model, naive_label) },
	{ "last", CLASSIFY, confusion_members, offsetof(struct model, naive_label.by_last) },
	{ "majority", CLASSIFY, confusion_members,
	    offsetof(struct model, naive_label.by_majority) },
};

enum { PIECES = sizeof pieces / sizeof *pieces };

static bool
has_piece(const struct model *m, const struct section *piece)
{
	int task = m->predictor.recipe.rule.task;

	return task == (piece->when == REGRESS ? TASK_REGRESS : TASK_CLASSIFY);
}

/* Fills in part i of the learner. */
static bool
part_of_learner(struct model *m, int i, struct part *part)
{
	struct learner_part p;

	if (!learner_part(&m->predictor.learner, i, &p, &part->noun))
		return false;
	part->section = p.section;
	learner_members(&p, part->all);
	part->members = part->all;
	part->is_score = false;
	return true;
}

/* The task, if a run decided it by itself.  It comes before all sections that depend on it. */
static const struct member task_members[] = {
	{ "task", M_I64, offsetof(struct model, task), 0 },
	{ NULL, 0, 0, 0 },
};

/* Sets the task that was read from a snapshot, whatever the task of MODEL is. */
static int
take_task(struct model *m, struct err *err)
{
	if (m->task == m->predictor.recipe.rule.task)
		return 0;
	if (m->task < TASK_OPEN || m->task > TASK_CLASSIFY)
		return err_set(err, NULL, "the task is damaged");
	if (predictor_decide(&m->predictor, (enum task)m->task) == -1)
		return err_memory(err);
	m->predictor.deciding = false;
	return 0;
}

bool
model_part(struct model *m, int *next, struct part *part)
{
	int i = (*next)++, learners = 0;

	if (m->predictor.recipe.learner == LEARNER_AUTO && i-- == 0) {
		part->section = "task";
		part->members = task_members;
		part->noun = m;
		part->is_score = false;
		return true;
	}
	if (i == 0) {
		part->section = "features";
		part->members = features_members;
		part->noun = &m->predictor.features;
		part->is_score = false;
		return true;
	}
	i--;
	if (part_of_learner(m, i, part))
		return true;
	while (part_of_learner(m, learners, part))
		learners++;
	i -= learners;
	for (const struct section *p = pieces; p < pieces + PIECES; p++) {
		if (!has_piece(m, p) || i-- > 0)
			continue;
		part->section = p->section;
		part->members = p->members;
		part->noun = (char *)m + p->at;
		part->is_score = p->when != LABELS;
		return true;
	}
	return false;
}

void
model_put(struct model *m, struct snap *snap)
{
	struct part part;
	int i = 0;

	predictor_undo(&m->predictor);
	m->task = m->predictor.recipe.rule.task;
	while (model_part(m, &i, &part))
		snap_put(snap, part.section, part.members, part.noun);
}

int
model_get(struct model *m, const char *section, struct value object, struct err *err)
{
	struct part part;
	int i = 0;

	while (model_part(m, &i, &part))
		if (strcmp(part.section, section) == 0) {
			if (snap_get(object, part.members, part.noun, err) == -1)
				return -1;
			return strcmp(section, "task") == 0 ? take_task(m, err) : 0;
		}
	return err_set(err, NULL, "the section \"%s\" is unknown", section);
}
