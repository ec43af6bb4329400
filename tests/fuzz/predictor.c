/*
 * Models of any bytes, as they may come down a stream: what loads must predict,
 * and be the same when it is saved and loaded again.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json/doc.h"
#include "learn/predictor.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
guess(struct predictor *p, const struct fields *fields)
{
	static const char *const records[] = { "{}",
		"{\"a\":1,\"b\":{\"c\":[1,2]},\"d\":true}",
		"{\"a\":[],\"b\":0.5,\"c\":1e300}" };
	struct record record;
	struct err err;

	if (record_open(&record, fields, 10, &err) == -1)
		abort();
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		if (record_parse_text(&record, fields, records[i], strlen(records[i]), &err) ==
		    -1)
			abort();
		if (predictor_read(p, &record, &err) != 1)
			continue;
		predictor_guess(p, LABEL_NONE);
		if (p->guess.made && !isfinite(p->guess.score))
			abort();
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
		if (recipe_read(&recipe, json_object_get(doc, "options"), &err) == -1)
			abort();
		predictor.recipe = recipe;
		saved = predictor_json(&predictor);
		if (predictor_open(&again, &recipe, fields, &err) == -1 ||
		    predictor_read_json(&again, saved, &err) == -1 ||
		    again.learner.sgd.width != predictor.learner.sgd.width)
			abort();
		json_decref(saved);
	}
	predictor_close(&again);
	predictor_close(&predictor);
	json_decref(doc);
	fields_free(fields);
	return 0;
}
