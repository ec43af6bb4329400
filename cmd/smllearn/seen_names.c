/* Collects the names of members in records without the target. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "seen_names.h"

enum { RECORDS = 100 };

static void
add(struct seen_names *n, struct value name)
{
	size_t room = sizeof n->list - n->length;

	if (memmem(n->list, n->length, name.p, name.len) != NULL || name.len + 3 > room)
		return;
	n->length += (size_t)snprintf(n->list + n->length, room, "%s%.*s",
	    n->length > 0 ? ", " : "", (int)name.len, name.p);
}

void
seen_names_add(struct seen_names *n, const struct record *r)
{
	struct value name, item = { NULL, 0, V_MISSING };

	if (n->records == RECORDS)
		return;
	n->records++;
	while (value_next(r->object, &name, &item))
		add(n, name);
}
