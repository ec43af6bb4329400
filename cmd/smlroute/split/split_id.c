/* Finds the bytes of an id that are hashed. */
#include <string.h>

#include "json/record.h"
#include "split/split_id.h"

int
split_id_read(struct value v, struct buf *buf, const char **id, size_t *n, struct err *err)
{
	switch (v.kind) {
	case V_MISSING:
	case V_NULL:
	case V_ARRAY:
	case V_OBJECT:
		return 0;
	case V_STRING:
		break;
	default:
		*id = v.p;
		*n = v.len;
		return 1;
	}
	*id = v.p + 1;
	*n = v.len - 2;
	if (memchr(*id, '\\', *n) == NULL)
		return *n > 0;
	buf->len = 0;
	if (value_text(v, buf, err) == -1)
		return -1;
	*id = buf->p;
	*n = buf->len;
	return 1;
}

int
split_id_refuse(struct value v, struct value record, const char *field, struct err *err)
{
	if (value_none(v))
		record_lacks(record, "id", field, v, err);
	else
		err_set(err, v.p, "the id \"%s\" is %s", field,
		    v.kind == V_STRING ? "empty" : kind_name(v.kind));
	return err_add(err, "; --on-missing otherwise takes it");
}
