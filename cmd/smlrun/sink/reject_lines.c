/* Makes the lines of bad records in memory. */
#include <stdlib.h>

#include "sink/reject_lines.h"

enum { CAPACITY = 4096 };

/* Writes nothing to the descriptor: everything stays in memory. */
static size_t
none(int fd, size_t n)
{
	(void)fd;
	(void)n;
	return 0;
}

static int
keep(void *text, const char *p, size_t n)
{
	return buf_put(text, p, n);
}

int
reject_lines_open(struct reject_lines *r, struct err *err)
{
	struct out *out = &r->side.out;

	*r = (struct reject_lines){ .side.open = true };
	if (out_open(out, -1, CAPACITY) == -1)
		return err_memory(err);
	out->may_write = none;
	out->keep = keep;
	out->kept = &r->text;
	return 0;
}

void
reject_lines_close(struct reject_lines *r)
{
	free(r->side.out.p);
	buf_free(&r->text);
	*r = (struct reject_lines){ 0 };
}

int
reject_lines_take(struct reject_lines *r, const char **p, size_t *n, struct err *err)
{
	if (out_flush(&r->side.out) == -1)
		return err_memory(err);
	*p = r->text.p;
	*n = r->text.len;
	r->text.len = 0;
	return 0;
}
