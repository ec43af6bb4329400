#ifndef SML_MEMBER_H
#define SML_MEMBER_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a piece of state is made of.  A numeric noun says it once, in a table
 * that ends with a NULL name; snap.h writes and reads the noun by that table.
 * There is no JSON here: numeric code may include this.
 *
 * at: offset of the member in its struct.  For the arrays at is the offset of
 * the pointer, and count_at that of a uint64_t with the number of elements;
 * reading allocates exactly those with malloc, NULL for none (the noun owns
 * them, and what was there before is freed).  M_BYTES and M_JSON get a zero
 * byte behind them that does not count, so no bytes are "", not NULL.
 */
enum member_kind {
	M_BOOL,	 /* bool */
	M_I64,	 /* int64_t */
	M_U64,	 /* uint64_t */
	M_F64,	 /* double; -0 keeps its sign, NaN is null, "inf", "-inf" */
	M_I64S,	 /* int64_t * */
	M_F64S,	 /* double * */
	M_BYTES, /* char *: UTF-8 as a string, other bytes as {"base64":…} */
	M_JSON	 /* char *: bytes of a JSON value, as they are; none is null */
};

struct member {
	const char *name;
	enum member_kind kind;
	size_t at, count_at;
};

#endif
