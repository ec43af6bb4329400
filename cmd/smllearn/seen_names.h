#ifndef SML_SEEN_NAMES_H
#define SML_SEEN_NAMES_H

#include <stddef.h>

#include "json/record.h"

/*
 * The names of members in the first hundred records, as many as fit into a line.  They are for
 * the message that no record had the target.
 */
struct seen_names {
	char list[192]; /* "a", "b", as they were spelt; terminated */
	size_t length;
	unsigned int records;
};

/* Adds the names of a record's members, as far as there is room. */
void seen_names_add(struct seen_names *, const struct record *);

#endif
