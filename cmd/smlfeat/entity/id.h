#ifndef SML_ID_H
#define SML_ID_H

#include "base/buf.h"
#include "json/value.h"

/*
 * Makes the id of an entity, which is a text, from the n values of its key, in buf, which is
 * emptied first.  The id of a single value is its text: that of a string, of a number, true or
 * false; so 12, 12.0 and "12" are the same entity.  Several values make a JSON array,
 * ["ann",12], without white space or needless escapes.
 *
 * A number is written exactly, by its value: as an integer or a decimal fraction without
 * needless zeros if that takes at most 64 digits, else with an exponent (1.5e+80).
 *
 * Errors: a missing, null or empty value, an array, an object, a lone surrogate, an exponent
 * beyond 10^15, more than KEY_LONGEST bytes in all.  err->at points into the value at fault.
 */
int id_make(const struct value *, int n, struct buf *, struct err *);

#endif
