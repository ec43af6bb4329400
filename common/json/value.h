#ifndef SML_VALUE_H
#define SML_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "time/time_field.h"

enum kind { V_MISSING, V_NULL, V_FALSE, V_TRUE, V_NUMBER, V_STRING, V_ARRAY, V_OBJECT };

/*
 * A JSON value as its own bytes, a string with its quotes.  Borrowed from the
 * text it stands in, which was parsed before: the functions here check what a
 * value means, not its grammar.
 */
struct value {
	const char *p;
	uint32_t len;
	enum kind kind;
};

/* Missing or null: no value. */
static inline bool
value_none(struct value v)
{
	return v.kind <= V_NULL;
}

/* "a string", "an object" …, for messages. */
const char *kind_name(enum kind);

/* An integer within 64 bits, however it is spelt; nothing else. */
int value_i64(struct value, int64_t *, struct err *);

/* A number within a double's range; underflow is 0. */
int value_f64(struct value, double *, struct err *);

/*
 * A string's text as UTF-8, appended to buf.  A lone surrogate is an error.
 * U+0000 comes out as a zero byte.
 */
int value_text(struct value, struct buf *, struct err *);

/*
 * An instant: a number in the unit of the field, or a string as its times are
 * written (time_field.h), which may also be such a number.
 */
int value_time(struct value, struct time_field *, int64_t *ns, struct err *);

/*
 * Walks the items of an array, or the members of an object (name is then the
 * name's bytes, a string).  item starts as V_MISSING; false at the end, and
 * for a value that is neither.
 */
bool value_next(struct value outer, struct value *name, struct value *item);

/* The member of an object by its name; the last of equal names. */
struct value value_member(struct value object, const char *name);

/*
 * Appends the value without the white space between its tokens, so that it
 * holds no line break.  -1 with errno ENOMEM.
 */
int value_compact(struct value, struct buf *);

/* Does a name or string mean exactly this text? */
bool value_is(struct value string, const char *text, size_t n);

#endif
