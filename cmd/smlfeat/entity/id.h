#ifndef SML_ID_H
#define SML_ID_H

#include "base/buf.h"
#include "json/value.h"

/*
 * The id of an entity: the text that its key's values make, in buf (emptied first).  Of one
 * value it is the text itself: a string's, true, false, or a number, so that 12, 12.0 and "12"
 * are one entity.  Several make a JSON array of them, ["ann",12], without white space, escaped
 * no more than must be.
 *
 * A number is written out by its value, exactly and whatever its length: as an integer or a
 * decimal fraction without needless zeros where that takes at most 64 places, else with an
 * exponent (1.5e+80).
 *
 * A missing, null or empty value, an array, an object, a lone surrogate, an exponent beyond
 * 10^15, and more than KEY_LONGEST bytes in all are errors; err->at is in the value at fault.
 */
int id_make(const struct value *, int n, struct buf *, struct err *);

#endif
