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
 * A JSON value as its bytes in a text that was parsed before, borrowed; a string has its
 * quotes.  The functions here check the meaning of a value, not its grammar.
 */
struct value {
	const char *p;
	uint32_t len;
	enum kind kind;
};

/* Returns the value whose first byte is at p. */
struct value value_at(const char *p);

/* Returns whether the value is missing or null. */
static inline bool
value_none(struct value v)
{
	return v.kind <= V_NULL;
}

/* Returns "a string", "an object" …, for messages. */
const char *kind_name(enum kind);

/* Reads an integer within 64 bits, however it is spelt. */
int value_i64(struct value, int64_t *, struct err *);

/* Reads a number within a double's range; one too small for a double is 0. */
int value_f64(struct value, double *, struct err *);

/*
 * Appends a string's text to buf, as UTF-8.  A lone surrogate is an error; U+0000
 * becomes a zero byte.
 */
int value_text(struct value, struct buf *, struct err *);

/*
 * Reads an instant: a number in the unit of the field, or a string in the field's format
 * (time_field.h).  A string may also hold such a number.
 */
int value_time(struct value, struct time_field *, int64_t *ns, struct err *);

/*
 * Steps through the items of an array, or the members of an object (*name is then the name, a
 * string).  Before the first call item must be V_MISSING.  Returns false at the end, and if
 * the value is neither an array nor an object.
 */
bool value_next(struct value outer, struct value *name, struct value *item);

/* Returns the member of an object by its name; if there are several, the last one. */
struct value value_member(struct value object, const char *name);

/* Returns whether the object's first member is "$sml": its line is then a control line. */
bool value_is_control(struct value object);

/*
 * Appends the value without the white space between its tokens, so that it holds no line
 * break.  Returns -1 with errno ENOMEM if memory is short.
 */
int value_compact(struct value, struct buf *);

/* Returns whether a name or string means exactly this text. */
bool value_is(struct value string, const char *text, size_t n);

#endif
