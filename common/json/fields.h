#ifndef SML_FIELDS_H
#define SML_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The paths that a tool reads, compiled so that one pass over a record finds
 * them all.  A path is `name`, `a.b`, `a.b.2` (a number indexes an array, and
 * is a name in an object), or a JSON Pointer `/odd.name/2` (RFC 6901).  `\`
 * escapes a comma, a dot, a blank or itself; blanks around a path are no part of it.
 * If a record has no nested a.b, its own member "a.b" is meant.
 */
struct fields;

/* Makes an empty list, or returns NULL if memory is short.  fields_free accepts NULL. */
struct fields *fields_new(void);
void fields_free(struct fields *);

/*
 * Adds a path.  Stops at the first byte outside it that is `,`, `=`, `(`, `)`
 * or the end of the text; *end is there (end NULL: the whole text must be the
 * path).  Returns its slot, the same for the same path, or -1.
 */
int fields_add(struct fields *, const char *path, const char **end, struct err *);

/* Adds a member of the record itself, by its name as it is. */
int fields_add_name(struct fields *, const char *name, size_t n, struct err *);

/*
 * Adds the paths of a list "a,b.c,d"; slots[0..max-1] receive their slots.
 * Returns how many there are (at least 1), or -1; a path given twice is an
 * error.
 */
int fields_list(struct fields *, const char *list, int *slots, int max, struct err *);

/* Return how many slots there are, and the path of one as it was first given. */
int fields_count(const struct fields *);
const char *fields_path(const struct fields *, int slot);

/* Returns whether fields_add returned this slot; hidden slots are only looked up. */
bool fields_is_read(const struct fields *, int slot);

#endif
