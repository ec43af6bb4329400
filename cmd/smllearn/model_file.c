/* Writes and reads a model's file, with its scores. */
#include "json/doc.h"
#include "model.h"
#include "state/member_json.h"

static json_t *
scores_json(struct model *m)
{
	json_t *scores = json_object(), *score;
	struct part part;
	int next = 0;

	while (model_part(m, &next, &part)) {
		if (!part.is_score)
			continue;
		score = json_object();
		if (json_object_set_new(scores, part.section, score) == -1 ||
		    member_put_json(part.members, part.noun, score) == -1) {
			json_decref(scores);
			return NULL;
		}
	}
	return scores;
}

json_t *
model_json(struct model *m)
{
	json_t *doc = predictor_json(&m->predictor);

	if (doc != NULL && json_object_set_new(doc, "scores", scores_json(m)) == 0)
		return doc;
	json_decref(doc);
	return NULL;
}

int
model_write(struct model *m, const char *path, mode_t mode, struct replace *file,
    struct err *err)
{
	json_t *doc = model_json(m);
	int result;

	if (doc == NULL)
		return err_memory(err);
	result = doc_begin(file, path, mode, doc, err);
	json_decref(doc);
	return result;
}

static int
read_scores(struct model *m, json_t *scores)
{
	struct part part;
	int next = 0;

	while (model_part(m, &next, &part))
		if (part.is_score &&
		    member_get_json(part.members, part.noun,
			json_object_get(scores, part.section)) == -1)
			return -1;
	return 0;
}

int
model_read_json(struct model *m, json_t *doc, struct err *err)
{
	model_clear(m);
	if (predictor_read_json(&m->predictor, doc, err) == -1)
		return -1;
	if (read_scores(m, json_object_get(doc, "scores")) == -1)
		return err_set(err, NULL, "its scores are damaged");
	return 0;
}
