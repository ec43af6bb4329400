/* Defaults of fields (--default). */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"
#include "json/path.h"
#include "json/record.h"

int
record_default(struct fields *f, const char *arg, struct err *err)
{
	struct path_default given = { 0 };
	struct fields *one = fields_new();
	struct record r = { 0 };
	struct buf text = { 0 };
	struct err why = { 0 };
	const char *json;
	int result = -1;

	given.slot = fields_add(f, arg, &json, err);
	if (given.slot == -1)
		goto out;
	if (*json != '=') {
		err_set(err, json, "a default is FIELD=JSON, not \"%s\"", arg);
		goto out;
	}
	for (int i = 0; i < f->defaults; i++)
		if (f->given[i].slot == given.slot) {
			err_set(err, arg, "the field %.*s has two defaults", (int)(json - arg),
			    arg);
			goto out;
		}
	json++;
	if (one == NULL || buf_puts(&text, "{\"\":") == -1 || buf_puts(&text, json) == -1 ||
	    buf_puts(&text, "}") == -1) {
		err_memory(err);
		goto out;
	}
	/* Parse it as a record, so that the same rules of JSON hold. */
	if (fields_add_name(one, "", 0, err) == -1 || record_open(&r, one, 1000, err) == -1)
		goto out;
	if (record_parse_text(&r, one, text.p, text.len, &why) == -1 ||
	    r.slot[0].len != strlen(json)) {
		if (why.memory)
			err_memory(err);
		else
			err_set(err, json, "the default of %.*s is no JSON: %s",
			    (int)(json - 1 - arg), arg, json);
		goto out;
	}
	text.len = 0;
	given.text = value_compact(r.slot[0], &text) == -1 ? NULL : strndup(text.p, text.len);
	if (given.text == NULL ||
	    grow(&f->given, &f->given_room, (size_t)f->defaults + 1, sizeof *f->given) == -1) {
		free(given.text);
		err_memory(err);
		goto out;
	}
	given.value = (struct value){ given.text, (uint32_t)text.len, r.slot[0].kind };
	f->given[f->defaults++] = given;
	result = 0;
out:
	record_close(&r);
	fields_free(one);
	buf_free(&text);
	return result;
}
