#ifndef SML_MEMBER_JSON_H
#define SML_MEMBER_JSON_H

#include <jansson.h>

#include "state/member.h"

/*
 * Converts the members of a struct to and from an object in a document that people read
 * (doc.h), by the table of members.  Documents have only M_U64, M_F64 and M_F64S; a double
 * that is not finite is written as null, and null is read as NaN.  The two functions take the
 * same arguments, so that one walk over the parts of a model can do either.
 */

/* Adds the members to the object.  Returns -1 if memory is short. */
int member_put_json(const struct member *, void *noun, json_t *object);

/*
 * Fills the struct; an array must have as many elements as the struct says and has room for.
 * Returns -1 if a member is missing or of the wrong kind.
 */
int member_get_json(const struct member *, void *noun, json_t *object);

#endif
