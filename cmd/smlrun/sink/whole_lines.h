#ifndef SML_WHOLE_LINES_H
#define SML_WHOLE_LINES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* Gets a line without its newline; any return value but 0 stops whole_lines. */
typedef int whole_line_fn(void *context, const char *p, size_t n, struct err *);

/*
 * Calls each for every whole line of text that comes in pieces; line keeps half a line for the
 * next call.  Returns 0, -1 if memory is short, or what each has returned.
 */
int whole_lines(struct buf *line, const char *p, size_t n, whole_line_fn *each, void *context,
    struct err *);

/* Returns whether a line is only white space. */
bool line_is_blank(const char *p, size_t n);

#endif
