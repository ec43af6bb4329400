#ifndef SML_SEEN_NAMES_H
#define SML_SEEN_NAMES_H

#include <stddef.h>

#include "json/record.h"

/*
 * The names that the first hundred records had, as many as a line can show: for the
 * message that the target was never among them.
 */
struct seen_names {
	char list[192]; /* "a", "b", as they were spelt; terminated */
	size_t length;
	unsigned int records;
};

/* Adds the names of a record's members, as far as there is room. */
void seen_names_add(struct seen_names *, const struct record *);

#endif
