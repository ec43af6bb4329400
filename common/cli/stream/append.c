/* Makes the edit that --as, --nest and --overwrite describe. */
#include <inttypes.h>

#include "cli/stream/append.h"

struct edit *
append_open(const struct common *c, const char *nest)
{
	struct edit *e = edit_new(c->nest != NULL ? c->nest : nest, c->overwrite);
	struct err err;

	if (e == NULL)
		diag_die(c->diag, EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < c->as.count; i++)
		if (edit_rename(e, c->as.text[i], &err) == -1)
			opt_refuse(c, &err);
	return e;
}

int
append_name(const struct common *c, struct edit *e, struct fields *fields, const char *name)
{
	struct err err;
	int member = edit_name(e, fields, name, &err);

	if (member == -1)
		opt_refuse(c, &err);
	return member;
}

void
append_named(const struct common *c, struct edit *e)
{
	struct err err;

	if (edit_named(e, &err) == -1)
		opt_refuse(c, &err);
}

void
append_tell(const struct common *c, const struct edit *e)
{
	uint64_t n = edit_not_finite(e);

	if (n > 0)
		diag_warn(c->diag, NULL,
		    "results beyond a double's range, which went out as null: %" PRIu64, n);
}
