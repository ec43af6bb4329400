/*
 * summary: the data about a set of records that the functions need.  Records and other
 * summaries can be added.  Its parts follow the struct, at the offsets that columns_make
 * chose; the caller allocates columns->summary_size bytes.
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

/* These return the part of a column that is at an offset; the column must have it. */
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
		double number; /* as in number.h; infinite if beyond a double's range */
		const struct exact *sum; /* an integer with all its digits */
		uint64_t value;		 /* a word */
	};				 /* borrowed */
};

/* Makes an empty summary; the content of its bytes before does not matter. */
void summary_begin(const struct columns *columns, struct summary *s);

/*
 * Adds a record: one cell for each column.  Its time decides which value is first and last; if
 * times are equal, the order of adding does.  Returns 0; or -1 (ENOMEM), and the summary is
 * unusable.
 */
int summary_add(const struct columns *columns, struct summary *s, const struct cell *cells,
    int64_t time, struct pool *pool);

/*
 * These add to the parts of a column that do not depend on time (count, sums, order and set):
 * the first a value, the second the same parts of another summary.  If off, they remove it.
 * They return 0, or -1 (ENOMEM).
 */
int summary_put(const struct column *column, struct summary *s, const struct cell *cell,
    bool off);
int summary_merge(const struct columns *columns, struct summary *s,
    const struct summary *other, bool off);

/*
 * Moves all of another summary into this one, and leaves the other empty.  Returns 0; or -1
 * (ENOMEM), and both are unusable.
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

/* Frees what the parts have allocated, but not the summary itself. */
void summary_end(const struct columns *columns, struct summary *s, struct pool *pool);

#endif
