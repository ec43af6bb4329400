/*
 * summary: what the functions need to know of a set of records, which may be added and other
 * such sets with them. Its parts, as columns_make has placed them, stand behind the struct;
 * what makes and moves it allocates columns->summary_size bytes.
 */
#ifndef SML_SUMMARY_H
#define SML_SUMMARY_H

#include <stdint.h>

#include "numbers/column.h"
#include "numbers/word.h"

struct exact;

struct summary {
	uint64_t records;
};

/* Where a part of a column stands; the column must have it. */
static inline void *
summary_part(struct summary *s, uint32_t at)
{
	return (char *)s + at;
}

static inline const void *
summary_look(const struct summary *s, uint32_t at)
{
	return (const char *)s + at;
}

enum result_kind { RESULT_NULL, RESULT_COUNT, RESULT_NUMBER, RESULT_INTEGER, RESULT_VALUE };

struct result {
	enum result_kind kind;
	union {
		uint64_t count;
		double number; /* by number.h; may be infinite: beyond a double's range */
		const struct exact *sum; /* an integer with all its digits */
		uint64_t value;		 /* a word */
	};				 /* borrowed */
};

/*
 * Makes an empty one of bytes of any content.
 */
void summary_begin(const struct columns *columns, struct summary *s);

/*
 * Adds a record: one cell a column. time decides what is first and last, of equal times the
 * order of adding. Returns 0, or -1 (ENOMEM) with the summary unfit for use.
 */
int summary_add(const struct columns *columns, struct summary *s, const struct cell *cells,
    int64_t time, struct pool *pool);

/*
 * Adds a value to those parts of a column that need not know its place in time, or takes it
 * off: count, sums, order and set. Returns 0, or -1 (ENOMEM).
 */
int summary_put(const struct column *column, struct summary *s, const struct cell *cell);
int summary_take(const struct column *column, struct summary *s, const struct cell *cell);

/*
 * Adds the same parts of another summary, or takes them off. Returns 0, or -1 (ENOMEM).
 */
int summary_merge(const struct columns *columns, struct summary *s,
    const struct summary *other);
int summary_unmerge(const struct columns *columns, struct summary *s,
    const struct summary *other);

/*
 * Moves all of another summary into this one; the other is empty then. Returns 0, or -1
 * (ENOMEM) with both unfit for use.
 */
int summary_absorb(const struct columns *columns, struct summary *s, struct summary *other,
    struct pool *pool);

/*
 * The result of a function other than lag.
 */
struct result summary_result(const struct columns *columns, const struct summary *s,
    const struct function *f);

/*
 * How many values it holds one by one, in orders and sets.
 */
uint64_t summary_weight(const struct columns *columns, const struct summary *s);

/*
 * Frees what the parts hold, but not the summary's own bytes.
 */
void summary_end(const struct columns *columns, struct summary *s, struct pool *pool);

#endif
