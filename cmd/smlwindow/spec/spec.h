/* spec: the parsed options -w and -a. */
#ifndef SML_SPEC_H
#define SML_SPEC_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "json/fields.h"

enum window_kind {
	WINDOW_SLIDING,
	WINDOW_TUMBLING,
	WINDOW_HOPPING,
	WINDOW_SESSION,
	WINDOW_COUNT,
	WINDOW_GLOBAL
};

struct window {
	enum window_kind kind;
	int64_t size;	/* ns; for a session, the gap */
	int64_t slide;	/* ns; for tumbling, the same as size */
	uint64_t count; /* of count:N */
};

/*
 * To add a function, add its word in spec.c, its parts in numbers/column.c (needs) and its
 * result in numbers/summary.c.  If no part has the data that it needs, also add a part in
 * numbers/part.c and state/save_summary.c.
 */
enum function_kind {
	FUNCTION_COUNT,
	FUNCTION_SUM,
	FUNCTION_MEAN,
	FUNCTION_MIN,
	FUNCTION_MAX,
	FUNCTION_VAR,
	FUNCTION_STD,
	FUNCTION_FIRST,
	FUNCTION_LAST,
	FUNCTION_DISTINCT,
	FUNCTION_MEDIAN,
	FUNCTION_QUANTILE,
	FUNCTION_LAG
};

struct function {
	enum function_kind kind;
	int slot;   /* of the field; -1 for count() */
	int column; /* set by columns_make; -1 for count() */
	double q;   /* the argument of quantile(), 0 to 1 */
	uint64_t n; /* the argument of lag(), at least 1 */
	char *name; /* of the result */
};

struct functions {
	struct function *at;
	size_t count;
};

/*
 * Reads sliding:DUR, tumbling:DUR, hopping:DUR/DUR, session:DUR, count:N or global. Returns
 * 0, or -1 with err.
 */
int window_read(const char *text, struct window *window, struct err *err);

/*
 * Reads a comma-separated list of [NAME=]FUNC([FIELD[,ARG]]), and adds the functions to
 * `functions` and their fields to `fields`.  Blanks are allowed except inside a path.  Without
 * NAME, a result is named after field, function and argument, joined by underscores.  Dots and
 * slashes of the path become underscores, too: mean(a.b) is a_b_mean.  Returns 0, or -1 with
 * err; call functions_free in any case.
 */
int functions_read(struct functions *functions, struct fields *fields, const char *text,
    struct err *err);

void functions_free(struct functions *functions);

#endif
