/*
 * Models of any bytes, as they may come down a stream: what loads must predict,
 * and be the same when it is saved and loaded again.
 */
#include <math.h>
#include <stddef.h>

#include "json/doc.h"
#include "learn/predictor.h"

#include "fuzz.h"

static void
guess(struct predictor *p, const struct fields *fields)
{
	static const char *const records[] = { "{}",
		"{\"a\":1,\"b\":{\"c\":[1,2]},\"d\":true}",
		"{\"a\":[],\"b\":0.5,\"c\":1e300}" };
	struct record record;
	struct err err;

	need(record_open(&record, fields, 10, &err) == 0);
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		need(record_parse_text(&record, fields, records[i], strlen(records[i]),
			 &err) == 0);
		if (predictor_read(p, &record, &err) != 1)
			continue;
		predictor_guess(p, LABEL_NONE);
		need(!p->guess.made || isfinite(p->guess.score));
	}
	predictor_undo(p);
	record_close(&record);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct predictor predictor = { .widened = false }, again = { .widened = false };
	struct fields *fields = fields_new();
	json_t *doc = doc_read((const char *)bytes, n, NULL), *saved;
	struct recipe recipe;
	struct err err;

	if (doc != NULL && predictor_load(&predictor, fields, doc, &err) == 0) {
		guess(&predictor, fields);
		need(recipe_read(&recipe, json_object_get(doc, "options"), &err) == 0);
		predictor.recipe = recipe;
		saved = predictor_json(&predictor);
		need(predictor_open(&again, &recipe, fields, &err) == 0 &&
		    predictor_read_json(&again, saved, &err) == 0 &&
		    learner_width(&again.learner) == learner_width(&predictor.learner));
		json_decref(saved);
	}
	predictor_close(&again);
	predictor_close(&predictor);
	json_decref(doc);
	fields_free(fields);
	return 0;
}
