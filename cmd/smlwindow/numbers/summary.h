/*
 * summary: what the functions need to know about a set of records.  Records and other
 * summaries can be added to it.  Its parts follow the struct, at offsets that columns_make
 * chooses; the caller allocates columns->summary_size bytes.
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

/* These return the part at an offset, which must not be 0 (column.h). */
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
		double number; /* as in number.h; infinite if out of a double's range */
		const struct exact *sum; /* an integer with all its digits */
		uint64_t value;		 /* a word */
	};				 /* borrowed */
};

/* Makes an empty summary.  Its memory may have any content before. */
void summary_begin(const struct columns *columns, struct summary *s);

/*
 * Adds a record: one cell for each column.  The times of records decide which values are first
 * and last; if times are equal, the order of adding decides.  Returns 0; or -1 (ENOMEM), and
 * the summary is unusable.
 */
int summary_add(const struct columns *columns, struct summary *s, const struct cell *cells,
    int64_t time, struct pool *pool);

/*
 * These change only the parts that do not depend on time (count, sums, order and set):
 * summary_put adds a value to a column, and summary_merge adds another summary to all columns.
 * If off, they remove it.  They return 0, or -1 (ENOMEM).
 */
int summary_put(const struct column *column, struct summary *s, const struct cell *cell,
    bool off);
int summary_merge(const struct columns *columns, struct summary *s,
    const struct summary *other, bool off);

/*
 * Moves everything from another summary into this one, and leaves the other empty.  Returns 0;
 * or -1 (ENOMEM), and both are unusable.
 */
int summary_absorb(const struct columns *columns, struct summary *s, struct summary *other,
    struct pool *pool);

/*
 * Returns the result of a function, which must not be lag().
 */
struct result summary_result(const struct columns *columns, const struct summary *s,
    const struct function *f);

/* Returns how many values the orders and sets of a summary contain. */
uint64_t summary_weigh(const struct columns *columns, const struct summary *s);

static inline uint64_t
summary_weight(const struct columns *columns, const struct summary *s)
{
	return columns->weighs ? summary_weigh(columns, s) : 0;
}

/* Frees what the parts have allocated, but not the summary itself. */
void summary_end(const struct columns *columns, struct summary *s, struct pool *pool);

#endif
