#ifndef SML_MEMBER_JSON_H
#define SML_MEMBER_JSON_H

#include <jansson.h>

#include "state/member.h"

/*
 * The members of a noun in an object of a document that people read (doc.h), by
 * its table.  Documents have M_U64, M_F64 and M_F64S; a double that is not finite
 * is null, and null is read as NaN.  The two calls mirror each other, so that one
 * walk over the parts of a model can do either.
 */

/* Adds the members to the object.  -1 where memory is short. */
int member_put_json(const struct member *, void *noun, json_t *object);

/*
 * Fills the noun; an array must have the number of elements that the noun says,
 * and has room for.  -1 where a member is missing or is something else.
 */
int member_get_json(const struct member *, void *noun, json_t *object);

#endif
