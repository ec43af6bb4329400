#ifndef SML_FIELDS_H
#define SML_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The paths that a tool reads, compiled so that one pass over a record finds them all.  A path
 * is `name`, `a.b`, `a.b.2` (a number is an index of an array, or a name in an object), or a
 * JSON Pointer `/odd.name/2` (RFC 6901).  `\` escapes a comma, a dot, a blank or itself;
 * blanks around a path are not part of it.  If a record has no b nested in a, `a.b` means its
 * own member "a.b".
 */
struct fields;

/* Makes an empty list, or returns NULL if memory is short.  fields_free accepts NULL. */
struct fields *fields_new(void);
void fields_free(struct fields *);

/*
 * Adds the path at the beginning of a text.  It ends before `,`, `=`, `(`, `)` or at the end
 * of the text; *end is set to that place (end NULL: the whole text must be the path).  Returns
 * the path's slot, always the same for the same path, or -1.
 */
int fields_add(struct fields *, const char *path, const char **end, struct err *);

/* Adds a member of the record itself, whose name is taken as it is. */
int fields_add_name(struct fields *, const char *name, size_t n, struct err *);

/*
 * Adds the paths of a list "a,b.c,d"; slots[0..max-1] receive their slots.  Returns how many
 * paths there are (at least 1), or -1; the same path twice is an error.
 */
int fields_list(struct fields *, const char *list, int *slots, int max, struct err *);

/* Return how many slots there are, and the path of a slot as it was first given. */
int fields_count(const struct fields *);
const char *fields_path(const struct fields *, int slot);

/* Returns whether fields_add returned this slot; the others are only looked up. */
bool fields_is_read(const struct fields *, int slot);

#endif
