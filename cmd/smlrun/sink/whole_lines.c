/* Cuts results into lines. */
#include <string.h>

#include "sink/whole_lines.h"

/* Keeps what may be half a line for the next call.  Returns -1 if memory is short. */
static int
keep(struct buf *line, const char *p, size_t n, struct err *err)
{
	return buf_put(line, p, n) == -1 ? err_memory(err) : 0;
}

int
whole_lines(struct buf *line, const char *p, size_t n, whole_line_fn *each, void *context,
    struct err *err)
{
	const char *end = p + n, *newline;
	int result = 0;

	while (result == 0 && (newline = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		if (line->len == 0)
			result = each(context, p, (size_t)(newline - p), err);
		else if (keep(line, p, (size_t)(newline - p), err) == -1)
			return -1;
		else
			result = each(context, line->p, line->len, err);
		line->len = 0;
		p = newline + 1;
	}
	return result == 0 && p < end ? keep(line, p, (size_t)(end - p), err) : result;
}

bool
line_is_blank(const char *p, size_t n)
{
	while (n > 0 && (*p == ' ' || *p == '\t' || *p == '\r')) {
		p++;
		n--;
	}
	return n == 0;
}
