/* The state of a model, section by section, for snapshots. */
#include <stddef.h>
#include <string.h>

#include "model.h"

/* The sections of a snapshot, a line each. */
enum { ALWAYS, SCALED, LABELS, REGRESS, CLASSIFY };

static const struct section {
	const char *section;
	int when;
	const struct member *members;
	size_t at;
} pieces[] = {
	{ "features", ALWAYS, features_members, offsetof(struct model, predictor.features) },
	{ "sgd", ALWAYS, sgd_members, offsetof(struct model, predictor.learner.sgd) },
	{ "scaler", SCALED, scaler_members, offsetof(struct model, predictor.learner.scaler) },
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
	switch (piece->when) {
	case SCALED:
		return m->predictor.learner.scales;
	case REGRESS:
		return m->predictor.recipe.task == TASK_REGRESS;
	case LABELS:
	case CLASSIFY:
		return m->predictor.recipe.task == TASK_CLASSIFY;
	default:
		return true;
	}
}

bool
model_part(struct model *m, int *next, struct part *part)
{
	const struct section *piece;

	for (; *next < PIECES; ++*next) {
		piece = &pieces[*next];
		if (!has_piece(m, piece))
			continue;
		part->section = piece->section;
		part->members = piece->members;
		part->noun = (char *)m + piece->at;
		part->is_score = piece->when == REGRESS || piece->when == CLASSIFY;
		++*next;
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
	while (model_part(m, &i, &part))
		snap_put(snap, part.section, part.members, part.noun);
}

int
model_get(struct model *m, const char *section, struct value object, struct err *err)
{
	struct part part;
	int i = 0;

	while (model_part(m, &i, &part))
		if (strcmp(part.section, section) == 0)
			return snap_get(object, part.members, part.noun, err);
	return err_set(err, NULL, "the section \"%s\" is unknown", section);
}
