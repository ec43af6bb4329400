/* What is wrong with a record's field: it is missing, null, or not a time. */
#include <string.h>

#include "json/record.h"

enum { NAMES = 100 }; /* about this many bytes of names are shown */

int
value_names(struct value object, struct buf *names)
{
	struct value name = { 0 }, item = { 0 };

	while (value_next(object, &name, &item)) {
		if (names->len > 0 && buf_puts(names, ", ") == -1)
			return -1;
		if (names->len + name.len > NAMES)
			return buf_puts(names, "…");
		if (buf_put(names, name.p, name.len) == -1)
			return -1;
	}
	return 0;
}

int
record_lacks(struct value object, const char *what, const char *path, struct value v,
    struct err *err)
{
	struct buf names = { 0 };

	if (v.kind == V_NULL)
		return err_set(err, v.p, "the %s \"%s\" is null", what, path);
	err_set(err, NULL, "the %s \"%s\" is missing", what, path);
	if (value_names(object, &names) == 0 && names.len > 0)
		err_add(err, "; the record has %.*s", (int)names.len, names.p);
	buf_free(&names);
	return -1;
}

int
record_time(const struct record *r, int slot, const char *path, struct time_field *times,
    int64_t *ns, struct err *err)
{
	struct value v = record_at(r, slot);

	if (value_none(v))
		return record_lacks(r->object, "time", path, v, err);
	return value_time(v, times, ns, err) == -1 ? err_prefix(err, "%s: ", path) : 0;
}
