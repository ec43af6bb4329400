#ifndef SML_KEY_H
#define SML_KEY_H

#include "base/buf.h"
#include "json/value.h"

/* The longest key, in bytes: many keys are kept in memory. */
#define KEY_LONGEST 65535

/*
 * Makes the canonical bytes of a key of n values in buf (emptied first).  Equal bytes mean
 * equal type and value: escapes resolved, numbers compared as decimals of any length (12,
 * 12.0 and 1.2e1 are one), never through a double.  memcmp orders them field by field: false,
 * true, numbers by value, strings by their UTF-8 bytes, a shorter one before a longer one
 * that begins with it.  No key's bytes are the beginning of another's of n values.  A key of
 * no values has no bytes.
 *
 * Errors: a missing or null value, an array, an object, a lone surrogate, an
 * exponent beyond 10^15, more than KEY_LONGEST bytes.  err->at is in the value
 * at fault.
 */
int key_make(const struct value *, int n, struct buf *, struct err *);

/*
 * Two of these checks, for callers that make keys of another form.  key_refuse says why a
 * value cannot be in a key, and always returns -1.  key_check refuses a key that is too long;
 * last is its last value, the one to blame.
 */
int key_refuse(struct value, struct err *);
int key_check(const struct buf *key, struct value last, struct err *);

/*
 * Write and read a key as it is spelt, for output and snapshots.  key_spell puts
 * a JSON array of the values' own bytes in buf (emptied first); key_values finds
 * up to max values in such an array and returns how many there are.
 */
int key_spell(const struct value *, int n, struct buf *, struct err *);
int key_values(struct value array, struct value *, int max);

#endif
