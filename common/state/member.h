#ifndef SML_MEMBER_H
#define SML_MEMBER_H

#include <stddef.h>
#include <stdint.h>

/*
 * The members of a struct that are saved.  Numeric code lists them once, in a table that ends
 * with a NULL name; snap.h writes and reads the struct by that table.  There is no JSON here,
 * so that numeric code may include this.
 *
 * at: the offset of the member in its struct.  For an array, at is the offset of the pointer,
 * and count_at that of a uint64_t, the number of elements.  Reading frees the old array and
 * allocates a new one of exactly that size (NULL if it is 0); the struct owns it.  M_BYTES and
 * M_JSON end with a zero byte that does not count, so an empty one is "", not NULL.
 */
enum member_kind {
	M_BOOL,	 /* bool */
	M_I64,	 /* int64_t */
	M_U64,	 /* uint64_t */
	M_F64,	 /* double; -0 keeps its sign; NaN is null; "inf", "-inf" */
	M_I64S,	 /* int64_t * */
	M_F64S,	 /* double * */
	M_BYTES, /* char *: UTF-8 as a string, other bytes as {"base64":…} */
	M_JSON	 /* char *: the bytes of a JSON value, unchanged; empty is null */
};

struct member {
	const char *name;
	enum member_kind kind;
	size_t at, count_at;
};

#endif
