#ifndef SML_KEY_H
#define SML_KEY_H

#include "base/buf.h"
#include "json/value.h"

/* The longest key, in bytes: it is limited because many keys are kept in memory. */
#define KEY_LONGEST 65535

/*
 * Makes the canonical bytes of a key of n values in buf (emptied first).  Two keys have equal
 * bytes if their values have equal types and meanings: escapes are resolved, and numbers are
 * compared as decimals of any length (12, 12.0 and 1.2e1 are equal), never through a double.
 * memcmp orders keys value by value: false, true, numbers by value, strings by their UTF-8
 * bytes; a string comes before a longer one that begins with it.  Among keys of n values, no
 * key's bytes are the beginning of another's.  A key of no values has no bytes.
 *
 * Errors: a missing or null value, an array, an object, a lone surrogate, an exponent beyond
 * 10^15, or more than KEY_LONGEST bytes.  err->at is in the value at fault.
 */
int key_make(const struct value *, int n, struct buf *, struct err *);

/*
 * Two checks of key_make, for callers that make keys in another form.  key_refuse fills err
 * with why a value cannot be in a key, and always returns -1.  key_check refuses a key that is
 * too long; last: the key's last value, which is blamed.
 */
int key_refuse(struct value, struct err *);
int key_check(const struct buf *key, struct value last, struct err *);

/*
 * Write and read a key as its values are spelt, for output and snapshots.  key_spell puts a
 * JSON array of the values' own bytes in buf (emptied first).  key_values finds up to max
 * values in such an array and returns how many there are.
 */
int key_spell(const struct value *, int n, struct buf *, struct err *);
int key_values(struct value array, struct value *, int max);

#endif
