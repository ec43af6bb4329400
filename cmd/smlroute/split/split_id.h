#ifndef SML_SPLIT_ID_H
#define SML_SPLIT_ID_H

#include <stddef.h>

#include "base/buf.h"
#include "json/value.h"

/*
 * Finds the bytes of an id that are hashed: a string as UTF-8 with its escapes
 * resolved, anything else as it is written (12 and "12" are one id, 12.0 is another).
 * They are borrowed from the record, or from buf, which is emptied first.
 *
 * Returns 1; 0 if there is no id (missing, null, empty, an array or an object: see
 * split_id_refuse); -1 for a lone surrogate, or if memory is short.
 */
int split_id_read(struct value, struct buf *, const char **id, size_t *n, struct err *);

/* Fills err with what the value of a field is instead of an id.  Always returns -1. */
int split_id_refuse(struct value, struct value record, const char *field, struct err *);

#endif
