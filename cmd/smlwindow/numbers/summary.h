/*
 * summary: what the functions need of a set of records. Records and other summaries can be
 * added. Its parts follow the struct, at the offsets that columns_make chose; the caller
 * allocates columns->summary_size bytes.
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

/* Return a part of a column, at its offset; the column must have it. */
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
 * Makes an empty summary of bytes of any content.
 */
void summary_begin(const struct columns *columns, struct summary *s);

/*
 * Adds a record: one cell for each column.  time decides what is first and last; if times are
 * equal, the order of adding does.  Returns 0, or -1 (ENOMEM) with the summary unusable.
 */
int summary_add(const struct columns *columns, struct summary *s, const struct cell *cells,
    int64_t time, struct pool *pool);

/*
 * Add a value to the parts of a column that do not depend on time (count, sums, order and set),
 * or these parts of another summary; if off, remove it. Return 0, or -1 (ENOMEM).
 */
int summary_put(const struct column *column, struct summary *s, const struct cell *cell,
    bool off);
int summary_merge(const struct columns *columns, struct summary *s,
    const struct summary *other, bool off);

/*
 * Moves all of another summary into this one, and leaves the other empty. Returns 0, or -1
 * (ENOMEM) with both unusable.
 */
int summary_absorb(const struct columns *columns, struct summary *s, struct summary *other,
    struct pool *pool);

/*
 * Returns the result of a function other than lag.
 */
struct result summary_result(const struct columns *columns, const struct summary *s,
    const struct function *f);

/* Returns how many single values its orders and sets hold. */
uint64_t summary_weigh(const struct columns *columns, const struct summary *s);

static inline uint64_t
summary_weight(const struct columns *columns, const struct summary *s)
{
	return columns->weighs ? summary_weigh(columns, s) : 0;
}

/*
 * Frees what the parts hold, but not the summary itself.
 */
void summary_end(const struct columns *columns, struct summary *s, struct pool *pool);

#endif
