#ifndef SML_ID_H
#define SML_ID_H

#include "base/buf.h"
#include "json/value.h"

/*
 * Makes the id of an entity, a text, from the n values of its key, in buf (emptied first).
 * The id of one value is its text: a string's, true, false, or a number, so that 12, 12.0 and
 * "12" are one entity.  Several values make a JSON array, ["ann",12], without white space or
 * needless escapes.
 *
 * A number is written exactly, by its value: as an integer or a decimal fraction without
 * needless zeros if that takes at most 64 digits, else with an exponent (1.5e+80).
 *
 * Errors: a missing, null or empty value, an array, an object, a lone surrogate, an exponent
 * beyond 10^15, more than KEY_LONGEST bytes in all.  err->at is in the value at fault.
 */
int id_make(const struct value *, int n, struct buf *, struct err *);

#endif
