#ifndef SML_SPLIT_ID_H
#define SML_SPLIT_ID_H

#include <stddef.h>

#include "base/buf.h"
#include "json/value.h"

/*
 * The bytes of an id that are hashed: a string as UTF-8 with its escapes
 * resolved, anything else as it is written (12.0 is another id than 12, which
 * is the same as "12").  They are borrowed from the record, or from buf, which
 * is emptied first.
 *
 * 1; 0 where there is none: missing, null, empty, an array or an object, which
 * split_id_refuse puts into words; -1 for a lone surrogate, or where memory is short.
 */
int split_id_read(struct value, struct buf *, const char **id, size_t *n, struct err *);

/* Says what the value of a field is instead of an id; always returns -1. */
int split_id_refuse(struct value, const struct value *record, const char *field, struct err *);

#endif
