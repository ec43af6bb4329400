/* What a record lacks, and what it has instead. */
#include <string.h>

#include "json/record.h"

int
record_lacks(const struct record *r, const char *what, const char *path, struct value v,
    struct err *err)
{
	struct value name = { 0 }, item = { 0 };
	struct buf names = { 0 };

	if (v.kind == V_NULL)
		return err_set(err, v.p, "the %s %s is null", what, path);
	while (names.len < 100 && value_next(r->object, &name, &item)) {
		if ((names.len > 0 && buf_puts(&names, ", ") == -1) ||
		    buf_put(&names, name.p, name.len) == -1)
			break;
	}
	if (names.len == 0)
		err_set(err, NULL, "the %s %s is missing", what, path);
	else
		err_set(err, NULL, "the %s %s is missing; the record has %.*s%s", what, path,
		    (int)names.len, names.p, value_next(r->object, &name, &item) ? ", …" : "");
	buf_free(&names);
	return -1;
}
