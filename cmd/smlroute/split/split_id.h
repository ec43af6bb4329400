#ifndef SML_SPLIT_ID_H
#define SML_SPLIT_ID_H

#include <stddef.h>

#include "base/buf.h"
#include "json/value.h"

/*
 * Finds the bytes of an id that are hashed: a string as UTF-8 with its escapes resolved, any
 * other value as it is written.  So 12 and "12" are the same id, but 12.0 is another.  They
 * are borrowed from the record, or from buf, which is emptied first.
 *
 * Returns 1; 0 if there is no id (missing, null, empty, an array or an object: see
 * split_id_refuse); -1 for a lone surrogate, or if memory is short.
 */
int split_id_read(struct value, struct buf *, const char **id, size_t *n, struct err *);

/* Says in err what the value of a field is, because it is not an id.  Always returns -1. */
int split_id_refuse(struct value, struct value record, const char *field, struct err *);

#endif
